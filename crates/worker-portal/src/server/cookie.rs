//! The cookies of a session: its token, how many tasks were answered in it, and which was the last.
//!
//! Browsers keep one set of cookies for a host, on every port. The names have
//! the port, so that portals on two ports of one machine do not end each
//! other's sessions. It hides nothing: a browser sends the cookies to every
//! server of that host name, and only a host name of its own would change that.

use axum::http::HeaderMap;
use axum::http::header::{COOKIE, HOST};

use crate::sessions::LIFETIME;

#[derive(Debug, Clone, Copy)]
pub enum Cookie {
    Session,
    /// Tasks answered since signing in: the "3" of "3 of 40". A count that a browser made up is shown to it alone.
    Answered,
    /// The task that was answered last. The desk knows whose it is.
    Last,
}

impl Cookie {
    /// Its `Set-Cookie`; scripts never see it, other sites send it with a link alone: whoever follows one from a
    /// mail is signed in.
    pub fn set(self, headers: &HeaderMap, value: &str) -> String {
        self.written(headers, value, LIFETIME.whole_seconds())
    }

    pub fn clear(self, headers: &HeaderMap) -> String {
        self.written(headers, "", 0)
    }

    /// The value that the request brings.
    pub fn of(self, headers: &HeaderMap) -> Option<&str> {
        let ours = self.name(headers);
        headers
            .get_all(COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .find(|(name, _)| *name == ours)
            .map(|(_, value)| value)
    }

    fn written(self, headers: &HeaderMap, value: &str, max_age_seconds: i64) -> String {
        let name = self.name(headers);
        let secure = if is_https(headers) { "; Secure" } else { "" };
        format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={max_age_seconds}{secure}")
    }

    /// After the port that the request is addressed to. Under HTTPS no other host of the domain can set it: a browser
    /// takes a name with `__Host-` from this host alone.
    fn name(self, headers: &HeaderMap) -> String {
        let (prefix, port) = if is_https(headers) {
            ("__Host-", 443)
        } else {
            ("", 80)
        };
        let host = headers.get(HOST).and_then(|host| host.to_str().ok());
        let port: u16 = host
            .and_then(|host| host.rsplit_once(':'))
            .and_then(|(_, port)| port.parse().ok())
            .unwrap_or(port);
        let name = match self {
            Self::Session => "worker-session",
            Self::Answered => "worker-answered",
            Self::Last => "worker-last",
        };
        format!("{prefix}{name}-{port}")
    }
}

/// As the proxy says that ended TLS. A client that says so itself changes the names of its own cookies.
fn is_https(headers: &HeaderMap) -> bool {
    headers
        .get("x-forwarded-proto")
        .is_some_and(|scheme| scheme == "https")
}
