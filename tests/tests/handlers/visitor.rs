//! A browser at the review portal, without a socket.

use axum::Router;
use axum::body::Body;
use axum::http::header::{ACCEPT, CONTENT_TYPE, COOKIE, HOST, ORIGIN, SET_COOKIE};
use axum::http::{Request, StatusCode};
use http_body_util::BodyExt;
use serde_json::Value;
use tower::ServiceExt;

/// As Lambda names a function's URL.
pub const HOSTNAME: &str = "abc.lambda-url.us-east-1.on.aws";

#[derive(Clone)]
pub struct Visitor {
    portal: Router,
    pub origin: String,
    cookies: Vec<(String, String)>,
    csrf: String,
}

/// What came back: JSON where it was JSON.
pub struct Answer {
    pub status: StatusCode,
    pub body: Value,
    pub cookies: Vec<String>,
}

impl Visitor {
    pub fn new(portal: &Router) -> Self {
        Self {
            portal: portal.clone(),
            origin: format!("https://{HOSTNAME}"),
            cookies: Vec::new(),
            csrf: String::new(),
        }
    }

    /// With the password that was mailed, or one that was chosen.
    pub async fn sign_in(&mut self, email: &str, password: &str) -> Answer {
        let form = [("username", email), ("password", password)];
        self.post("/signin", &form).await
    }

    pub async fn get(&mut self, path: &str) -> Answer {
        let request = Request::get(path).body(Body::empty()).expect("a request");
        self.send(request).await
    }

    pub async fn post(&mut self, path: &str, form: &[(&str, &str)]) -> Answer {
        let csrf = [("csrf", self.csrf.as_str())];
        let form = form.iter().chain(&csrf);
        let form = form.map(|(name, value)| format!("{name}={}", form_value(value)));
        let body = form.collect::<Vec<_>>().join("&");
        let request = Request::post(path)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(ORIGIN, &self.origin)
            .body(Body::from(body));
        self.send(request.expect("a request")).await
    }

    async fn send(&mut self, mut request: Request<Body>) -> Answer {
        let cookies = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"));
        let cookies = cookies.collect::<Vec<_>>().join("; ");
        let headers = request.headers_mut();
        for (name, value) in [
            (HOST, HOSTNAME),
            (ACCEPT, "application/json"),
            (COOKIE, &cookies),
        ] {
            headers.insert(name, value.parse().expect("a header"));
        }
        headers.insert("x-forwarded-proto", "https".parse().expect("a header"));
        let portal = self.portal.clone();
        let response = portal.oneshot(request).await.expect("an answer");
        let set = response.headers().get_all(SET_COOKIE).iter();
        let set = set.map(|cookie| cookie.to_str().expect("text").to_owned());
        let cookies: Vec<String> = set.collect();
        for cookie in &cookies {
            self.keep(cookie);
        }
        let status = response.status();
        let body = response.into_body().collect().await.expect("a body");
        let body: Value = serde_json::from_slice(&body.to_bytes()).unwrap_or_default();
        if let Some(csrf) = body["csrf"].as_str() {
            csrf.clone_into(&mut self.csrf);
        }
        Answer {
            status,
            body,
            cookies,
        }
    }

    fn keep(&mut self, cookie: &str) {
        let pair = cookie
            .split(';')
            .next()
            .and_then(|pair| pair.split_once('='));
        let (name, value) = pair.expect("a name and a value");
        self.cookies.retain(|(kept, _)| kept != name);
        if !value.is_empty() {
            self.cookies.push((name.to_owned(), value.to_owned()));
        }
    }
}

fn form_value(text: &str) -> String {
    let bytes = text.bytes().map(|byte| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' => {
            char::from(byte).to_string()
        }
        other => format!("%{other:02X}"),
    });
    bytes.collect()
}
