//! Presigned URLs: what a custom resource gets as its `ResponseURL`.

use std::time::Duration;

use aws_credential_types::Credentials as SigningCredentials;
use aws_sigv4::http_request::{
    PercentEncodingMode, SignableBody, SignableRequest, SignatureLocation, SigningSettings,
    UriPathNormalizationMode, sign,
};
use aws_sigv4::sign::v4;
use url::form_urlencoded::byte_serialize;

use local_core::{Cloud, Principal};

/// A URL with which whoever holds it may do this to this object, as `principal`, until it expires.
pub fn presign(
    cloud: &Cloud,
    principal: &Principal,
    method: &http::Method,
    (bucket, key): (&str, &str),
    expires_in: Duration,
) -> anyhow::Result<String> {
    let credentials = cloud.credentials_for(principal);
    let identity = SigningCredentials::new(
        credentials.access_key_id,
        credentials.secret_access_key,
        None,
        None,
        "local-aws",
    )
    .into();
    let mut settings = SigningSettings::default();
    settings.signature_location = SignatureLocation::QueryParams;
    settings.expires_in = Some(expires_in);
    settings.percent_encoding_mode = PercentEncodingMode::Single;
    settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
    let params = v4::SigningParams::builder()
        .identity(&identity)
        .region(&cloud.settings.region)
        .name("s3")
        .time(cloud.world.now().into())
        .settings(settings)
        .build()?
        .into();
    let url = format!("{}/{bucket}/{}", cloud.endpoint_url(), encode(key));
    let request = SignableRequest::new(
        method.as_str(),
        url.as_str(),
        std::iter::empty(),
        SignableBody::UnsignedPayload,
    )?;
    let (instructions, _) = sign(request, &params)?.into_parts();
    let mut signed = http::Request::builder().method(method).uri(&url).body(())?;
    instructions.apply_to_request_http1x(&mut signed);
    Ok(signed.uri().to_string())
}

/// Percent-encodes a key for a path, or for a listing with `encoding-type=url`.
pub(super) fn encode(key: &str) -> String {
    let segments = key.split('/').map(|segment| {
        // A form writes a space as a plus, and leaves the star.
        let encoded: String = byte_serialize(segment.as_bytes()).collect();
        encoded
            .replace('+', "%20")
            .replace('*', "%2A")
            .replace("%7E", "~")
    });
    segments.collect::<Vec<_>>().join("/")
}
