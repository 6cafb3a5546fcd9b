//! Records what was learnt of an answer after predict gave it: a reward for the request, true labels of its texts.
//!
//! Called through its function URL (IAM-signed) or by a direct Invoke, with the inference id of predict's answer. Each is
//! recorded once: the same again is no error, another one is refused, and so is one of an answer that was not captured. A late
//! one is taken as long as the captured answer is kept. The reward of a request that was drawn for a bandit is its evidence:
//! shift-traffic counts it at its next look.

mod config;
mod deps;
mod once;

use anyhow::Result;
use contracts::inference::{
    FeedbackRequest, FeedbackResponse, Inference, Recorded, Reward, Truths,
};
use contracts::keys::{self, RolloutReward};
use lambda_main::call::{self, Answer, Call};
use lambda_main::metrics::{self, Metric};
use loop_state::objects;
use policy::feedback;
use policy::invocation::Trouble;
use tracing::info;

pub use config::Config;
pub use deps::Deps;
use once::{Merged, Written};

pub async fn handle(deps: &Deps, call: Call) -> Result<Answer<FeedbackResponse>> {
    call::answer(call, async |request| record(deps, request).await).await
}

async fn record(
    deps: &Deps,
    request: serde_json::Result<FeedbackRequest>,
) -> Result<Result<FeedbackResponse, Trouble>> {
    let request = match feedback::read(request) {
        Ok(request) => request,
        Err(trouble) => return Ok(Err(trouble)),
    };
    let id = request.inference_id.clone();
    let found = objects::read::<Inference>(&deps.bucket, &keys::inference(&id)).await?;
    let Some(inference) = found.map(|found| found.value) else {
        return Ok(Err(feedback::unknown(&id)));
    };
    let texts = inference.answers.len();
    let feedback = match feedback::check(request, texts, &deps.config.labels) {
        Ok(feedback) => feedback,
        Err(trouble) => return Ok(Err(trouble)),
    };
    let mut response = FeedbackResponse::default();
    if let Some(labels) = feedback.truths {
        response.truths = truths(deps, &inference, labels).await?;
        if response.truths.is_none() {
            return Ok(Err(feedback::another("list of truths", &id)));
        }
    }
    if let Some(rewarded) = feedback.reward {
        response.reward = reward(deps, &inference, rewarded).await?;
        if response.reward.is_none() {
            return Ok(Err(feedback::another("reward", &id)));
        }
    }
    info!(inference.id = id, "recorded");
    Ok(Ok(response))
}

/// `None` where another reward was recorded.
async fn reward(deps: &Deps, inference: &Inference, rewarded: bool) -> Result<Option<Recorded>> {
    let id = &inference.inference_id;
    let reward = Reward {
        inference_id: id.clone(),
        rewarded,
        at: deps.clock.moment(),
    };
    let merged = |before: &Reward| (before.rewarded == rewarded).then_some(Merged::Same);
    let written = once::write(deps, &keys::reward(id), &reward, merged).await?;
    // Also where it was recorded before: that invocation may have died in between.
    if let (Some(_), Some(draw)) = (written.recorded(), &inference.draw) {
        let reward = RolloutReward {
            challenger_share: draw.challenger_share,
            variant: &draw.variant,
            rewarded,
            inference_id: id,
        };
        let key = keys::rollout_reward(&draw.rollout, &reward);
        objects::create_bytes(&deps.bucket, &key, Vec::new()).await?;
    }
    Ok(written.recorded())
}

/// A truth that was not known may be told later. `None` where a known one is another.
async fn truths(
    deps: &Deps,
    inference: &Inference,
    labels: Vec<Option<String>>,
) -> Result<Option<Recorded>> {
    let id = &inference.inference_id;
    let truths = Truths {
        inference_id: id.clone(),
        labels,
        at: deps.clock.moment(),
    };
    let merged = |before: &Truths| {
        let labels = feedback::merged(&before.labels, &truths.labels)?;
        Some(if labels == before.labels {
            Merged::Same
        } else {
            Merged::More(Truths {
                labels,
                ..truths.clone()
            })
        })
    };
    let written = once::write(deps, &keys::truths(id), &truths, merged).await?;
    if let Written::Now { before } = &written {
        let known = before.as_ref().map_or(&[][..], |before| &before.labels);
        count(inference, &truths.labels, known);
    }
    Ok(written.recorded())
}

/// How often the variant was right, of the texts whose truth is newly known.
fn count(inference: &Inference, truths: &[Option<String>], before: &[Option<String>]) {
    let variant = inference.variant.as_deref().unwrap_or("unknown");
    let told = truths.iter().zip(&inference.answers).enumerate();
    let told = told.filter(|(place, (truth, _))| {
        truth.is_some() && before.get(*place).is_none_or(Option::is_none)
    });
    let (told, right) = told.fold((0, 0), |(told, right), (_, (truth, answer))| {
        (told + 1, right + usize::from(*truth == answer.label))
    });
    metrics::count(Metric::Truths { variant }, told);
    metrics::count(Metric::RightAnswers { variant }, right);
}
