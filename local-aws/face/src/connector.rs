//! The Rust SDK's HTTP client over this cloud, without a socket.

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use axum::Router;
use axum::body::Body;
use http::header::HOST;
use http::{HeaderValue, Request};
use tower::ServiceExt;

/// Give it to `SdkConfig::http_client`; get one from `LocalAws::connector`.
#[derive(Clone, Debug)]
pub struct InProcess {
    app: Router,
}

impl InProcess {
    pub fn new(app: Router) -> Self {
        Self { app }
    }
}

impl HttpClient for InProcess {
    fn http_connector(
        &self,
        _settings: &HttpConnectorSettings,
        _components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for InProcess {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let app = self.app.clone();
        HttpConnectorFuture::new(async move {
            let request = request
                .try_into_http1x()
                .map_err(|error| ConnectorError::user(error.into()))?;
            let Ok(response) = app.oneshot(as_sent(request)).await;
            let (parts, body) = response.into_parts();
            // The SDK wants a body that threads can share; a whole one is.
            let body = axum::body::to_bytes(body, usize::MAX)
                .await
                .map_err(|error| ConnectorError::io(error.into()))?;
            HttpResponse::try_from(http::Response::from_parts(parts, SdkBody::from(body)))
                .map_err(|error| ConnectorError::other(error.into(), None))
        })
    }
}

/// The request as a socket would have brought it: `Host` as a header, the URI only path and query.
fn as_sent(request: Request<SdkBody>) -> Request<Body> {
    let (mut parts, body) = request.into_parts();
    if !parts.headers.contains_key(HOST)
        && let Some(authority) = parts.uri.authority()
        && let Ok(host) = HeaderValue::from_str(authority.as_str())
    {
        parts.headers.insert(HOST, host);
    }
    if let Some(path) = parts.uri.path_and_query() {
        parts.uri = path.clone().into();
    }
    Request::from_parts(parts, Body::new(body))
}
