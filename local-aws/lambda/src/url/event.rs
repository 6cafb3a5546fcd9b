//! The event of a request: payload format 2.0.

use aws_lambda_events::lambda_function_urls::{
    LambdaFunctionUrlRequest, LambdaFunctionUrlRequestContext,
    LambdaFunctionUrlRequestContextAuthorizerDescription,
    LambdaFunctionUrlRequestContextAuthorizerIamDescription,
};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::HeaderValue;
use http::header::COOKIE;
use serde_json::{Value, json};
use time::macros::format_description;

use crate::function::Deployed;
use local_core::wire::{AwsError, RawRequest};
use local_core::{ACCOUNT, Call};

/// How the client came, as the proxy in front of Lambda says it.
const PROTOCOL: &str = "x-forwarded-proto";

/// The event as predict reads it, and the members besides that AWS sends.
pub fn event(call: &Call, deployed: &Deployed, request: &RawRequest) -> Result<Value, AwsError> {
    let raw_query = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(&request.query)
        .finish();
    let mut event = LambdaFunctionUrlRequest::default();
    event.version = Some("2.0".to_owned());
    event.raw_path = Some(request.path.clone());
    event.raw_query_string = Some(raw_query);
    event.headers.clone_from(&request.headers);
    let cookies = request.headers.get_all(COOKIE).iter();
    let cookies = cookies.filter_map(|cookies| cookies.to_str().ok());
    let cookies: Vec<_> = cookies.flat_map(|cookies| cookies.split("; ")).collect();
    event.cookies = (!cookies.is_empty()).then(|| cookies.into_iter().map(str::to_owned).collect());
    event.headers.remove(COOKIE);
    let is_proxied = event.headers.contains_key(PROTOCOL);
    if !is_proxied {
        event
            .headers
            .insert(PROTOCOL, HeaderValue::from_static("http"));
    }
    event.query_string_parameters = request.query.iter().cloned().collect();
    event.request_context = context(call, deployed, request);
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

fn context(
    call: &Call,
    deployed: &Deployed,
    request: &RawRequest,
) -> LambdaFunctionUrlRequestContext {
    let function = deployed.function.name.as_str();
    let url = deployed.function.url.as_ref();
    let is_signed = url.is_some_and(|url| !url.is_public);
    let now = call.cloud.world.now();
    let time = now.format(format_description!(
        "[day]/[month repr:short]/[year]:[hour]:[minute]:[second] +0000"
    ));
    let mut context = LambdaFunctionUrlRequestContext::default();
    context.account_id = Some(ACCOUNT.to_owned());
    context.apiid = Some(function.to_owned());
    context.authorizer = is_signed.then(|| authorizer(call));
    context.domain_name = request.header("host").map(str::to_owned);
    context.domain_prefix = Some(function.to_owned());
    context.request_id = Some(call.request_id.clone());
    context.time = Some(time.expect("the format has only what a time has"));
    context.time_epoch = i64::try_from(now.unix_timestamp_nanos() / 1_000_000).unwrap_or(i64::MAX);
    context.http.method = Some(request.method.to_string());
    context.http.path = Some(request.path.clone());
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
