//! A client of the portal, without a socket.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{ACCEPT, CONTENT_TYPE, COOKIE, HOST, SET_COOKIE};
use axum::response::Response;
use axum::routing::get;
use http_body_util::BodyExt;
use serde_json::Value;
use tower::ServiceExt;

use super::fake_desk::FakeDesk;
use crate::{PortalSettings, router};

pub fn portal(desk: &Arc<FakeDesk>) -> Router {
    let settings = PortalSettings {
        hosts: Some(vec!["127.0.0.1".to_owned()]),
        file_origins: Vec::new(),
        hashing: Arc::default(),
    };
    let others = Router::new().route("/others/one", get(async || "one"));
    router(Arc::clone(desk), settings, others)
}

#[derive(Clone)]
pub struct Visitor {
    pub portal: Router,
    pub host: &'static str,
    /// As a proxy that ended TLS names it.
    pub scheme: Option<&'static str>,
    pub cookies: String,
    pub csrf: String,
}

impl Visitor {
    pub fn new(portal: &Router) -> Self {
        Self {
            portal: portal.clone(),
            host: "127.0.0.1:8080",
            scheme: None,
            cookies: String::new(),
            csrf: String::new(),
        }
    }

    pub async fn signed_in(portal: &Router, username: &str, password: &str) -> Self {
        let mut visitor = Self::new(portal);
        let response = visitor.sign_in(username, password).await;
        visitor.cookies = set_cookie(&response);
        visitor.csrf = json(response).await["csrf"].as_str().unwrap().to_owned();
        visitor
    }

    pub async fn sign_in(&self, username: &str, password: &str) -> Response {
        let form = format!("username={username}&password={password}");
        self.post("/signin", form).await
    }

    pub async fn get(&self, path: &str, header: (&str, &str)) -> Response {
        let request = Request::get(path).header(header.0, header.1);
        self.send(request, Body::empty()).await
    }

    /// As a program: the answer is JSON.
    pub async fn post(&self, path: &str, form: String) -> Response {
        let request = Request::post(path)
            .header(ACCEPT, "application/json")
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request, Body::from(form)).await
    }

    /// As a browser: the answer is a page.
    pub async fn submit_page(&self, path: &str, form: String) -> Response {
        let request = Request::post(path)
            .header(ACCEPT, "text/html")
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request, Body::from(form)).await
    }

    async fn send(&self, request: axum::http::request::Builder, body: Body) -> Response {
        let mut request = request
            .header(HOST, self.host)
            .header(COOKIE, &self.cookies);
        if let Some(scheme) = self.scheme {
            request = request.header("x-forwarded-proto", scheme);
        }
        let request = request.body(body).unwrap();
        self.portal.clone().oneshot(request).await.unwrap()
    }
}

/// The cookie that the response sets, as the next request brings it.
pub fn set_cookie(response: &Response) -> String {
    let cookie = response.headers()[SET_COOKIE].to_str().unwrap();
    cookie.split(';').next().unwrap().to_owned()
}

pub async fn text(response: Response) -> String {
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    String::from_utf8(bytes.to_vec()).unwrap()
}

pub async fn json(response: Response) -> Value {
    serde_json::from_str(&text(response).await).unwrap()
}

/// The value of a hidden field, as a browser reads it.
pub fn hidden(page: &str, name: &str) -> String {
    let (_, field) = page
        .split_once(&format!(r#"name="{name}" value=""#))
        .unwrap();
    let (value, _) = field.split_once('"').unwrap();
    let value = value.replace("&quot;", "\"").replace("&#39;", "'");
    let value = value.replace("&lt;", "<").replace("&gt;", ">");
    value.replace("&amp;", "&")
}
