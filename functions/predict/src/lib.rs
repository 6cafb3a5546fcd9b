//! Classifies a batch, and asks people about predictions that are uncertain or drawn for audit.
//!
//! Called through its function URL (IAM-signed) or by a direct Invoke. A text that a person has
//! labelled already is not asked again, nor one whose loop still runs; the budget is a rate by
//! hash and a hard cap a day. Trouble with the questions costs no prediction. Where the endpoint
//! gives no answer, the caller is told in HTTP's terms what to do: 400, 413, 503 with Retry-After,
//! 504, or 502 with its reason.

mod ask;
mod config;
mod deps;
mod variant;

use anyhow::Result;
use aws_lambda_events::lambda_function_urls::{
    LambdaFunctionUrlRequest, LambdaFunctionUrlResponse,
};
use base64::prelude::{BASE64_STANDARD, Engine as _};
use contracts::prediction::{PredictRefusal, PredictRequest, PredictResponse, Review};
use lambda_main::metrics::{self, Metric};
use policy::invocation::{self, Trouble};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tracing::info;

pub use config::Config;
pub use deps::Deps;

/// A direct Invoke has the request as its payload, the function URL as its body.
#[derive(Debug, Deserialize)]
#[serde(try_from = "Value")]
pub enum Call {
    Direct(Value),
    Url(Box<LambdaFunctionUrlRequest>),
}

impl TryFrom<Value> for Call {
    type Error = serde_json::Error;

    fn try_from(payload: Value) -> Result<Self, serde_json::Error> {
        if payload.get("requestContext").is_some() {
            serde_json::from_value(payload).map(Self::Url)
        } else {
            Ok(Self::Direct(payload))
        }
    }
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Answer {
    Direct(PredictResponse),
    /// A direct Invoke that is at fault itself. Other trouble is an error: called asynchronously,
    /// Lambda tries again.
    Refused(PredictRefusal),
    Url(Box<LambdaFunctionUrlResponse>),
}

pub async fn handle(deps: &Deps, call: Call) -> Result<Answer> {
    match call {
        Call::Direct(payload) => match predict(deps, serde_json::from_value(payload)).await? {
            Ok(response) => Ok(Answer::Direct(response)),
            Err(trouble) if trouble.is_the_callers() => Ok(Answer::Refused(PredictRefusal {
                status_code: trouble.status,
                message: trouble.message,
            })),
            Err(trouble) => Err(trouble.into()),
        },
        Call::Url(url) => {
            let answer = match body(*url) {
                Ok(body) => predict(deps, serde_json::from_slice(without_mark(&body))).await?,
                Err(trouble) => Err(trouble),
            };
            Ok(Answer::Url(Box::new(match answer {
                Ok(response) => respond(200, &response)?,
                Err(trouble) => refuse(&trouble)?,
            })))
        }
    }
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
    let answer = variant::ask(deps, &reviews, caller.as_deref()).await;
    let lines = match answer.lines {
        Ok(lines) => lines,
        Err(trouble) => return Ok(Err(trouble)),
    };
    let predictions = ask::people(deps, &reviews, lines).await?;
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
        variant: answer.variant.filter(|_| deps.config.has_shares),
    }))
}

/// A byte order mark is no content.
fn without_mark(body: &[u8]) -> &[u8] {
    body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body)
}

/// Lambda encodes a body whose content type it does not take for text.
fn body(url: LambdaFunctionUrlRequest) -> Result<Vec<u8>, Trouble> {
    let body = url.body.unwrap_or_default();
    if !url.is_base64_encoded {
        return Ok(body.into_bytes());
    }
    let decoded = BASE64_STANDARD.decode(body);
    decoded.map_err(|error| Trouble::new(400, format!("the body is not base64: {error}")))
}

fn refuse(trouble: &Trouble) -> Result<LambdaFunctionUrlResponse> {
    let body = serde_json::json!({ "message": trouble.message });
    let mut response = respond(i64::from(trouble.status), &body)?;
    if let Some(seconds) = trouble.retry_after_seconds {
        response.headers.insert("retry-after", seconds.into());
    }
    Ok(response)
}

fn respond(status: i64, body: &impl Serialize) -> Result<LambdaFunctionUrlResponse> {
    let mut response = LambdaFunctionUrlResponse::default();
    response.status_code = status;
    response.body = Some(serde_json::to_string(body)?);
    response.headers.insert(
        "content-type",
        "application/json"
            .parse()
            .expect("a literal that is a header value"),
    );
    Ok(response)
}
