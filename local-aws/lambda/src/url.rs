//! Function URLs: an HTTP request as an event, the response as HTTP.
//!
//! A URL with `AuthType` `AWS_IAM` is a path of the server's, where requests are signed. One with `NONE` is an origin of
//! its own, `http://FUNCTION.localhost:PORT`: its pages are people's, and no other page shares their origin. Browsers
//! resolve every name below `localhost` to this machine.
//!
//! Source: the Lambda developer guide, "Invoking Lambda function URLs".

mod event;
mod response;

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use bytes::Bytes;
use http::header::HOST;
use http::{HeaderMap, Request, Response, StatusCode};

use super::function::{Deployed, Function};
use super::invoke::{Invocation, invoke as run, slot_for_caller};
use super::runtime_api::MAX_PAYLOAD_BYTES;
use local_core::operation;
use local_core::wire::{AwsError, Operation, RawRequest};
use local_core::{Call, Cloud, Principal};

/// Ends the host name of a public URL.
const LOCALHOST: &str = ".localhost";

/// Where a function is reached over HTTP.
pub fn of(cloud: &Cloud, function: &Function) -> String {
    let (endpoint, name) = (cloud.endpoint_url(), &function.name);
    let is_public = function.url.as_ref().is_some_and(|url| url.is_public);
    let port = endpoint
        .rsplit_once(':')
        .and_then(|(_, port)| port.parse::<u16>().ok());
    match port {
        Some(port) if is_public => format!("http://{name}{LOCALHOST}:{port}/"),
        _ => format!("{endpoint}/function-urls/{name}/"),
    }
}

pub(super) fn operations() -> Vec<Operation> {
    vec![
        operation!(raw "InvokeFunctionUrl", POST "/function-urls/{FunctionName}/{Path+}", invoke)
            .takes(MAX_PAYLOAD_BYTES),
        operation!(raw "InvokeFunctionUrl", GET "/function-urls/{FunctionName}/{Path+}", invoke),
    ]
}

async fn invoke(call: Call, request: RawRequest) -> Result<Response<Body>, AwsError> {
    let request = RawRequest {
        path: format!("/{}", request.label("Path")),
        ..request.clone()
    };
    let name = request.label("FunctionName").to_owned();
    answer(&call, &name, &request, false).await
}

/// The function whose public URL a request is addressed to.
pub fn public_function(headers: &HeaderMap, port: u16) -> Option<&str> {
    let host = headers.get(HOST)?.to_str().ok()?;
    let name = host.strip_suffix(&format!("{LOCALHOST}:{port}"))?;
    (!name.is_empty()).then_some(name)
}

/// Answers a request to a public URL: nobody signs it, and SAM lets everybody invoke the function by it.
pub async fn answer_public(
    cloud: &Arc<Cloud>,
    function: &str,
    request: Request<Body>,
) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, MAX_PAYLOAD_BYTES).await else {
        return refused(StatusCode::PAYLOAD_TOO_LARGE);
    };
    let query = parts.uri.query().unwrap_or_default();
    let request = RawRequest {
        method: parts.method,
        path: parts.uri.path().to_owned(),
        labels: [].into(),
        query: url::form_urlencoded::parse(query.as_bytes())
            .into_owned()
            .collect(),
        headers: parts.headers,
        body,
    };
    let call = Call {
        cloud: cloud.clone(),
        region: cloud.settings.region.clone(),
        principal: Principal::service("anonymous"),
        request_id: cloud.world.dice("core/request-id").uuid(),
    };
    let answered = answer(&call, function, &request, true).await;
    answered.unwrap_or_else(|error| {
        refused(StatusCode::from_u16(error.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR))
    })
}

fn refused(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::from(status.to_string()));
    *response.status_mut() = status;
    response
}

/// A URL of the other kind is none here.
async fn answer(
    call: &Call,
    name: &str,
    request: &RawRequest,
    is_public: bool,
) -> Result<Response<Body>, AwsError> {
    let store = &call.cloud.store;
    let deployed = store.read(|tx| Deployed::find(&call.cloud, tx, &call.region, name))?;
    let url = deployed.function.url.as_ref();
    if url.is_none_or(|url| url.is_public != is_public) {
        return Err(AwsError::new(403, "AccessDeniedException", "Forbidden"));
    }
    let payload = Bytes::from(event::event(call, &deployed, request)?.to_string());
    let slot = slot_for_caller(&call.cloud, &deployed).await?;
    let invocation = Invocation {
        request_id: call.request_id.clone(),
        payload,
    };
    let outcome = run(&call.cloud, &deployed, invocation, slot).await;
    if outcome.function_error.is_some() {
        return response::plain(502, r#"{"Message":"Internal Server Error"}"#);
    }
    response::response(&outcome.payload)
}
