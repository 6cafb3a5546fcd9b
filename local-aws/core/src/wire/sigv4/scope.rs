//! What a request says about its signature, before any of it is believed.

use std::time::Duration;

use http::{HeaderMap, Uri};
use url::form_urlencoded;

#[derive(Debug, Clone)]
pub struct Scope {
    pub access_key_id: String,
    pub region: String,
    pub service: String,
    pub(super) signed_headers: Vec<String>,
    pub(super) signature: String,
    /// Set on presigned URLs.
    pub(super) expires: Option<Duration>,
    pub(super) date: String,
}

/// AWS's bound of a presigned URL: a week.
const LONGEST: Duration = Duration::from_secs(604_800);

impl Scope {
    /// A header that must be among the signed and is not: `host`, or one of `x-amz-*`.
    pub fn uncovered<'h>(&self, headers: &'h HeaderMap) -> Option<&'h str> {
        let amazon = headers.keys().map(http::HeaderName::as_str);
        let amazon = amazon.filter(|name| name.starts_with("x-amz-"));
        amazon
            .chain(["host"])
            .find(|name| !self.signed_headers.iter().any(|signed| signed == name))
    }

    /// Whether it is a presigned URL's, and longer than AWS allows.
    pub fn lasts_too_long(&self) -> bool {
        self.expires.is_some_and(|expires| expires > LONGEST)
    }

    /// Whether both the header and the query sign the request: each would be believed by another reader.
    pub fn is_double(uri: &Uri, headers: &HeaderMap) -> bool {
        let query = uri.query().unwrap_or_default();
        let in_query = form_urlencoded::parse(query.as_bytes())
            .any(|(name, _)| matches!(&*name, "X-Amz-Signature" | "Signature" | "AWSAccessKeyId"));
        in_query && headers.contains_key("authorization")
    }

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
