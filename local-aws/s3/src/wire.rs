//! `s3s` in front of the buckets: it reads requests, verifies signatures and writes XML.

use std::sync::Arc;

use aws_credential_types::Credentials as SigningCredentials;
use aws_sigv4::http_request::{
    PercentEncodingMode, SignableBody, SignableRequest, SigningSettings, UriPathNormalizationMode,
    sign,
};
use aws_sigv4::sign::v4;
use axum::body::Body;
use futures::future::BoxFuture;
use http::header::{AUTHORIZATION, HOST};
use http::{HeaderValue, Method, Request, Response, StatusCode, Uri};
use s3s::auth::{S3Auth, SecretKey};
use s3s::service::{S3Service, S3ServiceBuilder};
use s3s::{S3Result, s3_error};

use super::api::Api;
use super::object::request_id;
use local_core::wire::Front;
use local_core::wire::sigv4::Scope;
use local_core::{Cloud, Principal};

pub struct Wire {
    service: S3Service,
}

/// Travels with a request to its event.
#[derive(Debug, Clone)]
pub(super) struct RequestId(pub String);

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
        Self {
            service: builder.build(),
        }
    }

    async fn answer(&self, cloud: &Cloud, mut request: Request<Body>) -> Response<Body> {
        let id = request_id(cloud);
        let what = format!("{} {}", request.method(), request.uri().path());
        let is_head = request.method() == Method::HEAD;
        // Functions and jobs sign with keys of ours, also the chunks of their bodies: those stay.
        if cloud.settings.accept_any_credentials
            && !is_known(cloud, &request)
            && let Err(error) = sign_as_user(cloud, &mut request)
        {
            tracing::warn!(
                error = format!("{error:#}"),
                "a request could not be signed again"
            );
        }
        request.extensions_mut().insert(RequestId(id.clone()));
        let response = self
            .service
            .call(request.map(s3s::Body::http_body_unsync))
            .await;
        let mut response = response.unwrap_or_else(|error| {
            tracing::error!(?error, "s3 failed inside");
            let mut response = Response::new(s3s::Body::empty());
            *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
            response
        });
        if response.status() == StatusCode::NOT_IMPLEMENTED {
            let reason = response.body().bytes().unwrap_or_default();
            let reason = String::from_utf8_lossy(&reason).into_owned();
            tracing::warn!(
                service = "S3",
                request = what,
                error.message = reason,
                "refused"
            );
        }
        if let Ok(id) = HeaderValue::from_str(&id) {
            response.headers_mut().insert("x-amz-request-id", id);
        }
        // An error of HEAD has no body; a client in process has no socket that drops it.
        if is_head && !response.status().is_success() {
            *response.body_mut() = s3s::Body::empty();
        }
        response.map(Body::new)
    }
}

fn is_known(cloud: &Cloud, request: &Request<Body>) -> bool {
    let scope = Scope::of(request.uri(), request.headers());
    scope.is_some_and(|scope| cloud.principal_of(&scope.access_key_id).is_some())
}

/// Signs a request again as the user, whatever it was signed with. Bodies with signed chunks stay
/// as they are and do not match: no SDK sends those over plain HTTP by default.
fn sign_as_user(cloud: &Cloud, request: &mut Request<Body>) -> anyhow::Result<()> {
    let scope = Scope::of(request.uri(), request.headers());
    let region = scope.map_or_else(|| cloud.settings.region.clone(), |scope| scope.region);
    *request.uri_mut() = without_signature(request.uri())?;
    let headers = request.headers_mut();
    headers.remove(AUTHORIZATION);
    headers.remove("x-amz-date");
    let payload = headers
        .entry("x-amz-content-sha256")
        .or_insert(HeaderValue::from_static("UNSIGNED-PAYLOAD"))
        .to_str()?
        .to_owned();
    let host = headers
        .get(HOST)
        .map_or(Ok("localhost"), HeaderValue::to_str)?
        .to_owned();

    let credentials = cloud.credentials_for(&Principal::user());
    let identity = SigningCredentials::new(
        credentials.access_key_id,
        credentials.secret_access_key,
        None,
        None,
        "local-aws",
    )
    .into();
    let mut settings = SigningSettings::default();
    settings.percent_encoding_mode = PercentEncodingMode::Single;
    settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
    let params = v4::SigningParams::builder()
        .identity(&identity)
        .region(&region)
        .name("s3")
        .time(cloud.world.now().into())
        .settings(settings)
        .build()?
        .into();
    let signable = SignableRequest::new(
        request.method().as_str(),
        format!("http://{host}{}", request.uri()),
        [("x-amz-content-sha256", payload.as_str())].into_iter(),
        SignableBody::Precomputed(payload.clone()),
    )?;
    let (instructions, _) = sign(signable, &params)?.into_parts();
    instructions.apply_to_request_http1x(request);
    Ok(())
}

/// How the query parameters of a presigned URL begin, of either version.
const SIGNATURE: [&str; 4] = ["X-Amz-", "AWSAccessKeyId=", "Signature=", "Expires="];

fn without_signature(uri: &Uri) -> anyhow::Result<Uri> {
    let query: Vec<&str> = uri
        .query()
        .unwrap_or_default()
        .split('&')
        .filter(|pair| !pair.is_empty() && !SIGNATURE.iter().any(|name| pair.starts_with(name)))
        .collect();
    let separator = if query.is_empty() { "" } else { "?" };
    Ok(format!("{}{separator}{}", uri.path(), query.join("&")).parse()?)
}
