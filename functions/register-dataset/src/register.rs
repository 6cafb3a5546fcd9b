//! Writes what was checked: part, profile and inputs first, the manifest last.

use anyhow::{Context, Result, bail};
use aws_sdk_s3::primitives::ByteStream;
use contracts::dataset::{DatasetManifest, Part, Profile, Receipt, Received};
use contracts::keys;
use loop_state::objects;
use policy::dataset::{self, Mode, Next};
use policy::naming;
use time::format_description::well_known::Rfc3339;
use time::{Duration, OffsetDateTime};

use crate::Deps;
use crate::rows::Checked;

/// Uploads that may come in between one look and one write. More than this at once is a flood,
/// and Lambda's retry is the pause.
const MAXIMUM_RACES: u32 = 50;

/// S3's clock against the functions', generously.
const CLOCKS_DIFFER_BY: Duration = Duration::minutes(5);

/// The uploaded object.
pub struct Source {
    pub key: String,
    pub etag: String,
    pub uploaded_at: OffsetDateTime,
}

pub async fn keep_quarantine(deps: &Deps, checked: &Checked) -> Result<()> {
    if checked.quarantine.is_empty() {
        return Ok(());
    }
    let mut lines = Vec::new();
    for row in &checked.quarantine {
        serde_json::to_writer(&mut lines, row)?;
        lines.push(b'\n');
    }
    let key = keys::quarantine(dataset_name(deps), &checked.part);
    objects::create_bytes(&deps.bucket, &key, lines)
        .await
        .map(drop)
}

/// What the receipt of this very object says, if it has one.
pub async fn known(deps: &Deps, source_key: &str, etag: &str) -> Result<Option<Received>> {
    let key = keys::receipt(dataset_name(deps), &naming::receipt(source_key, etag));
    let receipt = objects::read::<Receipt>(&deps.bucket, &key).await?;
    Ok(receipt.map(|found| found.value.result))
}

/// Written last: whoever uploaded the file, `status` and the reconciler ask for it.
pub async fn receipt(deps: &Deps, source_key: &str, etag: &str, result: &Received) -> Result<()> {
    let key = keys::receipt(dataset_name(deps), &naming::receipt(source_key, etag));
    let receipt = Receipt {
        source_key: source_key.to_owned(),
        result: result.clone(),
    };
    objects::create(&deps.bucket, &key, &receipt)
        .await
        .map(drop)
}

/// Adds the part to the newest version and writes the next, again for whoever loses the race.
pub async fn version(
    deps: &Deps,
    source: &Source,
    checked: &Checked,
    mode: Mode,
) -> Result<Received> {
    let name = dataset_name(deps);
    let part = Part {
        id: checked.part.clone(),
        rows: checked.profile.rows,
        quarantined: checked.profile.quarantined,
        source_key: source.key.clone(),
        source_etag: source.etag.clone(),
        uploaded_at: source.uploaded_at.format(&Rfc3339)?,
        labels: checked.labels.clone(),
    };
    write_part(deps, &part, checked).await?;
    for _ in 0..MAXIMUM_RACES {
        let since = versions_since(deps, source.uploaded_at).await?;
        if since.iter().any(|version| holds(version, source)) {
            return Ok(Received::AlreadyRegistered { part: part.id });
        }
        let newest = since.into_iter().next();
        let now = OffsetDateTime::now_utc().format(&Rfc3339)?;
        let recipe = &deps.config.recipe;
        let next = match dataset::next_version(newest.as_ref(), &part, mode, recipe, &now) {
            Next::Write(next) => next,
            Next::Known => return Ok(Received::AlreadyRegistered { part: part.id }),
            Next::Replaced { by } => return Ok(Received::Replaced { by }),
        };
        if let Some(reason) = one_class(deps, &next).await? {
            return Ok(Received::Rejected { reason });
        }
        write_inputs(deps, &next).await?;
        if objects::create(&deps.bucket, &keys::version(name, next.number), &next).await? {
            return Ok(Received::Registered {
                version: next.number,
                version_id: next.id,
                part: part.id,
                rows: part.rows,
                quarantined: part.quarantined,
            });
        }
    }
    bail!("other uploads were faster {MAXIMUM_RACES} times")
}

fn dataset_name(deps: &Deps) -> &str {
    &deps.config.recipe.dataset
}

/// The newest version, and before it those written since then, newest first.
async fn versions_since(deps: &Deps, then: OffsetDateTime) -> Result<Vec<DatasetManifest>> {
    let name = dataset_name(deps);
    let listed = objects::list(&deps.bucket, &keys::versions_prefix(name)).await?;
    let numbers = listed
        .iter()
        .filter_map(|key| keys::version_number(name, key));
    let mut numbers: Vec<u32> = numbers.collect();
    numbers.sort_unstable();
    let mut versions = Vec::new();
    for number in numbers.into_iter().rev() {
        let key = keys::version(name, number);
        let found = objects::read::<DatasetManifest>(&deps.bucket, &key).await?;
        let version = found
            .with_context(|| format!("{key} was listed and is gone"))?
            .value;
        let written = OffsetDateTime::parse(&version.created_at, &Rfc3339)
            .with_context(|| format!("{key}: created_at"))?;
        versions.push(version);
        if written < then - CLOCKS_DIFFER_BY {
            break;
        }
    }
    Ok(versions)
}

/// Whether the version was made from this very object. It was if its writer died before the
/// receipt; a later replacement may have dropped the part again, and that stands.
fn holds(version: &DatasetManifest, source: &Source) -> bool {
    let same = |part: &Part| part.source_key == source.key && part.source_etag == source.etag;
    version.parts.iter().any(same)
}

/// The part's rows and its profile. A part is named by its rows, so writing it again writes the
/// same.
async fn write_part(deps: &Deps, part: &Part, checked: &Checked) -> Result<()> {
    let key = keys::part(dataset_name(deps), &part.id);
    let body = ByteStream::from_path(&checked.lines)
        .await
        .context("read the part from disk")?;
    let put = deps
        .bucket
        .s3
        .put_object()
        .bucket(&deps.bucket.name)
        .key(&key);
    put.body(body)
        .send()
        .await
        .with_context(|| format!("write {key}"))?;
    let key = keys::profile(dataset_name(deps), &part.id);
    objects::create(&deps.bucket, &key, &checked.profile)
        .await
        .map(drop)
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
