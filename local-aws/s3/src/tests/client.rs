//! A client that signs whatever it is told to send, and a cloud without a socket.

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use http::{HeaderMap, Request};
use local_core::{Cloud, Principal, Settings};
use tempfile::TempDir;

use crate::sign::{CONTENT_SHA256, Signer, UNSIGNED, sign};
use crate::wire::Wire;
use local_core::wire::Front;

pub const BUCKET: &str = "reviews";
pub const REGION: &str = "us-east-1";

pub struct Client {
    pub cloud: Arc<Cloud>,
    wire: Wire,
    pub folder: TempDir,
}

#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
}

impl Client {
    /// A cloud with a bucket.
    pub async fn new() -> Self {
        Self::with(|_| {}).await
    }

    pub async fn with(set: impl FnOnce(&mut Settings)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut settings = Settings::new(folder.path());
        set(&mut settings);
        let cloud = Arc::new(Cloud::open(settings).unwrap());
        let client = Self {
            wire: Wire::new(&cloud),
            cloud,
            folder,
        };
        let created = client.call("PUT", "/reviews", &[], "").await;
        assert_eq!(created.status, 200, "{created:?}");
        client
    }

    /// Signed as the user, for the bucket's region.
    pub async fn call(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Body>,
    ) -> Answer {
        let mut request = request(method, path, headers, body);
        self.sign(&mut request, REGION);
        self.send(request).await
    }

    pub async fn put(&self, key: &str, body: &'static str) {
        let put = self
            .call("PUT", &format!("/{BUCKET}/{key}"), &[], body)
            .await;
        assert_eq!(put.status, 200, "{put:?}");
    }

    /// The request's signature.
    pub fn sign(&self, request: &mut Request<Body>, region: &str) -> String {
        let signer = Signer {
            principal: &Principal::user(),
            region,
            expires_in: None,
        };
        sign(&self.cloud, &signer, request).unwrap();
        let header = request.headers()["authorization"].to_str().unwrap();
        header.rsplit_once("Signature=").unwrap().1.to_owned()
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.wire.answer(&self.cloud, request);
        let (parts, body) = response.await.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap();
        Answer {
            status: parts.status.as_u16(),
            headers: parts.headers,
            text: String::from_utf8(body.to_vec()).unwrap(),
        }
    }
}

impl Answer {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |it| it.to_str().unwrap())
    }

    /// The status, and the code of the error that the body tells.
    #[track_caller]
    pub fn assert_refused(&self, status: u16, code: &str) {
        let code = format!("<Code>{code}</Code>");
        assert!(
            self.status == status && self.text.contains(&code),
            "{self:?}"
        );
    }
}

pub fn request(
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: impl Into<Body>,
) -> Request<Body> {
    let mut request = Request::builder().method(method).uri(path);
    request = request.header("host", "127.0.0.1");
    let named = |name: &str| headers.iter().any(|(known, _)| *known == name);
    if !named(CONTENT_SHA256) {
        request = request.header(CONTENT_SHA256, UNSIGNED);
    }
    let body = body.into();
    if !named("content-length") {
        let length = axum::body::HttpBody::size_hint(&body).exact().unwrap();
        request = request.header("content-length", length);
    }
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(body).unwrap()
}
