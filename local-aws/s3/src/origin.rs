//! What a request said of itself before it was verified.

use axum::body::Body;
use http::Request;

use local_core::Cloud;
use local_core::wire::sigv4::Scope;

/// Travels with a request, into its checks and into its event.
#[derive(Debug, Clone)]
pub(crate) struct Origin {
    /// In S3's form: sixteen upper-case characters.
    pub request_id: String,
    /// The region that the signature names; version 2 names none.
    pub region: Option<String>,
    /// A presigned URL of version 4 that says that it lasts longer than a week.
    pub lasts_too_long: bool,
    /// It is signed in its header and in its query.
    pub is_double: bool,
    /// A header that changes what is asked for stands outside of the signature.
    pub is_uncovered: bool,
}

impl Origin {
    pub fn of(cloud: &Cloud, request: &Request<Body>) -> Self {
        let scope = Scope::of(request.uri(), request.headers());
        Self {
            request_id: request_id(cloud),
            is_double: Scope::is_double(request.uri(), request.headers()),
            lasts_too_long: scope.as_ref().is_some_and(Scope::lasts_too_long),
            is_uncovered: !cloud.settings.accept_any_credentials
                && scope
                    .as_ref()
                    .is_some_and(|scope| scope.uncovered(request.headers()).is_some()),
            region: scope.map(|scope| scope.region),
        }
    }
}

pub(crate) fn request_id(cloud: &Cloud) -> String {
    cloud.world.dice("s3/request-id").hex(16).to_uppercase()
}
