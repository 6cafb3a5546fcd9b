//! Classifies a batch, and asks people about predictions that are uncertain or drawn for audit.
//!
//! Called through its function URL (IAM-signed) or by a direct Invoke. A text that a person has
//! labelled already is not asked again, nor one whose loop still runs; the budget is a rate by
//! hash and a hard cap a day. Trouble with the questions costs no prediction.

mod ask;
mod classify;
mod config;

use anyhow::{Result, bail};
use aws_lambda_events::lambda_function_urls::{
    LambdaFunctionUrlRequest, LambdaFunctionUrlResponse,
};
use aws_types::SdkConfig;
use base64::prelude::{BASE64_STANDARD, Engine as _};
use contracts::prediction::{PredictRequest, PredictResponse};
use loop_state::Bucket;
use serde::{Deserialize, Serialize};
use tracing::info;

pub use config::Config;

pub struct Deps {
    pub config: Config,
    pub bucket: Bucket,
    pub runtime: aws_sdk_sagemakerruntime::Client,
    pub a2i: aws_sdk_sagemakera2iruntime::Client,
}

impl Deps {
    pub fn new(aws: &SdkConfig, config: Config) -> Self {
        let runtime = aws_sdk_sagemakerruntime::Client::new(aws);
        Self {
            bucket: Bucket::new(aws, &config.bucket),
            config,
            runtime,
            a2i: aws_sdk_sagemakera2iruntime::Client::new(aws),
        }
    }
}

/// A direct Invoke has the request as its payload, the function URL as its body.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub enum Call {
    Direct(PredictRequest),
    Url(Box<LambdaFunctionUrlRequest>),
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Answer {
    Direct(PredictResponse),
    Url(Box<LambdaFunctionUrlResponse>),
}

/// Texts in one call: at 64 tokens each well within the endpoint's 60 seconds and 6 MB.
const MAXIMUM_TEXTS: usize = 500;

pub async fn handle(deps: &Deps, call: Call) -> Result<Answer> {
    match call {
        Call::Direct(request) => match acceptable(&request) {
            Ok(()) => Ok(Answer::Direct(predict(deps, &request).await?)),
            Err(reason) => bail!(reason),
        },
        Call::Url(url) => {
            let request = body(*url)
                .and_then(|body| {
                    serde_json::from_slice::<PredictRequest>(&body)
                        .map_err(|error| format!("the body must be {{\"texts\": [...]}}: {error}"))
                })
                .and_then(|request| acceptable(&request).map(|()| request));
            Ok(Answer::Url(Box::new(match request {
                Ok(request) => respond(200, &predict(deps, &request).await?)?,
                Err(message) => respond(400, &serde_json::json!({ "message": message }))?,
            })))
        }
    }
}

/// Lambda encodes a body whose content type it does not take for text.
fn body(url: LambdaFunctionUrlRequest) -> Result<Vec<u8>, String> {
    let body = url.body.unwrap_or_default();
    if !url.is_base64_encoded {
        return Ok(body.into_bytes());
    }
    BASE64_STANDARD
        .decode(body)
        .map_err(|error| format!("the body is not base64: {error}"))
}

async fn predict(deps: &Deps, request: &PredictRequest) -> Result<PredictResponse> {
    let lines = classify::classify(deps, &request.texts).await?;
    let predictions = ask::people(deps, &request.texts, lines).await?;
    info!(texts = request.texts.len(), "classified");
    Ok(PredictResponse { predictions })
}

fn acceptable(request: &PredictRequest) -> Result<(), String> {
    match request.texts.len() {
        0 => Err("texts is empty".to_owned()),
        1..=MAXIMUM_TEXTS => Ok(()),
        more => Err(format!(
            "{more} texts in one call, at most {MAXIMUM_TEXTS} are taken"
        )),
    }
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
