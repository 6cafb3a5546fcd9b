//! The cookie that carries a session.
//!
//! Browsers keep one set of cookies for a host, on every port. The name has
//! the port, so that portals on two ports of one machine do not end each
//! other's sessions. It hides nothing: a browser sends the cookie to every
//! server of that host name, and only a host name of its own would change that.

use axum::http::HeaderMap;
use axum::http::header::{COOKIE, HOST};

/// The port of a client that names none.
const HTTP_PORT: u16 = 80;

/// The `Set-Cookie` of a session; scripts never see it, other sites never send it.
pub fn set_cookie(headers: &HeaderMap, token: &str, max_age_seconds: i64) -> String {
    let name = name(headers);
    format!("{name}={token}; Path=/; HttpOnly; SameSite=Strict; Max-Age={max_age_seconds}")
}

pub fn clear_cookie(headers: &HeaderMap) -> String {
    set_cookie(headers, "", 0)
}

/// The session's token that the request brings.
pub fn token(headers: &HeaderMap) -> Option<&str> {
    let ours = name(headers);
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, _)| *name == ours)
        .map(|(_, token)| token)
}

/// After the port that the request is addressed to.
fn name(headers: &HeaderMap) -> String {
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    let port = host
        .and_then(|host| host.rsplit_once(':'))
        .and_then(|(_, port)| port.parse().ok())
        .unwrap_or(HTTP_PORT);
    format!("worker-session-{port}")
}
