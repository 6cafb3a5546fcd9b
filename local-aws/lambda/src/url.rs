//! Function URLs: an HTTP request as an event (payload format 2.0), the response as HTTP.
//!
//! Source: the Lambda developer guide, "Invoking Lambda function URLs".

use std::collections::BTreeMap;

use axum::body::Body;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::Response;
use serde::Deserialize;
use serde_json::{Value, json};
use time::macros::format_description;

use super::function::Deployed;
use super::host::Host;
use super::invoke::{Invocation, invoke as run};
use local_core::wire::{AwsError, RawRequest};
use local_core::{ACCOUNT, Call, Cloud};

/// Where a function is reached over HTTP.
pub fn of(cloud: &Cloud, function: &str) -> String {
    format!("{}/function-urls/{function}/", cloud.endpoint_url())
}

pub(super) async fn invoke(call: Call, request: RawRequest) -> Result<Response<Body>, AwsError> {
    let name = request.label("FunctionName");
    let deployed = call
        .cloud
        .store
        .read(|tx| Deployed::find(&call.cloud, tx, &call.region, name))?;
    if deployed.function.url.is_none() {
        return Err(AwsError::new(403, "AccessDeniedException", "Forbidden"));
    }
    let payload = Bytes::from(event(&call, &deployed, &request).to_string());
    let slot = call
        .cloud
        .memory::<Host>()
        .pool(&deployed)
        .slot_for_caller()
        .await?;
    let invocation = Invocation {
        request_id: call.request_id.clone(),
        payload,
    };
    let outcome = run(&call.cloud, &deployed, invocation, slot).await;
    if outcome.function_error.is_some() {
        return plain(502, r#"{"Message":"Internal Server Error"}"#);
    }
    response(&outcome.payload)
}

fn event(call: &Call, deployed: &Deployed, request: &RawRequest) -> Value {
    let function = &deployed.function;
    let headers: BTreeMap<&str, &str> = request
        .headers
        .iter()
        .filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)))
        .collect();
    let query: BTreeMap<&str, &str> = request
        .query
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let raw_query = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(&request.query)
        .finish();
    let path = format!("/{}", request.label("Path"));
    let host = headers.get("host").copied().unwrap_or_default();
    let now = call.cloud.world.now();
    let time = now.format(format_description!(
        "[day]/[month repr:short]/[year]:[hour]:[minute]:[second] +0000"
    ));
    let access_key = call.cloud.credentials_for(&call.principal).access_key_id;
    let (body, is_base64) = match std::str::from_utf8(&request.body) {
        Ok(text) if is_text(headers.get("content-type").copied()) => (text.to_owned(), false),
        _ => (STANDARD.encode(&request.body), true),
    };
    json!({
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": raw_query,
        "headers": headers,
        "queryStringParameters": query,
        "requestContext": {
            "accountId": ACCOUNT,
            "apiId": function.name,
            "authorizer": { "iam": {
                "accessKey": access_key,
                "accountId": ACCOUNT,
                "callerId": access_key,
                "userArn": format!("arn:aws:iam::{ACCOUNT}:user/{}", call.principal.0),
                "userId": access_key,
            }},
            "domainName": host,
            "domainPrefix": function.name,
            "http": {
                "method": request.method.as_str(),
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": "127.0.0.1",
                "userAgent": headers.get("user-agent"),
            },
            "requestId": call.request_id,
            "routeKey": "$default",
            "stage": "$default",
            "time": time.expect("the format has only what a time has"),
            "timeEpoch": i64::try_from(now.unix_timestamp_nanos() / 1_000_000).unwrap_or(i64::MAX),
        },
        "body": (!body.is_empty()).then_some(body),
        "isBase64Encoded": is_base64,
    })
}

fn is_text(content_type: Option<&str>) -> bool {
    let media = content_type.unwrap_or("application/json");
    [
        "text/",
        "application/json",
        "application/x-ndjson",
        "application/jsonlines",
        "application/xml",
    ]
    .iter()
    .any(|text| media.starts_with(text))
}

/// What a function answers to give status and headers; anything else is the body itself.
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

fn response(payload: &[u8]) -> Result<Response<Body>, AwsError> {
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

fn plain(status: u16, body: &(impl AsRef<[u8]> + ?Sized)) -> Result<Response<Body>, AwsError> {
    Response::builder()
        .status(status)
        .header("content-type", "application/json")
        .body(Body::from(body.as_ref().to_vec()))
        .map_err(AwsError::internal)
}
