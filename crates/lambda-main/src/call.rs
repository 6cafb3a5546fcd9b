//! Functions that programs call, by a function URL or a direct Invoke.
//!
//! A direct Invoke has the request as its payload, the function URL as its body. Its caller is told in HTTP's terms what
//! to do about trouble.

use anyhow::Result;
use aws_lambda_events::lambda_function_urls::{
    LambdaFunctionUrlRequest, LambdaFunctionUrlResponse,
};
use base64::prelude::{BASE64_STANDARD, Engine as _};
use contracts::call::CallRefusal;
use policy::invocation::Trouble;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

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
pub enum Answer<R> {
    Direct(R),
    /// A direct Invoke that is at fault itself. Other trouble is an error: called asynchronously,
    /// Lambda tries again.
    Refused(CallRefusal),
    Url(Box<LambdaFunctionUrlResponse>),
}

/// Answers as the call came.
pub async fn answer<T, R, F>(call: Call, answered: F) -> Result<Answer<R>>
where
    T: DeserializeOwned,
    R: Serialize,
    F: AsyncFnOnce(serde_json::Result<T>) -> Result<Result<R, Trouble>>,
{
    match call {
        Call::Direct(payload) => match answered(serde_json::from_value(payload)).await? {
            Ok(response) => Ok(Answer::Direct(response)),
            Err(trouble) if trouble.is_the_callers() => Ok(Answer::Refused(CallRefusal {
                status_code: trouble.status,
                message: trouble.message,
            })),
            Err(trouble) => Err(trouble.into()),
        },
        Call::Url(url) => {
            let answer = match body(*url) {
                Ok(body) => answered(serde_json::from_slice(without_mark(&body))).await?,
                Err(trouble) => Err(trouble),
            };
            Ok(Answer::Url(Box::new(match answer {
                Ok(response) => respond(200, &response)?,
                Err(trouble) => refuse(&trouble)?,
            })))
        }
    }
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
