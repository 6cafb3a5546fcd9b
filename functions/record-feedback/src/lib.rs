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
    let mut response = FeedbackResponse {
        reward: None,
        truths: None,
    };
    if let Some(rewarded) = feedback.reward {
        match reward(deps, &inference, rewarded).await? {
            Ok(recorded) => response.reward = Some(recorded),
            Err(trouble) => return Ok(Err(trouble)),
        }
    }
    if let Some(labels) = feedback.truths {
        match truths(deps, &inference, labels).await? {
            Ok(recorded) => response.truths = Some(recorded),
            Err(trouble) => return Ok(Err(trouble)),
        }
    }
    info!(inference.id = id, "recorded");
    Ok(Ok(response))
}

async fn reward(
    deps: &Deps,
    inference: &Inference,
    rewarded: bool,
) -> Result<Result<Recorded, Trouble>> {
    let id = &inference.inference_id;
    let reward = Reward {
        inference_id: id.clone(),
        rewarded,
        at: deps.clock.moment(),
    };
    let is_same = |before: &Reward| before.rewarded == rewarded;
    let Some(recorded) = once::write(deps, &keys::reward(id), &reward, is_same).await? else {
        return Ok(Err(feedback::another("reward", id)));
    };
    // Also where it was recorded before: that invocation may have died in between.
    if let (Some(draw), Some(variant)) = (&inference.draw, &inference.variant) {
        let reward = RolloutReward {
            challenger_share: draw.challenger_share,
            variant,
            rewarded,
            inference_id: id,
        };
        let key = keys::rollout_reward(&draw.rollout, &reward);
        objects::create_bytes(&deps.bucket, &key, Vec::new()).await?;
    }
    Ok(Ok(recorded))
}

async fn truths(
    deps: &Deps,
    inference: &Inference,
    labels: Vec<Option<String>>,
) -> Result<Result<Recorded, Trouble>> {
    let id = &inference.inference_id;
    let truths = Truths {
        inference_id: id.clone(),
        labels,
        at: deps.clock.moment(),
    };
    let is_same = |before: &Truths| before.labels == truths.labels;
    let recorded = once::write(deps, &keys::truths(id), &truths, is_same).await?;
    if recorded == Some(Recorded::Recorded) {
        count(inference, &truths.labels);
    }
    Ok(recorded.ok_or_else(|| feedback::another("list of truths", id)))
}

/// How often the variant was right, of the texts whose truth is known.
fn count(inference: &Inference, truths: &[Option<String>]) {
    let variant = inference.variant.as_deref().unwrap_or("unknown");
    let known = truths.iter().zip(&inference.answers);
    let known = known.filter(|(truth, _)| truth.is_some());
    let (known, right) = known.fold((0, 0), |(known, right), (truth, answer)| {
        (known + 1, right + usize::from(*truth == answer.label))
    });
    metrics::count(Metric::Truths { variant }, known);
    metrics::count(Metric::RightAnswers { variant }, right);
}
