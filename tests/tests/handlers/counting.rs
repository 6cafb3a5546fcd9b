//! The cloud's connector, and how many requests went through it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;

#[derive(Clone, Debug)]
pub struct Counting<C> {
    connector: C,
    calls: Arc<AtomicUsize>,
}

impl<C> Counting<C> {
    pub fn new(connector: C) -> Self {
        Self {
            connector,
            calls: Arc::default(),
        }
    }

    pub fn count(&self) -> usize {
        self.calls.load(Ordering::Relaxed)
    }
}

impl<C: HttpConnector> HttpConnector for Counting<C> {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        self.calls.fetch_add(1, Ordering::Relaxed);
        self.connector.call(request)
    }
}
