//! `s3s` in front of the buckets.

use std::sync::Arc;

use axum::body::Body;
use http::{Request, Response};
use s3s::auth::{S3Auth, SecretKey};
use s3s::service::{S3Service, S3ServiceBuilder};
use s3s::{S3, S3Result, s3_error};

use crate::cloud::Cloud;

pub(crate) struct Wire {
    service: S3Service,
}

struct Secrets(Arc<Cloud>);

struct Buckets;

impl S3 for Buckets {}

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

impl Wire {
    pub(crate) fn new(cloud: &Arc<Cloud>) -> Self {
        let mut builder = S3ServiceBuilder::new(Buckets);
        builder.set_auth(Secrets(cloud.clone()));
        Self {
            service: builder.build(),
        }
    }

    pub(crate) async fn answer(
        &self,
        _cloud: &Arc<Cloud>,
        request: Request<Body>,
    ) -> Response<Body> {
        let request = request.map(s3s::Body::http_body_unsync);
        match self.service.call(request).await {
            Ok(response) => response.map(Body::new),
            Err(error) => {
                tracing::error!(?error, "s3 failed inside");
                let mut response = Response::new(Body::empty());
                *response.status_mut() = http::StatusCode::INTERNAL_SERVER_ERROR;
                response
            }
        }
    }
}
