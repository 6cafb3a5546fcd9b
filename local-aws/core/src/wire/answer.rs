//! Answers one request: finds its operation, verifies its caller, runs it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use axum::body::Body;
use bytes::Bytes;
use futures::FutureExt;
use http::request::Parts;
use http::{Request, Response};

use super::body;
use super::cbor;
use super::error::AwsError;
use super::operation::{Answer, RawRequest};
use super::permission;
use super::protocol::Protocol;
use super::refusal::Refusal;
use super::route::{self, Routed};
use super::sigv4::{Scope, Signer};
use super::table::{Front, Table};
use crate::call::Call;
use crate::cloud::Cloud;

/// Answers one request to an AWS service.
pub async fn answer(
    cloud: Arc<Cloud>,
    table: &Table,
    s3: &dyn Front,
    request: Request<Body>,
) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let scope = Scope::of(&parts.uri, &parts.headers);
    if is_s3(table, scope.as_ref(), &parts) {
        return s3.answer(&cloud, Request::from_parts(parts, body)).await;
    }
    let speaks_cbor = cbor::is_spoken(&parts.headers);
    let request_id = cloud.world.dice("core/request-id").uuid();
    let called = Called {
        cloud,
        scope,
        request_id: request_id.clone(),
    };
    let response = match called.answer(table, parts, body).await {
        Ok(response) => response,
        Err(Refusal { protocol, error }) => protocol.error(&error, &request_id),
    };
    if speaks_cbor {
        return cbor::answer(response).await;
    }
    response
}

/// What no other service has is Amazon S3's: it answers without a signature where a bucket allows
/// it, and boto3 still presigns its URLs in us-east-1 with version 2.
fn is_s3(table: &Table, scope: Option<&Scope>, parts: &Parts) -> bool {
    if let Some(scope) = scope {
        return scope.service == "s3";
    }
    let is_version_2 = parts.uri.query().is_some_and(|query| {
        query
            .split('&')
            .any(|pair| pair.starts_with("AWSAccessKeyId="))
    });
    !parts.headers.contains_key("x-amz-target")
        && (is_version_2 || !route::is_path(&table.services, parts))
}

/// A request of which the head is read.
struct Called {
    cloud: Arc<Cloud>,
    scope: Option<Scope>,
    request_id: String,
}

impl Called {
    async fn answer(
        self,
        table: &Table,
        parts: Parts,
        body: Body,
    ) -> Result<Response<Body>, Refusal> {
        let signed_for = self.scope.as_ref().map(|scope| scope.service.as_str());
        let route = route::route(&table.services, signed_for, &parts);
        let route = route.inspect_err(Refusal::log)?;
        let protocol = route.protocol();
        let refused = |error| Refusal { protocol, error };
        let region = self.region();
        // Who calls comes before what they send: a body of somebody unknown is not worth reading.
        let signer = match self.scope {
            _ if route.is_unsigned() => Ok(Signer::anyone()),
            // It reads the store, which may be at fault.
            Some(scope) => catch_unwind(AssertUnwindSafe(|| {
                Signer::of(&self.cloud, scope, &parts.headers)
            }))
            .unwrap_or_else(|_| Err(internal())),
            None => Signer::of_unsigned(&self.cloud).ok_or_else(|| protocol.unsigned()),
        };
        let signer = signer.map_err(refused)?;
        let (world, headers) = (&self.cloud.world, &parts.headers);
        let body = body::read(world, route.bounds(), headers, body, body::LIMIT).await;
        let body = body.map_err(refused)?;
        let routed = route.with_body(&body).inspect_err(Refusal::log)?;
        let operation = routed.operation.name;
        let call = Call {
            principal: signer.verify(&parts, &body).map_err(refused)?,
            cloud: self.cloud,
            region,
            request_id: self.request_id.clone(),
        };
        let body = if cbor::is_spoken(&parts.headers) {
            cbor::to_json(&body).map_err(refused)?
        } else {
            body
        };
        let answer = run(call, routed, parts, body).await.map_err(refused)?;
        Ok(protocol.success(operation, answer, &self.request_id))
    }

    fn region(&self) -> String {
        let scope = self.scope.as_ref().map(|scope| &scope.region);
        scope.unwrap_or(&self.cloud.settings.region).clone()
    }
}

async fn run(
    call: Call,
    routed: Routed<'_>,
    parts: Parts,
    body: Bytes,
) -> Result<Answer, AwsError> {
    let operation = routed.operation;
    let (service, name) = (routed.service.api.name, operation.name);
    let principal = call.principal.as_str().to_owned();
    let request = RawRequest {
        method: parts.method,
        path: parts.uri.path().to_owned(),
        labels: routed.labels,
        query: routed.query,
        headers: parts.headers,
        // The query protocol's body is the form, whose fields are `query`.
        body: match routed.service.api.protocol {
            Protocol::Query { .. } => Bytes::new(),
            _ => body,
        },
    };
    let protocol = routed.service.api.protocol;
    let permitted_run = async {
        permission::check(&call, operation, &request).map_err(|denial| protocol.denied(denial))?;
        (operation.run)(call, request).await
    };
    let outcome = AssertUnwindSafe(permitted_run).catch_unwind().await;
    let result = outcome.unwrap_or_else(|_| Err(internal()));
    match &result {
        Err(error) if error.unsupported => {
            let reason = &error.message;
            tracing::warn!(service, operation = name, principal, reason, "refused");
        }
        _ => {
            let code = result.as_ref().err().map(|error| error.code.as_str());
            tracing::debug!(service, operation = name, principal, code, "answered");
        }
    }
    result
}

/// The answer to a panic: the panic hook, or the store, has said what and where.
fn internal() -> AwsError {
    AwsError::new(500, "InternalFailure", "local-aws failed; its log says why")
}

#[cfg(test)]
mod tests;
