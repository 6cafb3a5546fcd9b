//! Faults by a decorator over the HTTP client: a service that refuses some of the calls.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use aws_config::SdkConfig;
use aws_sdk_s3::primitives::SdkBody;
use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};

use super::setup::Setup;

/// What is refused, how, and how often.
#[derive(Debug, Clone)]
pub struct Refusing<C> {
    inner: C,
    /// In the target header (`SageMaker.CreateEndpoint`) or in the path.
    operation: &'static str,
    code: &'static str,
    body: String,
    left: Arc<AtomicUsize>,
}

/// The test's cloud for a function, whose next `times` answers to an operation are this error.
pub fn config(
    setup: &Setup,
    function: &str,
    operation: &'static str,
    (code, message): (&'static str, &str),
    times: usize,
) -> SdkConfig {
    let refusing = Refusing {
        inner: setup.aws.connector(),
        operation,
        code,
        body: serde_json::json!({ "__type": code, "message": message }).to_string(),
        left: Arc::new(AtomicUsize::new(times)),
    };
    setup.through(function, refusing)
}

impl<C: HttpConnector> HttpConnector for Refusing<C> {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let target = request.headers().get("x-amz-target").unwrap_or_default();
        let concerned = target.ends_with(self.operation) || request.uri().ends_with(self.operation);
        let takes_one = |left: usize| left.checked_sub(1);
        let order = Ordering::SeqCst;
        if !concerned || self.left.fetch_update(order, order, takes_one).is_err() {
            return self.inner.call(request);
        }
        let status = 400.try_into().expect("a status");
        let mut response = HttpResponse::new(status, SdkBody::from(self.body.clone()));
        response.headers_mut().insert("x-amzn-errortype", self.code);
        HttpConnectorFuture::ready(Ok(response))
    }
}
