//! Signature Version 4 over a request of ours: in its headers, or in its URL.

use std::time::Duration;

use aws_credential_types::Credentials as SigningCredentials;
use aws_sigv4::http_request::{
    PercentEncodingMode, SignableBody, SignableRequest, SignatureLocation, SigningSettings,
    UriPathNormalizationMode, sign as signature,
};
use aws_sigv4::sign::v4;
use http::header::{HOST, ToStrError};
use http::uri::{Authority, PathAndQuery};
use http::{HeaderValue, Request};

use local_core::{Cloud, Principal};

/// Whose signature it is, for which region, and how long a URL with it lasts: without that, it is
/// in the headers.
pub(crate) struct Signer<'a> {
    pub principal: &'a Principal,
    pub region: &'a str,
    pub expires_in: Option<Duration>,
}

/// The header that says what the body is: its hash, or S3's word for another kind.
pub(crate) const CONTENT_SHA256: &str = "x-amz-content-sha256";
pub(crate) const UNSIGNED: &str = "UNSIGNED-PAYLOAD";

/// Signs the method, the URI, every `x-amz-*` header and what the request says of its body.
pub(crate) fn sign<B>(
    cloud: &Cloud,
    signer: &Signer,
    request: &mut Request<B>,
) -> anyhow::Result<()> {
    let credentials = cloud.credentials_for(signer.principal);
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
    settings.expires_in = signer.expires_in;
    if signer.expires_in.is_some() {
        settings.signature_location = SignatureLocation::QueryParams;
    }
    let params = v4::SigningParams::builder()
        .identity(&identity)
        .region(signer.region)
        .name("s3")
        .time(cloud.world.now().into())
        .settings(settings)
        .build()?
        .into();
    let payload = request
        .headers()
        .get(CONTENT_SHA256)
        .map(HeaderValue::to_str);
    let payload = payload.transpose()?;
    let amazon = request.headers().iter();
    let amazon = amazon.filter(|(name, _)| name.as_str().starts_with("x-amz-"));
    let amazon: Vec<(&str, &str)> = amazon
        .map(|(name, value)| Ok((name.as_str(), value.to_str()?)))
        .collect::<Result<_, ToStrError>>()?;
    let signable = SignableRequest::new(
        request.method().as_str(),
        url(request),
        amazon.into_iter(),
        SignableBody::Precomputed(payload.unwrap_or(UNSIGNED).to_owned()),
    )?;
    let (instructions, _) = signature(signable, &params)?.into_parts();
    instructions.apply_to_request_http1x(request);
    Ok(())
}

/// With the host that the client named.
fn url<B>(request: &Request<B>) -> String {
    let named = request
        .headers()
        .get(HOST)
        .and_then(|host| host.to_str().ok());
    let host = named.or(request.uri().authority().map(Authority::as_str));
    let path = request
        .uri()
        .path_and_query()
        .map_or("/", PathAndQuery::as_str);
    format!("http://{}{path}", host.unwrap_or("localhost"))
}
