//! A function whose request halts, so that something happens meanwhile.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use aws_config::SdkConfig;
use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use tokio::sync::Barrier;

use super::setup::Setup;

/// Two parties meet when the request is made, and once more before it goes on.
#[derive(Debug, Clone)]
pub struct Halt {
    method: &'static str,
    /// In the address or in the target header (`SageMaker.CreateEndpoint`).
    words: &'static str,
    barrier: Arc<Barrier>,
    has_halted: Arc<AtomicBool>,
}

impl Halt {
    /// Before the first request with this method and these words.
    pub fn at(method: &'static str, words: &'static str) -> Self {
        Self {
            method,
            words,
            barrier: Arc::new(Barrier::new(2)),
            has_halted: Arc::default(),
        }
    }

    /// Of another function, which meets this one there.
    pub fn other(&self) -> Self {
        Self {
            has_halted: Arc::default(),
            ..self.clone()
        }
    }

    /// The clients of a function, which halts there.
    pub fn config(&self, setup: &Setup, function: &str) -> SdkConfig {
        let halting = Halting {
            connector: setup.aws.connector(),
            halt: self.clone(),
        };
        setup.through(function, halting)
    }

    /// Runs a function, and what happens while its request is halted. A function that never makes the request fails the
    /// test.
    pub async fn during<A, B>(
        &self,
        function: impl Future<Output = A>,
        happens: impl Future<Output = B>,
    ) -> (A, B) {
        let mut function = pin!(function);
        tokio::select! {
            biased;
            _ = &mut function => panic!("{self:?}: the request was not made"),
            _ = self.barrier.wait() => {}
        }
        let happened = happens.await;
        let (done, _) = tokio::join!(function, self.barrier.wait());
        (done, happened)
    }

    fn concerns(&self, request: &HttpRequest) -> bool {
        let target = request.headers().get("x-amz-target").unwrap_or_default();
        let is_named = request.uri().contains(self.words) || target.contains(self.words);
        request.method() == self.method && is_named && !self.has_halted.swap(true, Ordering::SeqCst)
    }
}

#[derive(Debug, Clone)]
struct Halting<C> {
    connector: C,
    halt: Halt,
}

impl<C: HttpConnector + Clone + 'static> HttpConnector for Halting<C> {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let Self { connector, halt } = self.clone();
        let is_halted = halt.concerns(&request);
        HttpConnectorFuture::new(async move {
            if is_halted {
                halt.barrier.wait().await;
                halt.barrier.wait().await;
            }
            connector.call(request).await
        })
    }
}
