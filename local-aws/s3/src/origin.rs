//! What a request said of itself before it was verified.

use std::time::Duration;

use axum::body::Body;
use http::{Request, Uri};
use url::form_urlencoded;

use local_core::Cloud;
use local_core::wire::sigv4::Scope;

/// Travels with a request, into its checks and into its event.
#[derive(Debug, Clone)]
pub(crate) struct Origin {
    /// In S3's form: sixteen upper-case characters.
    pub request_id: String,
    /// The region that the signature names; version 2 names none.
    pub region: Option<String>,
    /// How long a presigned URL of version 4 says that it lasts.
    pub lifetime: Option<Duration>,
}

impl Origin {
    pub fn of(cloud: &Cloud, request: &Request<Body>) -> Self {
        let scope = Scope::of(request.uri(), request.headers());
        Self {
            request_id: request_id(cloud),
            region: scope.map(|scope| scope.region),
            lifetime: lifetime(request.uri()),
        }
    }
}

pub(crate) fn request_id(cloud: &Cloud) -> String {
    cloud.world.random_hex(16).to_uppercase()
}

fn lifetime(uri: &Uri) -> Option<Duration> {
    let mut pairs = form_urlencoded::parse(uri.query()?.as_bytes());
    let (_, seconds) = pairs.find(|(name, _)| name == "X-Amz-Expires")?;
    seconds.parse().ok().map(Duration::from_secs)
}
