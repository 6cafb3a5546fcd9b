//! Function URLs: an HTTP request as an event (payload format 2.0), the response as HTTP.
//!
//! Source: the Lambda developer guide, "Invoking Lambda function URLs".

use std::collections::BTreeMap;

use aws_lambda_events::lambda_function_urls::{
    LambdaFunctionUrlRequest, LambdaFunctionUrlRequestContext,
    LambdaFunctionUrlRequestContextAuthorizerDescription,
    LambdaFunctionUrlRequestContextAuthorizerIamDescription,
};
use axum::body::Body;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::Response;
use serde::Deserialize;
use serde_json::{Value, json};
use time::macros::format_description;

use super::function::Deployed;
use super::invoke::{Invocation, invoke as run, slot_for_caller};
use super::runtime_api::MAX_PAYLOAD_BYTES;
use local_core::operation;
use local_core::wire::{AwsError, Operation, RawRequest};
use local_core::{ACCOUNT, Call, Cloud};

/// Where a function is reached over HTTP.
pub fn of(cloud: &Cloud, function: &str) -> String {
    format!("{}/function-urls/{function}/", cloud.endpoint_url())
}

pub(super) fn operations() -> Vec<Operation> {
    vec![
        operation!(raw "InvokeFunctionUrl", POST "/function-urls/{FunctionName}/{Path+}", invoke)
            .takes(MAX_PAYLOAD_BYTES),
        operation!(raw "InvokeFunctionUrl", GET "/function-urls/{FunctionName}/{Path+}", invoke),
    ]
}

async fn invoke(call: Call, request: RawRequest) -> Result<Response<Body>, AwsError> {
    let name = request.label("FunctionName");
    let deployed = call
        .cloud
        .store
        .read(|tx| Deployed::find(&call.cloud, tx, &call.region, name))?;
    if deployed.function.url.is_none() {
        return Err(AwsError::new(403, "AccessDeniedException", "Forbidden"));
    }
    let payload = Bytes::from(event(&call, &deployed, &request)?.to_string());
    let slot = slot_for_caller(&call.cloud, &deployed).await?;
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

/// The event as predict reads it, and the members besides that AWS sends.
fn event(call: &Call, deployed: &Deployed, request: &RawRequest) -> Result<Value, AwsError> {
    let raw_query = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(&request.query)
        .finish();
    let mut event = LambdaFunctionUrlRequest::default();
    event.version = Some("2.0".to_owned());
    event.raw_path = Some(path(request));
    event.raw_query_string = Some(raw_query);
    event.headers.clone_from(&request.headers);
    event.query_string_parameters = request.query.iter().cloned().collect();
    event.request_context = context(call, &deployed.function.name, request);
    (event.body, event.is_base64_encoded) = match std::str::from_utf8(&request.body) {
        Ok("") => (None, false),
        Ok(text) if is_text(request.header("content-type")) => (Some(text.to_owned()), false),
        _ => (Some(STANDARD.encode(&request.body)), true),
    };
    let mut event = serde_json::to_value(&event).map_err(AwsError::internal)?;
    // The crate's type has no such members.
    for object in ["", "/requestContext"] {
        event.pointer_mut(object).expect("it is an object")["routeKey"] = json!("$default");
    }
    event["requestContext"]["stage"] = json!("$default");
    Ok(event)
}

fn context(call: &Call, function: &str, request: &RawRequest) -> LambdaFunctionUrlRequestContext {
    let now = call.cloud.world.now();
    let time = now.format(format_description!(
        "[day]/[month repr:short]/[year]:[hour]:[minute]:[second] +0000"
    ));
    let mut context = LambdaFunctionUrlRequestContext::default();
    context.account_id = Some(ACCOUNT.to_owned());
    context.apiid = Some(function.to_owned());
    context.authorizer = Some(authorizer(call));
    context.domain_name = request.header("host").map(str::to_owned);
    context.domain_prefix = Some(function.to_owned());
    context.request_id = Some(call.request_id.clone());
    context.time = Some(time.expect("the format has only what a time has"));
    context.time_epoch = i64::try_from(now.unix_timestamp_nanos() / 1_000_000).unwrap_or(i64::MAX);
    context.http.method = Some(request.method.to_string());
    context.http.path = Some(path(request));
    context.http.protocol = Some("HTTP/1.1".to_owned());
    context.http.source_ip = Some("127.0.0.1".to_owned());
    context.http.user_agent = request.header("user-agent").map(str::to_owned);
    context
}

fn authorizer(call: &Call) -> LambdaFunctionUrlRequestContextAuthorizerDescription {
    let access_key = call.cloud.credentials_for(&call.principal).access_key_id;
    let mut iam = LambdaFunctionUrlRequestContextAuthorizerIamDescription::default();
    iam.access_key = Some(access_key.clone());
    iam.account_id = Some(ACCOUNT.to_owned());
    iam.caller_id = Some(access_key.clone());
    iam.user_arn = Some(call.principal.arn());
    iam.user_id = Some(access_key);
    let mut authorizer = LambdaFunctionUrlRequestContextAuthorizerDescription::default();
    authorizer.iam = Some(iam);
    authorizer
}

fn path(request: &RawRequest) -> String {
    format!("/{}", request.label("Path"))
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
