//! Signature Version 4: signs the request again with the caller's secret and compares.
//!
//! S3 is not verified here: `s3s` does it while it reads the body (its payloads are signed in
//! other ways), with the secrets from the same table.

mod scope;

use std::time::Duration;

use aws_credential_types::Credentials as SigningCredentials;
use aws_sigv4::http_request::{
    SignableBody, SignableRequest, SignatureLocation, SigningSettings, sign,
};
use aws_sigv4::sign::v4;
use bytes::Bytes;
use http::request::Parts;
use http::{HeaderMap, Uri};
use subtle::ConstantTimeEq;
use time::macros::format_description;
use time::{OffsetDateTime, PrimitiveDateTime};

pub use scope::Scope;

use super::error::AwsError;
use crate::cloud::Cloud;
use crate::credentials::Credentials;
use crate::principal::Principal;

/// How far a client's clock may be off, as AWS allows.
const MAX_CLOCK_SKEW: Duration = Duration::from_secs(15 * 60);

/// Who signed, as far as it can be told without the body.
pub struct Signer {
    principal: Principal,
    /// None where any credentials are accepted, or none are needed.
    claim: Option<Claim>,
}

struct Claim {
    scope: Scope,
    credentials: Credentials,
    signed_at: OffsetDateTime,
}

impl Signer {
    /// Refuses a key that is not known, a signature that is too old and one that leaves out what it
    /// must cover.
    pub fn of(cloud: &Cloud, scope: Scope, headers: &HeaderMap) -> Result<Self, AwsError> {
        let known = cloud.principal_of(&scope.access_key_id);
        if known.is_none()
            && let Some(user) = Self::of_unsigned(cloud)
        {
            return Ok(user);
        }
        let (principal, credentials) = known.ok_or_else(|| {
            AwsError::new(
                403,
                "UnrecognizedClientException",
                "The security token included in the request is invalid.",
            )
        })?;
        if cloud.settings.accept_any_credentials {
            return Ok(Self {
                principal,
                claim: None,
            });
        }
        let signed_at = signed_at(&scope.date)?;
        check_age(&scope, signed_at, cloud.world.now())?;
        check_cover(&scope, headers)?;
        let claim = Some(Claim {
            scope,
            credentials,
            signed_at,
        });
        Ok(Self { principal, claim })
    }

    /// The user, where the settings accept any credentials.
    pub fn of_unsigned(cloud: &Cloud) -> Option<Self> {
        let user = Self {
            principal: Principal::user(),
            claim: None,
        };
        cloud.settings.accept_any_credentials.then_some(user)
    }

    /// For an operation that needs no signature, whatever the request brings.
    pub fn anyone() -> Self {
        Self {
            principal: Principal::anyone(),
            claim: None,
        }
    }

    /// Compares the signature with the one that the signer's secret gives to this very request.
    pub fn verify(self, parts: &Parts, body: &Bytes) -> Result<Principal, AwsError> {
        let Some(claim) = self.claim else {
            return Ok(self.principal);
        };
        let expected = signature(&claim, parts, body)?;
        if bool::from(expected.as_bytes().ct_eq(claim.scope.signature.as_bytes())) {
            return Ok(self.principal);
        }
        Err(AwsError::new(
            403,
            "InvalidSignatureException",
            "The request signature we calculated does not match the signature you provided. \
             Check your AWS Secret Access Key and signing method.",
        )
        .with_query_code("SignatureDoesNotMatch"))
    }
}

/// `host` says which service is called and the `x-amz-*` headers what of it: a signature without
/// them would hold for another operation.
fn check_cover(scope: &Scope, headers: &HeaderMap) -> Result<(), AwsError> {
    scope.uncovered(headers).map_or(Ok(()), |name| {
        Err(AwsError::new(
            403,
            "InvalidSignatureException",
            format!("'{name}' must be a 'SignedHeader' in the AWS Authorization."),
        ))
    })
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
    if scope.lasts_too_long() {
        return expired("X-Amz-Expires must be less than a week (in seconds)".to_owned());
    }
    let lifetime = scope.expires.unwrap_or(MAX_CLOCK_SKEW);
    if now - signed_at > lifetime {
        return expired(format!("Signature expired: {} is too long ago", scope.date));
    }
    Ok(())
}

fn signature(claim: &Claim, parts: &Parts, body: &Bytes) -> Result<String, AwsError> {
    let Claim {
        scope,
        credentials,
        signed_at,
    } = claim;
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
        .time((*signed_at).into())
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
