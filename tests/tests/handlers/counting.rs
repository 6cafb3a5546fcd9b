//! The cloud's connector, and the requests that went through it.

use std::sync::{Arc, Mutex};

use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;

#[derive(Clone, Debug)]
pub struct Counting<C> {
    connector: C,
    calls: Arc<Mutex<Calls>>,
}

#[derive(Debug, Default)]
struct Calls {
    /// `GET address`.
    made: Vec<String>,
    under_way: usize,
    most_at_once: usize,
}

impl<C> Counting<C> {
    pub fn new(connector: C) -> Self {
        Self {
            connector,
            calls: Arc::default(),
        }
    }

    pub fn count(&self) -> usize {
        self.calls.lock().unwrap().made.len()
    }

    /// The calls with this method whose address has these words.
    pub fn count_of(&self, method: &str, words: &str) -> usize {
        let calls = self.calls.lock().unwrap();
        let concerned = |call: &&String| call.starts_with(method) && call.contains(words);
        calls.made.iter().filter(concerned).count()
    }

    /// The most calls that were under way at the same time.
    pub fn most_at_once(&self) -> usize {
        self.calls.lock().unwrap().most_at_once
    }
}

impl<C: HttpConnector + Clone + 'static> HttpConnector for Counting<C> {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let Self { connector, calls } = self.clone();
        {
            let mut calls = calls.lock().unwrap();
            calls
                .made
                .push(format!("{} {}", request.method(), request.uri()));
            calls.under_way += 1;
            calls.most_at_once = calls.most_at_once.max(calls.under_way);
        }
        HttpConnectorFuture::new(async move {
            // Callers that do not wait for this answer make their calls first.
            tokio::task::yield_now().await;
            let answer = connector.call(request).await;
            calls.lock().unwrap().under_way -= 1;
            answer
        })
    }
}
