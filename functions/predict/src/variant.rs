//! A challenger that answers a share of the requests: which variant a request gets, and how sure each variant is.

use anyhow::Result;
use contracts::deployment::{CHALLENGER_VARIANT, CHAMPION_VARIANT};
use contracts::inference::Draw;
use contracts::prediction::PredictionLine;
use inference::endpoint::{self, Answer};
use lambda_main::metrics::{self, Metric};
use policy::text::Reviewed;
use rollout::assignment::{Shares, Weights, assign};
use rollout::{Slot, Strategy};
use tracing::warn;

use crate::Deps;

/// The variant that a request is sent to; `None`: whichever SageMaker draws by weight.
#[derive(Debug, Default)]
pub struct Assigned {
    variant: Option<&'static str>,
    /// Where it was drawn for this request alone.
    pub draw: Option<Draw>,
}

/// By the caller's name, or by the request's own id where rewards decide about shares: of two requests of one caller the second
/// would say nothing that its share accounts for.
pub async fn assigned(deps: &Deps, caller: Option<&str>, request: Option<&str>) -> Assigned {
    let key = match deps.config.shares {
        Some(Shares::ByCaller) => caller,
        Some(Shares::ByRequest) => request,
        None => None,
    };
    let Some(key) = key else {
        return Assigned::default();
    };
    by(deps, key).await.unwrap_or_else(|error| {
        // A caller who meets another model is better than one without an answer.
        warn!(
            error = lambda_main::sentence(&error),
            "could not read the rollout"
        );
        Assigned::default()
    })
}

/// Nothing, where no comparison runs. The record decides and not the weights, which change a little earlier or later.
async fn by(deps: &Deps, key: &str) -> Result<Assigned> {
    let found = deps.rollout.read(&deps.bucket).await?;
    let Some(rollout) = found.filter(|rollout| rollout.is_active()) else {
        return Ok(Assigned::default());
    };
    let challenger_share = rollout.offered();
    let is_bandit = deps.config.shares == Some(Shares::ByRequest);
    // A share that was set for another strategy, or by hand: a draw of it would be no evidence.
    if is_bandit && !Strategy::is_bandits(challenger_share) {
        return Ok(Assigned::default());
    }
    let weights = Weights::new(1.0 - challenger_share, challenger_share)?;
    let variant = match assign(&rollout.id, key, weights) {
        Slot::Champion => CHAMPION_VARIANT,
        Slot::Challenger => CHALLENGER_VARIANT,
    };
    let draw = is_bandit.then(|| Draw {
        rollout: rollout.id.clone(),
        variant: variant.to_owned(),
        challenger_share,
    });
    Ok(Assigned {
        variant: Some(variant),
        draw,
    })
}

/// Asks the endpoint, and counts how sure the variant is that answered.
pub async fn ask(
    deps: &Deps,
    reviews: &[Reviewed],
    assigned: &Assigned,
    inference_id: Option<&str>,
) -> Answer {
    let answer = endpoint::classify(&deps.endpoint, reviews, assigned.variant, inference_id).await;
    if let Some(variant) = answer
        .variant
        .as_ref()
        .filter(|_| deps.config.shares.is_some())
    {
        count(deps, variant, &answer.lines, reviews.len());
    }
    answer
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
