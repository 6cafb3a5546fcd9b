//! Writes a checked upload: part, profile and inputs first, the manifest last.

use anyhow::{Context, Result, bail};
use contracts::dataset::{DatasetManifest, Part, Profile, Receipt, Received};
use contracts::intake::TakenPart;
use contracts::keys;
use intake::Checked;
use loop_state::{objects, versions};
use policy::dataset::{self, Mode, Next};
use time::format_description::well_known::Rfc3339;
use uploads::Source;

use crate::{Deps, left_labels};

/// Other uploads that may write the next version first. The template lets one function run at a
/// time; where an account cannot reserve that, more than this at once waits for Lambda's retry.
const MAXIMUM_RACES: u32 = 50;

pub async fn keep_quarantine(deps: &Deps, checked: &Checked) -> Result<()> {
    let lines = checked.quarantine_lines()?;
    if lines.is_empty() {
        return Ok(());
    }
    let key = keys::quarantine(dataset_name(deps), &checked.part);
    objects::create_bytes(&deps.bucket, &key, lines)
        .await
        .map(drop)
}

/// The part's rows and its profile. A part is named by its rows, so writing it again writes the
/// same.
pub async fn keep_part(deps: &Deps, checked: &Checked) -> Result<()> {
    let key = keys::part(dataset_name(deps), &checked.part);
    objects::write_file(&deps.bucket, &key, &checked.lines).await?;
    let key = keys::profile(dataset_name(deps), &checked.part);
    objects::create(&deps.bucket, &key, &checked.profile)
        .await
        .map(drop)
}

/// The result in this upload's receipt, if it has one.
pub async fn known(deps: &Deps, source: &Source) -> Result<Option<Received>> {
    let key = keys::receipt(dataset_name(deps), &source.receipt());
    let receipt = objects::read::<Receipt>(&deps.bucket, &key).await?;
    Ok(receipt.map(|found| found.value.result))
}

/// Written last: the command line, `status` and reconcile ask for it.
pub async fn receipt(deps: &Deps, source: &Source, result: &Received) -> Result<()> {
    let receipt = Receipt {
        source_key: source.key.clone(),
        result: result.clone(),
    };
    let key = keys::receipt(dataset_name(deps), &source.receipt());
    objects::create(&deps.bucket, &key, &receipt)
        .await
        .map(drop)
}

/// Adds the part to the newest version and writes the next, again if another upload's is first.
pub async fn version(
    deps: &Deps,
    source: &Source,
    taken: TakenPart,
    mode: Mode,
) -> Result<Received> {
    let name = dataset_name(deps);
    let part = Part {
        id: taken.part,
        rows: taken.rows,
        quarantined: taken.quarantined,
        source_key: source.key.clone(),
        source_etag: source.etag.clone(),
        uploaded_at: source.uploaded_at.format(&Rfc3339)?,
        labels: taken.labels,
    };
    for _ in 0..MAXIMUM_RACES {
        let newest = versions::newest(&deps.bucket, name).await?;
        if newest.as_ref().is_some_and(|newest| holds(newest, &part)) {
            return Ok(Received::AlreadyRegistered { part: part.id });
        }
        let now = deps.clock.now().format(&Rfc3339)?;
        let recipe = &deps.config.recipe;
        let left = left_labels::parts(deps, newest.as_ref()).await?;
        let kept = newest.as_ref().map(|it| dataset::kept(it, mode, &left));
        let next = match dataset::next_version(kept.as_ref(), &part, mode, recipe, &now) {
            Next::Write(next) => {
                if let Some(reason) = dataset::label_that_left(&next, &left) {
                    return Ok(Received::Rejected { reason });
                }
                next
            }
            Next::Known => return Ok(Received::AlreadyRegistered { part: part.id }),
            Next::Replaced { by } => return Ok(Received::Replaced { by }),
        };
        if let Some(reason) = one_class(deps, &next).await? {
            return Ok(Received::Rejected { reason });
        }
        write_inputs(deps, &next).await?;
        let same_rows = newest.is_some_and(|newest| newest.id == next.id);
        if objects::create(&deps.bucket, &keys::version(name, next.number), &next).await? {
            if same_rows {
                return Ok(Received::AlreadyRegistered { part: part.id });
            }
            return Ok(Received::Registered {
                version: next.number,
                version_id: next.id,
                part: part.id,
                rows: part.rows,
                quarantined: part.quarantined,
                first_quarantined: taken.first_quarantined,
            });
        }
    }
    bail!("other uploads were faster {MAXIMUM_RACES} times")
}

fn dataset_name(deps: &Deps) -> &str {
    &deps.config.recipe.dataset
}

/// Whether the version was made from this very upload, by a function that died before the receipt.
/// The newest version is enough: an upload that left it was replaced or repeated by a later one, and
/// `next_version` keeps to the later one.
fn holds(version: &DatasetManifest, part: &Part) -> bool {
    let same = |known: &Part| {
        known.source_key == part.source_key
            && known.source_etag == part.source_etag
            && known.uploaded_at == part.uploaded_at
    };
    version.parts.iter().any(same)
}

/// SageMaker's manifest file of the version's parts.
async fn write_inputs(deps: &Deps, version: &DatasetManifest) -> Result<()> {
    let name = dataset_name(deps);
    let prefix = keys::s3_uri(&deps.bucket.name, &keys::parts_prefix(name));
    let mut entries = vec![serde_json::json!({ "prefix": prefix })];
    entries.extend(
        version
            .parts
            .iter()
            .map(|part| format!("{}.jsonl", part.id).into()),
    );
    objects::create(&deps.bucket, &keys::inputs(name, &version.id), &entries)
        .await
        .map(drop)
}

/// A classifier needs two classes; no version is written without.
async fn one_class(deps: &Deps, version: &DatasetManifest) -> Result<Option<String>> {
    let mut only: Option<String> = None;
    for part in &version.parts {
        let key = keys::profile(dataset_name(deps), &part.id);
        let found = objects::read::<Profile>(&deps.bucket, &key).await?;
        let profile = found.with_context(|| format!("{key} is missing"))?.value;
        for label in profile.rows_by_label.into_keys() {
            if only.as_ref().is_some_and(|only| *only != label) {
                return Ok(None);
            }
            only = Some(label);
        }
    }
    let column = &version.mapping.label_column;
    Ok(only.map(|label| {
        format!("every row has the label {label} (column {column:?}): two classes are needed")
    }))
}
