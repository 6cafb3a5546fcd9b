//! A held version that a person takes into the dataset all the same.

use anyhow::Result;
use contracts::dataset::{DatasetManifest, Received, Released};
use contracts::keys;
use loop_state::{objects, versions};
use tracing::info;

use crate::version::{self, Addition};
use crate::{Deps, Outcome};

/// The upload of the held version joins the newest one.
pub async fn release(deps: &Deps, released: Released) -> Result<Outcome> {
    let refused = |reason: String| Ok(Outcome::Refused { reason });
    let name = &deps.config.recipe.dataset;
    let number = released.version;
    if released.reason.trim().is_empty() {
        return refused("a release needs its reason".to_owned());
    }
    let key = keys::version(name, number);
    let Some(held) = objects::read::<DatasetManifest>(&deps.bucket, &key).await? else {
        return refused(format!("there is no dataset version {number}"));
    };
    let held = held.value;
    let check = held.check.clone().filter(|_| held.is_held());
    let part = check.as_ref().and_then(|check| {
        let mut parts = held.parts.iter();
        parts.find(|part| part.id == check.part).cloned()
    });
    let (Some(check), Some(part)) = (check, part) else {
        return refused(format!("dataset version {number} is not held"));
    };
    // A corrected file has taken the upload's place, or a person has discarded it; a repeated release finds it in the dataset.
    let newest = versions::newest(&deps.bucket, name).await?;
    let is_in = newest.is_some_and(|newest| version::holds(&newest, &part));
    if !is_in && !objects::is_unchanged(&deps.bucket, &part.source_key, &part.source_etag).await? {
        return refused(format!(
            "the upload of dataset version {number} was replaced or removed: {}",
            part.source_key
        ));
    }
    info!(
        dataset.version = number,
        reason = released.reason,
        "a person releases the version"
    );
    let addition = Addition {
        part,
        first_quarantined: Vec::new(),
        released: Some((check, released)),
    };
    let received = version::add(deps, &addition).await?;
    let waits_no_more = match &received {
        Received::Registered { .. }
        | Received::AlreadyRegistered { .. }
        | Received::Replaced { .. } => true,
        // The dataset has to change first: people are told of the version until then.
        Received::Rejected { .. } | Received::Held { .. } => false,
    };
    if waits_no_more {
        objects::delete(&deps.bucket, &keys::held(name, number)).await?;
    }
    Ok(Outcome::Received(received))
}
