//! What is kept of an upload: its part and what describes it, and the receipt.

use anyhow::Result;
use contracts::dataset::{Part, Receipt, Received};
use contracts::intake::TakenPart;
use contracts::keys;
use intake::Checked;
use loop_state::objects;
use time::format_description::well_known::Rfc3339;
use uploads::Source;

use crate::Deps;

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

/// The part's rows, its profile and its statistics. A part is named by its rows, so writing it again writes the
/// same.
pub async fn keep_part(deps: &Deps, checked: &Checked) -> Result<()> {
    let key = keys::part(dataset_name(deps), &checked.part);
    objects::write_file(&deps.bucket, &key, &checked.lines).await?;
    let key = keys::profile(dataset_name(deps), &checked.part);
    objects::create(&deps.bucket, &key, &checked.profile).await?;
    let key = keys::statistics(dataset_name(deps), &checked.part);
    objects::create(&deps.bucket, &key, &checked.statistics)
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

/// The upload as the manifest names it.
pub fn part(source: &Source, taken: &TakenPart) -> Result<Part> {
    Ok(Part {
        id: taken.part.clone(),
        rows: taken.rows,
        quarantined: taken.quarantined,
        source_key: source.key.clone(),
        source_etag: source.etag.clone(),
        uploaded_at: source.uploaded_at.format(&Rfc3339)?,
        labels: taken.labels.clone(),
        schema: taken.schema.clone(),
    })
}

fn dataset_name(deps: &Deps) -> &str {
    &deps.config.recipe.dataset
}
