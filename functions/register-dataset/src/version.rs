//! The next dataset version, numbered against other uploads at the same time.

use anyhow::{Context, Result, bail};
use contracts::dataset::{
    Check, DatasetManifest, Held, Part, Profile, QuarantinedRow, Received, Released,
};
use contracts::keys;
use loop_state::versions::Latest;
use loop_state::{objects, versions};
use policy::dataset::{self, Mode, Next};

use crate::{Deps, check, left_labels};

/// Other uploads that may write the next version first. The template lets one function run at a
/// time; where an account cannot reserve that, more than this at once waits for Lambda's retry.
const MAXIMUM_RACES: u32 = 50;

/// What joins the dataset.
pub struct Addition {
    pub part: Part,
    pub first_quarantined: Vec<QuarantinedRow>,
    /// Of a held version, by a person.
    pub released: Option<(Check, Released)>,
}

/// Adds the part to the newest version and writes the next, again if another upload's is first. A version that violates
/// the constraints is written too, and waits: the one after it is made without it.
pub async fn add(deps: &Deps, addition: &Addition) -> Result<Received> {
    let part = &addition.part;
    let name = &deps.config.recipe.dataset;
    let replaces = part.source_key.starts_with(keys::INCOMING_REPLACE);
    let mode = if replaces {
        Mode::ReplaceAll
    } else {
        Mode::Add
    };
    for _ in 0..MAXIMUM_RACES {
        let latest = versions::latest(&deps.bucket, name).await?;
        if let Some(known) = known(deps, &latest, addition).await? {
            return Ok(known);
        }
        let newest = latest.newest;
        let now = deps.clock.now();
        let recipe = &deps.config.recipe;
        let left = left_labels::parts(deps, newest.as_ref()).await?;
        let kept = newest.as_ref().map(|it| dataset::kept(it, mode, &left));
        let number = latest.number + 1;
        let mut next = match dataset::next_version(number, kept.as_ref(), part, mode, recipe, now) {
            Next::Write(next) => next,
            Next::Known => {
                return Ok(Received::AlreadyRegistered {
                    part: part.id.clone(),
                });
            }
            Next::Replaced { by } => return Ok(Received::Replaced { by }),
        };
        let reason = match dataset::label_that_left(&next, &left) {
            Some(reason) => Some(reason),
            None => one_class(deps, &next).await?,
        };
        if let Some(reason) = reason {
            return Ok(Received::Rejected { reason });
        }
        let same_rows = newest.is_some_and(|newest| newest.id == next.id);
        if !same_rows {
            next.check = match &addition.released {
                None => check::of_upload(deps, part).await?,
                Some((check, released)) => Some(Check {
                    released: Some(released.clone()),
                    ..check.clone()
                }),
            };
        }
        write_inputs(deps, &next).await?;
        if objects::create(&deps.bucket, &keys::version(name, number), &next).await? {
            return match same_rows {
                true => Ok(Received::AlreadyRegistered {
                    part: part.id.clone(),
                }),
                false => received(deps, &next, addition).await,
            };
        }
    }
    bail!("other uploads were faster {MAXIMUM_RACES} times")
}

/// Where a version was made from this very upload, by a function that died before the receipt. The newest version and
/// those held since are enough: an upload that left them was replaced or repeated by a later one, and `next_version`
/// keeps to the later one.
async fn known(deps: &Deps, latest: &Latest, addition: &Addition) -> Result<Option<Received>> {
    let part = &addition.part;
    if latest.newest.as_ref().is_some_and(|it| holds(it, part)) {
        let part = part.id.clone();
        return Ok(Some(Received::AlreadyRegistered { part }));
    }
    let is_of_part = |held: &&DatasetManifest| {
        let check = held.check.as_ref();
        check.is_some_and(|check| check.part == part.id) && holds(held, part)
    };
    match latest.held.iter().find(is_of_part) {
        Some(held) if addition.released.is_none() => received(deps, held, addition).await.map(Some),
        _ => Ok(None),
    }
}

/// Whether the version has this very upload.
pub fn holds(version: &DatasetManifest, part: &Part) -> bool {
    let same = |known: &Part| {
        known.source_key == part.source_key
            && known.source_etag == part.source_etag
            && known.uploaded_at == part.uploaded_at
    };
    version.parts.iter().any(same)
}

/// What a written version came to; one that is held is noted, so that people are told of it.
async fn received(deps: &Deps, next: &DatasetManifest, addition: &Addition) -> Result<Received> {
    let part = &addition.part;
    let check = next.check.clone();
    let violations = check.map(|check| check.violations).unwrap_or_default();
    if !next.is_held() {
        return Ok(Received::Registered {
            version: next.number,
            version_id: next.id.clone(),
            part: part.id.clone(),
            rows: part.rows,
            quarantined: part.quarantined,
            first_quarantined: addition.first_quarantined.clone(),
            warnings: violations,
        });
    }
    let held = Held {
        version: next.number,
        source_key: part.source_key.clone(),
        source_etag: part.source_etag.clone(),
        violations: violations.clone(),
    };
    let key = keys::held(&next.dataset, next.number);
    objects::create(&deps.bucket, &key, &held).await?;
    Ok(Received::Held {
        version: next.number,
        part: part.id.clone(),
        violations,
    })
}

/// SageMaker's manifest file of the version's parts.
async fn write_inputs(deps: &Deps, version: &DatasetManifest) -> Result<()> {
    let name = &version.dataset;
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
        let key = keys::profile(&version.dataset, &part.id);
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
