//! Answers one request: finds its operation, verifies its caller, runs it.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use axum::body::Body;
use bytes::Bytes;
use futures::FutureExt;
use http::{Request, Response};

use super::error::AwsError;
use super::operation::{Answer, RawRequest};
use super::protocol::Protocol;
use super::route::{self, Routed};
use super::sigv4;
use super::table::{Front, Table};
use crate::call::Call;
use crate::cloud::Cloud;
use crate::credentials::Principal;

/// More than any operation but S3's takes.
const MAX_BODY_BYTES: usize = 64 * 1024 * 1024;

/// Answers one request to an AWS service.
pub async fn answer(
    cloud: Arc<Cloud>,
    table: &Table,
    s3: &dyn Front,
    request: Request<Body>,
) -> Response<Body> {
    let scope = sigv4::Scope::of(request.uri(), request.headers());
    // What Signature Version 4 does not name is S3's, too: boto3 still presigns its URLs in
    // us-east-1 with version 2, and a person pastes one without any. S3 answers both.
    let is_s3 = scope.as_ref().map_or_else(
        || !request.headers().contains_key("x-amz-target"),
        |scope| scope.service == "s3",
    );
    if is_s3 {
        return s3.answer(&cloud, request).await;
    }
    let request_id = cloud.world.uuid();
    let (parts, body) = request.into_parts();
    let Ok(body) = axum::body::to_bytes(body, MAX_BODY_BYTES).await else {
        let error = AwsError::new(
            413,
            "RequestEntityTooLarge",
            "the body is cut off or larger than 64 MiB",
        );
        return Protocol::RestJson.error(&error, &request_id);
    };
    let service_name = scope.as_ref().map(|scope| scope.service.as_str());
    let routed = match route::route(&table.services, service_name, &parts, &body) {
        Ok(routed) => routed,
        Err((protocol, error)) => {
            tracing::warn!(
                error.code = error.code,
                error.message = error.message,
                "refused"
            );
            return protocol.error(&error, &request_id);
        }
    };
    let (protocol, operation) = (routed.service.api.protocol, routed.operation.name);
    let result = match caller(&cloud, scope, &parts, &body, &routed) {
        Ok((region, principal)) => {
            let call = Call {
                cloud,
                region,
                principal,
                request_id: request_id.clone(),
            };
            run(call, routed, parts, body).await
        }
        Err(error) => Err(error),
    };
    match result {
        Ok(answer) => protocol.success(operation, answer, &request_id),
        Err(error) => protocol.error(&error, &request_id),
    }
}

/// Verifies who calls, and from which region.
fn caller(
    cloud: &Cloud,
    scope: Option<sigv4::Scope>,
    parts: &http::request::Parts,
    body: &Bytes,
    routed: &Routed,
) -> Result<(String, Principal), AwsError> {
    match scope {
        Some(scope) => {
            let principal = sigv4::verify(cloud, &scope, parts, body)?;
            Ok((scope.region, principal))
        }
        None if routed.operation.unsigned || cloud.settings.accept_any_credentials => {
            Ok((cloud.settings.region.clone(), Principal::anonymous()))
        }
        None => Err(AwsError::new(
            403,
            "MissingAuthenticationTokenException",
            "Request is missing Authentication Token",
        )),
    }
}

async fn run(
    call: Call,
    routed: Routed<'_>,
    parts: http::request::Parts,
    body: Bytes,
) -> Result<Answer, AwsError> {
    let operation = routed.operation;
    let (service, name) = (routed.service.api.name, operation.name);
    let principal = call.principal.0.clone();
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
    let outcome = AssertUnwindSafe((operation.run)(call, request))
        .catch_unwind()
        .await;
    let result = outcome.unwrap_or_else(|_| {
        // The panic hook has printed what and where.
        Err(AwsError::new(
            500,
            "InternalFailure",
            "local-aws failed; its log says why",
        ))
    });
    match &result {
        Ok(_) => tracing::debug!(service, operation = name, principal, "answered"),
        Err(error) if error.unsupported => {
            tracing::warn!(
                service,
                operation = name,
                principal,
                error.message = error.message,
                "refused"
            );
        }
        Err(error) => {
            tracing::debug!(
                service,
                operation = name,
                principal,
                error.code = error.code,
                "answered"
            );
        }
    }
    result
}
