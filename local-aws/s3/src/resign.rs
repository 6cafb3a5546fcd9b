//! Any credentials: a request signed with an unknown key becomes the user's.

use axum::body::Body;
use http::header::AUTHORIZATION;
use http::{HeaderValue, Request, Uri};

use crate::sign::{CONTENT_SHA256, Signer, UNSIGNED, sign};
use local_core::wire::sigv4::Scope;
use local_core::{Cloud, Principal};

/// Signs a request again as the user, unless a key of ours has signed it: functions and jobs sign
/// the chunks of their bodies, too. Bodies whose chunks another key has signed stay as they are
/// and do not match: no SDK sends those over plain HTTP by default.
pub(crate) fn as_user(cloud: &Cloud, request: &mut Request<Body>) -> anyhow::Result<()> {
    let scope = Scope::of(request.uri(), request.headers());
    let known = |scope: &Scope| cloud.principal_of(&scope.access_key_id).is_some();
    if scope.as_ref().is_some_and(known) {
        return Ok(());
    }
    *request.uri_mut() = without_signature(request.uri())?;
    let headers = request.headers_mut();
    headers.remove(AUTHORIZATION);
    headers.remove("x-amz-date");
    headers
        .entry(CONTENT_SHA256)
        .or_insert(HeaderValue::from_static(UNSIGNED));
    let signer = Signer {
        principal: &Principal::user(),
        region: scope
            .as_ref()
            .map_or(&cloud.settings.region, |scope| &scope.region),
        expires_in: None,
    };
    sign(cloud, &signer, request)
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
