//! A challenger that answers a share of the requests: which variant a caller gets, and how sure each variant is.

use anyhow::Result;
use contracts::deployment::{CHALLENGER_VARIANT, CHAMPION_VARIANT};
use contracts::keys;
use contracts::prediction::PredictionLine;
use inference::endpoint::{self, Answer};
use lambda_main::metrics::{self, Metric};
use loop_state::objects;
use policy::text::Reviewed;
use rollout::assignment::{Weights, assign};
use rollout::{Rollout, Slot};
use tracing::warn;

use crate::Deps;

/// Asks the endpoint, the caller's variant if there is a share to assign it by.
pub async fn ask(deps: &Deps, reviews: &[Reviewed], caller: Option<&str>) -> Answer {
    if !deps.config.has_shares {
        return endpoint::classify(&deps.endpoint, reviews, None).await;
    }
    let assigned = match caller {
        Some(caller) => assigned(deps, caller).await.unwrap_or_else(|error| {
            // A caller who meets another model is better than one without an answer.
            warn!(
                error = lambda_main::sentence(&error),
                "could not read the rollout"
            );
            None
        }),
        None => None,
    };
    let answer = endpoint::classify(&deps.endpoint, reviews, assigned).await;
    if let Some(variant) = &answer.variant {
        count(deps, variant, &answer.lines, reviews.len());
    }
    answer
}

/// `None` where no comparison runs. The record decides and not the weights, which change a little earlier or later.
async fn assigned(deps: &Deps, caller: &str) -> Result<Option<&'static str>> {
    let found = objects::read::<Rollout>(&deps.bucket, keys::ROLLOUT).await?;
    let Some(rollout) = found.map(|found| found.value).filter(Rollout::is_active) else {
        return Ok(None);
    };
    let share = rollout.offered();
    let weights = Weights::new(1.0 - share, share)?;
    Ok(Some(match assign(&rollout.id, caller, weights) {
        Slot::Champion => CHAMPION_VARIANT,
        Slot::Challenger => CHALLENGER_VARIANT,
    }))
}

/// Calls, not texts: those of one call are of one caller. A call is unsure where the model is unsure of more than half of its
/// texts, or its answer cannot be read.
fn count<E>(deps: &Deps, variant: &str, lines: &Result<Vec<PredictionLine>, E>, asked: usize) {
    let threshold = deps.config.budget.threshold;
    let is_sure = |line: &&PredictionLine| {
        line.predicted_label.is_some() && line.probability.is_some_and(|sure| sure >= threshold)
    };
    let sure = lines
        .as_ref()
        .map_or(0, |lines| lines.iter().filter(is_sure).count());
    metrics::count(Metric::Answers { variant }, 1);
    metrics::count(
        Metric::UnsureAnswers { variant },
        usize::from(2 * sure < asked),
    );
}
