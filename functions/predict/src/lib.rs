//! Classifies a batch, and asks people about predictions that are uncertain or drawn for audit.
//!
//! Called through its function URL (IAM-signed) or by a direct Invoke. A text that a person has
//! labelled already is not asked again, nor one whose loop still runs; the budget is a rate by
//! hash and a hard cap a day. Trouble with the questions costs no prediction, nor does trouble with the capture. Where the
//! endpoint gives no answer, the caller is told in HTTP's terms what to do: 400, 413, 503 with Retry-After,
//! 504, or 502 with its reason.

mod ask;
mod capture;
mod config;
mod deps;
mod variant;

use anyhow::Result;
use contracts::inference::Inference;
use contracts::prediction::{PredictRequest, PredictResponse, Review};
use lambda_main::call::{self, Answer, Call};
use lambda_main::metrics::{self, Metric};
use policy::invocation::{self, Trouble};
use tracing::info;

pub use config::Config;
pub use deps::Deps;

pub async fn handle(deps: &Deps, call: Call) -> Result<Answer<PredictResponse>> {
    call::answer(call, async |request| predict(deps, request).await).await
}

async fn predict(
    deps: &Deps,
    request: serde_json::Result<PredictRequest>,
) -> Result<Result<PredictResponse, Trouble>> {
    let request = request.map_err(|error| invocation::malformed(&error.to_string()));
    let columns = &deps.config.text_columns;
    let read = request.and_then(|mut request| {
        let caller = request.caller.take();
        Ok((caller, invocation::reviews(request, columns)?))
    });
    let (caller, reviews) = match read {
        Ok(read) => read,
        Err(trouble) => return Ok(Err(trouble)),
    };
    let inference_id = capture::id(deps);
    let assigned = variant::assigned(deps, caller.as_deref(), inference_id.as_deref()).await;
    let answer = variant::ask(deps, &reviews, &assigned, inference_id.as_deref()).await;
    let lines = match answer.lines {
        Ok(lines) => lines,
        Err(trouble) => return Ok(Err(trouble)),
    };
    let inference = inference_id.map(|inference_id| Inference {
        inference_id,
        at: deps.clock.moment(),
        variant: answer.variant.clone(),
        answers: capture::answers(&reviews, &lines),
        draw: assigned.draw,
    });
    let (inference_id, predictions) = tokio::join!(
        capture::keep(deps, inference),
        ask::people(deps, &reviews, lines)
    );
    let predictions = predictions?;
    let started = predictions
        .iter()
        .filter(|prediction| matches!(prediction.review, Review::Started { .. }));
    let started = started.count();
    if started > 0 {
        metrics::count(Metric::HumanLoops, started);
    }
    info!(texts = reviews.len(), "classified");
    Ok(Ok(PredictResponse {
        predictions,
        inference_id,
        variant: answer.variant.filter(|_| deps.config.shares.is_some()),
    }))
}
