//! Data capture: each answer as it was given, under an id by which record-feedback takes what is learnt of it later.

use anyhow::Result;
use contracts::inference::{CapturedAnswer, Draw, Inference};
use contracts::keys;
use contracts::prediction::PredictionLine;
use loop_state::objects;
use policy::text::Reviewed;
use tracing::error;
use uuid::{NoContext, Timestamp, Uuid};

use crate::Deps;

/// What the endpoint answered to a request.
pub struct Answered<'a> {
    pub reviews: &'a [Reviewed],
    pub lines: &'a [PredictionLine],
    pub variant: Option<&'a str>,
    pub draw: Option<Draw>,
}

/// A new one: ids are in the order of their time. `None` where nothing is captured.
pub fn id(deps: &Deps) -> Option<String> {
    deps.config.captures.then(|| {
        let now = deps.clock.now();
        let seconds = u64::try_from(now.unix_timestamp()).unwrap_or_default();
        let time = Timestamp::from_unix(NoContext, seconds, now.nanosecond());
        Uuid::new_v7(time).to_string()
    })
}

/// The id, once the answer is kept: without it the answer has none, because feedback of it would find nothing.
pub async fn keep(deps: &Deps, id: Option<String>, answered: Answered<'_>) -> Option<String> {
    let id = id?;
    match write(deps, &id, answered).await {
        Ok(()) => Some(id),
        Err(error) => {
            error!(
                error = lambda_main::sentence(&error),
                "could not capture an answer"
            );
            None
        }
    }
}

async fn write(deps: &Deps, id: &str, answered: Answered<'_>) -> Result<()> {
    let answers = answered.reviews.iter().zip(answered.lines);
    let answers = answers.map(|(review, line)| CapturedAnswer {
        text: review.text.clone(),
        context: review.context.clone(),
        label: line.predicted_label.clone(),
        confidence: line.probability,
    });
    let inference = Inference {
        inference_id: id.to_owned(),
        at: deps.clock.moment(),
        variant: answered.variant.map(str::to_owned),
        answers: answers.collect(),
        draw: answered.draw,
    };
    objects::create(&deps.bucket, &keys::inference(id), &inference)
        .await
        .map(drop)
}
