//! Signature Version 4: signs the request again with the caller's secret and compares.
//!
//! S3 is not verified here: `s3s` does it while it reads the body (its payloads are signed in
//! other ways), with the secrets from the same table.

use std::time::Duration;

use aws_credential_types::Credentials as SigningCredentials;
use aws_sigv4::http_request::{
    SignableBody, SignableRequest, SignatureLocation, SigningSettings, sign,
};
use aws_sigv4::sign::v4;
use bytes::Bytes;
use http::request::Parts;
use http::{HeaderMap, Uri};
use time::macros::format_description;
use time::{OffsetDateTime, PrimitiveDateTime};
use url::form_urlencoded;

use super::error::AwsError;
use crate::cloud::Cloud;
use crate::credentials::{Credentials, Principal};

/// How far a client's clock may be off, as AWS allows.
const MAX_CLOCK_SKEW: Duration = Duration::from_secs(15 * 60);

/// What a signature says about itself, before it is believed.
#[derive(Debug, Clone)]
pub struct Scope {
    pub access_key_id: String,
    pub region: String,
    pub service: String,
    signed_headers: Vec<String>,
    signature: String,
    /// Set on presigned URLs.
    expires: Option<Duration>,
    date: String,
}

impl Scope {
    pub fn of(uri: &Uri, headers: &HeaderMap) -> Option<Self> {
        Self::of_header(headers).or_else(|| Self::of_query(uri))
    }

    fn of_header(headers: &HeaderMap) -> Option<Self> {
        let text = |name: &str| headers.get(name)?.to_str().ok();
        let fields = text("authorization")?.strip_prefix("AWS4-HMAC-SHA256")?;
        let field = |name: &str| {
            fields
                .split(',')
                .find_map(|field| field.trim().strip_prefix(name)?.strip_prefix('='))
        };
        Self::new(
            field("Credential")?,
            field("SignedHeaders")?,
            field("Signature")?,
            text("x-amz-date")?,
        )
    }

    fn of_query(uri: &Uri) -> Option<Self> {
        let pairs: Vec<_> = form_urlencoded::parse(uri.query()?.as_bytes()).collect();
        let field = |name: &str| {
            pairs
                .iter()
                .find(|(key, _)| key == name)
                .map(|(_, value)| value.as_ref())
        };
        let scope = Self::new(
            field("X-Amz-Credential")?,
            field("X-Amz-SignedHeaders")?,
            field("X-Amz-Signature")?,
            field("X-Amz-Date")?,
        )?;
        let expires = field("X-Amz-Expires")?.parse().ok()?;
        Some(Self {
            expires: Some(Duration::from_secs(expires)),
            ..scope
        })
    }

    fn new(credential: &str, signed_headers: &str, signature: &str, date: &str) -> Option<Self> {
        // An access key id has no slash; the date repeats the day of `date`.
        let mut parts = credential.split('/');
        let (access_key_id, _day) = (parts.next()?, parts.next()?);
        let (region, service) = (parts.next()?, parts.next()?);
        Some(Self {
            access_key_id: access_key_id.to_owned(),
            region: region.to_owned(),
            service: service.to_owned(),
            signed_headers: signed_headers.split(';').map(str::to_owned).collect(),
            signature: signature.to_owned(),
            expires: None,
            date: date.to_owned(),
        })
    }
}

/// Whose signature it is. Any is the user's when the settings say so.
pub fn verify(
    cloud: &Cloud,
    scope: &Scope,
    parts: &Parts,
    body: &Bytes,
) -> Result<Principal, AwsError> {
    let known = cloud.principal_of(&scope.access_key_id);
    if cloud.settings.accept_any_credentials {
        return Ok(known.map_or_else(Principal::user, |(principal, _)| principal));
    }
    let Some((principal, credentials)) = known else {
        return Err(AwsError::new(
            403,
            "UnrecognizedClientException",
            "The security token included in the request is invalid.",
        ));
    };
    let signed_at = signed_at(&scope.date)?;
    check_age(scope, signed_at, cloud.world.now())?;
    let expected = signature(scope, &credentials, signed_at, parts, body)?;
    if constant_time_eq(expected.as_bytes(), scope.signature.as_bytes()) {
        Ok(principal)
    } else {
        Err(AwsError::new(
            403,
            "InvalidSignatureException",
            "The request signature we calculated does not match the signature you provided. \
             Check your AWS Secret Access Key and signing method.",
        )
        .with_query_code("SignatureDoesNotMatch"))
    }
}

fn signed_at(date: &str) -> Result<OffsetDateTime, AwsError> {
    let format = format_description!("[year][month][day]T[hour][minute][second]Z");
    PrimitiveDateTime::parse(date, format)
        .map(PrimitiveDateTime::assume_utc)
        .map_err(|_| {
            AwsError::new(
                403,
                "IncompleteSignatureException",
                format!("{date:?} is not a date of Signature Version 4"),
            )
        })
}

fn check_age(
    scope: &Scope,
    signed_at: OffsetDateTime,
    now: OffsetDateTime,
) -> Result<(), AwsError> {
    let expired = |message: String| Err(AwsError::new(403, "InvalidSignatureException", message));
    if signed_at - now > MAX_CLOCK_SKEW {
        return expired(format!(
            "Signature not yet current: {} is still later than now",
            scope.date
        ));
    }
    let lifetime = scope.expires.unwrap_or(MAX_CLOCK_SKEW);
    if now - signed_at > lifetime {
        return expired(format!("Signature expired: {} is too long ago", scope.date));
    }
    Ok(())
}

/// The signature that the caller's secret gives to this very request.
fn signature(
    scope: &Scope,
    credentials: &Credentials,
    signed_at: OffsetDateTime,
    parts: &Parts,
    body: &Bytes,
) -> Result<String, AwsError> {
    let identity = SigningCredentials::new(
        &credentials.access_key_id,
        &credentials.secret_access_key,
        None,
        None,
        "local-aws",
    )
    .into();
    let mut settings = SigningSettings::default();
    // The client chose what to sign: exactly its signed headers, none left out.
    settings.excluded_headers = None;
    if scope.expires.is_some() {
        settings.signature_location = SignatureLocation::QueryParams;
        settings.expires_in = scope.expires;
    }
    let params = v4::SigningParams::builder()
        .identity(&identity)
        .region(&scope.region)
        .name(&scope.service)
        .time(signed_at.into())
        .settings(settings)
        .build()
        .map_err(AwsError::internal)?
        .into();

    let mut headers = Vec::new();
    for name in &scope.signed_headers {
        for value in parts.headers.get_all(name) {
            let value = value.to_str().map_err(|_| {
                AwsError::new(
                    403,
                    "InvalidSignatureException",
                    format!("the signed header {name} is not text"),
                )
            })?;
            headers.push((name.as_str(), value));
        }
    }
    let payload = match parts.headers.get("x-amz-content-sha256") {
        Some(hash) if hash == "UNSIGNED-PAYLOAD" => SignableBody::UnsignedPayload,
        _ => SignableBody::Bytes(body),
    };
    let request = SignableRequest::new(
        parts.method.as_str(),
        signed_uri(&parts.uri, &parts.headers),
        headers.into_iter(),
        payload,
    )
    .map_err(|error| AwsError::new(403, "InvalidSignatureException", error.to_string()))?;
    let (_, signature) = sign(request, &params)
        .map_err(|error| AwsError::new(403, "InvalidSignatureException", error.to_string()))?
        .into_parts();
    Ok(signature)
}

/// The URI as it was before a presigned URL got its signature.
fn signed_uri(uri: &Uri, headers: &HeaderMap) -> String {
    const ADDED: [&str; 6] = [
        "X-Amz-Algorithm=",
        "X-Amz-Credential=",
        "X-Amz-Date=",
        "X-Amz-Expires=",
        "X-Amz-SignedHeaders=",
        "X-Amz-Signature=",
    ];
    let host = headers
        .get(http::header::HOST)
        .and_then(|host| host.to_str().ok())
        .unwrap_or("localhost");
    let query: Vec<&str> = uri
        .query()
        .unwrap_or_default()
        .split('&')
        .filter(|pair| !pair.is_empty() && !ADDED.iter().any(|added| pair.starts_with(added)))
        .collect();
    let separator = if query.is_empty() { "" } else { "?" };
    format!("http://{host}{}{separator}{}", uri.path(), query.join("&"))
}

/// Takes the same time wherever two signatures differ.
fn constant_time_eq(left: &[u8], right: &[u8]) -> bool {
    left.len() == right.len()
        && left
            .iter()
            .zip(right)
            .fold(0, |difference, (left, right)| difference | (left ^ right))
            == 0
}
