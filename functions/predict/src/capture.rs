//! Data capture: each answer as it was given, under an id by which record-feedback takes what is learnt of it later.

use contracts::inference::{CapturedAnswer, Inference};
use contracts::keys;
use contracts::prediction::PredictionLine;
use loop_state::objects;
use policy::text::Reviewed;
use tracing::error;
use uuid::{NoContext, Timestamp, Uuid};

use crate::Deps;

/// A new one: ids are in the order of their time. `None` where nothing is captured.
pub fn id(deps: &Deps) -> Option<String> {
    deps.config.captures.then(|| {
        let now = deps.clock.now();
        let seconds = u64::try_from(now.unix_timestamp()).unwrap_or_default();
        let time = Timestamp::from_unix(NoContext, seconds, now.nanosecond());
        Uuid::new_v7(time).to_string()
    })
}

pub fn answers(reviews: &[Reviewed], lines: &[PredictionLine]) -> Vec<CapturedAnswer> {
    let answers = reviews.iter().zip(lines);
    let answers = answers.map(|(review, line)| CapturedAnswer {
        text: review.text.clone(),
        context: review.context.clone(),
        label: line.predicted_label.clone(),
        confidence: line.probability,
    });
    answers.collect()
}

/// The id, once the answer is kept: without it the answer has none, because feedback of it would find nothing.
pub async fn keep(deps: &Deps, inference: Option<Inference>) -> Option<String> {
    let inference = inference?;
    let key = keys::inference(&inference.inference_id);
    match objects::create(&deps.bucket, &key, &inference).await {
        Ok(_) => Some(inference.inference_id),
        Err(error) => {
            error!(
                error = lambda_main::sentence(&error),
                "could not capture an answer"
            );
            None
        }
    }
}
