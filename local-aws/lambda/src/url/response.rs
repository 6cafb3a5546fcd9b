//! A function's answer as HTTP.

use std::collections::BTreeMap;

use axum::body::Body;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::Response;
use serde::Deserialize;
use serde_json::Value;

use local_core::wire::AwsError;

/// What a function answers to give status and headers; anything else is the body itself. Only the
/// status must be there: the type of `aws_lambda_events` demands more, which AWS does not.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct HttpResponse {
    status_code: u16,
    #[serde(default)]
    headers: BTreeMap<String, Value>,
    #[serde(default)]
    cookies: Vec<String>,
    body: Option<String>,
    #[serde(default)]
    is_base64_encoded: bool,
}

pub fn response(payload: &[u8]) -> Result<Response<Body>, AwsError> {
    let Ok(shaped) = serde_json::from_slice::<HttpResponse>(payload) else {
        return plain(200, payload);
    };
    let mut response = Response::builder().status(shaped.status_code);
    if !shaped
        .headers
        .keys()
        .any(|name| name.eq_ignore_ascii_case("content-type"))
    {
        response = response.header("content-type", "application/json");
    }
    for (name, value) in &shaped.headers {
        response = response.header(
            name,
            value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned),
        );
    }
    for cookie in &shaped.cookies {
        response = response.header("set-cookie", cookie);
    }
    let body = shaped.body.unwrap_or_default();
    let body = match STANDARD.decode(&body) {
        Ok(bytes) if shaped.is_base64_encoded => bytes,
        _ => body.into_bytes(),
    };
    // A header that HTTP does not allow is the function's fault, which AWS answers so, too.
    response
        .body(Body::from(body))
        .or_else(|_| plain(502, r#"{"Message":"Internal Server Error"}"#))
}

pub fn plain(status: u16, body: &(impl AsRef<[u8]> + ?Sized)) -> Result<Response<Body>, AwsError> {
    Response::builder()
        .status(status)
        .header("content-type", "application/json")
        .body(Body::from(body.as_ref().to_vec()))
        .map_err(AwsError::internal)
}
