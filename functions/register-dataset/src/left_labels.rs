//! Parts with labels that left the stack's `Labels`: a version with one of them would be refused by every training.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use contracts::dataset::{DatasetManifest, Profile};
use contracts::keys;
use loop_state::objects;

use crate::Deps;

/// Ids of the newest version's parts that have one, each with that label. Profiles are only read where the labels
/// have changed since.
pub async fn parts(
    deps: &Deps,
    newest: Option<&DatasetManifest>,
) -> Result<BTreeMap<String, String>> {
    let known = &deps.config.recipe.labels;
    let mut left = BTreeMap::new();
    let newest = newest.filter(|newest| newest.labels.iter().any(|label| !known.contains(label)));
    let Some(newest) = newest else {
        return Ok(left);
    };
    for part in &newest.parts {
        let key = keys::profile(&newest.dataset, &part.id);
        let found = objects::read::<Profile>(&deps.bucket, &key).await?;
        let profile = found.with_context(|| format!("{key} is missing"))?.value;
        let mut labels = profile.rows_by_label.into_keys();
        if let Some(label) = labels.find(|label| !known.contains(label)) {
            left.insert(part.id.clone(), label);
        }
    }
    Ok(left)
}
