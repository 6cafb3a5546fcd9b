//! `s3s` in front of the buckets: it reads requests, verifies signatures and writes XML.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use axum::body::Body;
use futures::FutureExt;
use futures::future::BoxFuture;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderValue, Method, Request, Response, StatusCode};
use s3s::auth::{S3Auth, SecretKey};
use s3s::service::{S3Service, S3ServiceBuilder};
use s3s::{S3Result, s3_error};

use crate::api::Api;
use crate::failure;
use crate::gate::Gate;
use crate::origin::Origin;
use crate::{chunks, resign};
use local_core::Cloud;
use local_core::wire::Front;

pub(crate) struct Wire {
    service: S3Service,
}

struct Secrets(Arc<Cloud>);

#[async_trait::async_trait]
impl S3Auth for Secrets {
    async fn get_secret_key(&self, access_key_id: &str) -> S3Result<SecretKey> {
        let (_, credentials) = self
            .0
            .principal_of(access_key_id)
            .ok_or_else(|| s3_error!(InvalidAccessKeyId))?;
        Ok(credentials.secret_access_key.into())
    }
}

impl Front for Wire {
    fn answer<'a>(
        &'a self,
        cloud: &'a Arc<Cloud>,
        request: Request<Body>,
    ) -> BoxFuture<'a, Response<Body>> {
        Box::pin(self.answer(cloud, request))
    }
}

impl Wire {
    pub fn new(cloud: &Arc<Cloud>) -> Self {
        let mut builder = S3ServiceBuilder::new(Api::new(cloud.clone()));
        builder.set_auth(Secrets(cloud.clone()));
        builder.set_access(Gate(cloud.clone()));
        Self {
            service: builder.build(),
        }
    }

    async fn answer(&self, cloud: &Cloud, mut request: Request<Body>) -> Response<Body> {
        let origin = Origin::of(cloud, &request);
        let id = HeaderValue::from_str(&origin.request_id);
        let asked = format!("{} {}", request.method(), request.uri().path());
        let is_head = request.method() == Method::HEAD;
        if cloud.settings.accept_any_credentials
            && let Err(error) = resign::as_user(cloud, &mut request)
        {
            let error = format!("{error:#}");
            tracing::warn!(error, "a request could not be signed again");
        }
        request.extensions_mut().insert(origin);
        let mut response = self.respond(chunks::watched(request)).await;
        if response.status() == StatusCode::NOT_IMPLEMENTED {
            let reason = response.body().bytes().unwrap_or_default();
            let reason = String::from_utf8_lossy(&reason).into_owned();
            tracing::warn!(
                service = "S3",
                request = asked,
                error.message = reason,
                "refused"
            );
        }
        if let Ok(id) = id {
            response.headers_mut().insert("x-amz-request-id", id);
        }
        // An error of HEAD and an unchanged object have no body; a client in process has no socket that drops it.
        let is_unchanged = response.status() == StatusCode::NOT_MODIFIED;
        if is_unchanged || is_head && !response.status().is_success() {
            *response.body_mut() = s3s::Body::empty();
        }
        if is_unchanged {
            // The SDK for Rust takes a body that is shorter than announced for a broken connection, and tries again.
            response.headers_mut().remove(CONTENT_LENGTH);
            response.headers_mut().remove(CONTENT_TYPE);
        }
        response.map(Body::new)
    }

    /// A panic, as a store that cannot be read makes it, is answered, too.
    async fn respond(&self, request: Request<Body>) -> Response<s3s::Body> {
        let call = self.service.call(request.map(s3s::Body::http_body_unsync));
        match AssertUnwindSafe(call).catch_unwind().await {
            Ok(Ok(response)) => return response,
            Ok(Err(error)) => tracing::error!(?error, "s3 failed inside"),
            // The panic hook has printed what and where.
            Err(_) => {}
        }
        let response = failure::internal().to_http_response();
        response.expect("the error's XML is plain text")
    }
}
