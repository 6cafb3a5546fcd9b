//! The rules of every request and every response.
//!
//! The portal listens where any page in the same browser can reach it. A
//! request must be addressed to a host we know (a rebound name is refused), a
//! change must come from our own pages (`Origin`, then the session's `csrf`),
//! and no page of ours may be framed, scripted or styled by another.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::{self, HeaderName, HeaderValue};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use url::Url;

use super::portal::Portal;
use crate::desk::Desk;

/// For pages of ours. A response that sets its own policy keeps it.
const PAGE_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    img-src 'self' data:; frame-src 'self'; form-action 'self'; base-uri 'none'; \
    frame-ancestors 'none'";

/// The pages' "wait a minute", to a program.
const RETRY_AFTER_SECONDS: &str = "60";

pub async fn guard<D: Desk>(
    State(portal): State<Arc<Portal<D>>>,
    request: Request,
    next: Next,
) -> Response {
    let mut response = match refusal(
        portal.settings.hosts.as_deref(),
        request.method(),
        request.headers(),
    ) {
        Some(reason) => {
            tracing::warn!(reason, "portal request refused");
            (StatusCode::FORBIDDEN, reason).into_response()
        }
        None => next.run(request).await,
    };
    let is_unavailable = response.status() == StatusCode::SERVICE_UNAVAILABLE;
    let headers = response.headers_mut();
    if is_unavailable {
        let seconds = HeaderValue::from_static(RETRY_AFTER_SECONDS);
        headers.insert(header::RETRY_AFTER, seconds);
    }
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
        (header::CACHE_CONTROL, "no-store"),
        (header::CONTENT_SECURITY_POLICY, PAGE_POLICY),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ),
    ] {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
    response
}

fn refusal(hosts: Option<&[String]>, method: &Method, headers: &HeaderMap) -> Option<&'static str> {
    let text = |name| {
        headers
            .get(name)
            .and_then(|value: &HeaderValue| value.to_str().ok())
    };
    let Some(host) = text(header::HOST) else {
        return Some("a Host header is required");
    };
    // A port says nothing about whose name it is.
    let name = Url::parse(&format!("http://{host}"))
        .ok()
        .and_then(|url| url.host_str().map(str::to_owned));
    if !name.is_some_and(|name| hosts.is_none_or(|hosts| hosts.contains(&name))) {
        return Some("this portal does not answer under that host name");
    }
    if matches!(*method, Method::GET | Method::HEAD) {
        return None;
    }
    let from_elsewhere = match text(header::ORIGIN) {
        Some(origin) => origin
            .split_once("://")
            .is_none_or(|(_, authority)| authority != host),
        // Programs send neither; a browser sends at least one of the two.
        None => text(HeaderName::from_static("sec-fetch-site"))
            .is_some_and(|site| site != "same-origin"),
    };
    from_elsewhere.then_some("only the portal's own pages may do that")
}
