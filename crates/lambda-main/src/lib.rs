//! What all the mains share: tracing, metrics, the AWS configuration, odd envelopes made regular, and the way
//! from an error to Lambda's `Diagnostic`. A main reads its `Config`, builds its clients once, and
//! hands `handle` to [`run`].

pub mod call;
pub mod envelope;
mod http;
pub mod metrics;

mod caps;
mod hosted;
mod processing;
mod reviewers;
mod sentence;
mod variables;

use aws_config::BehaviorVersion;
use aws_types::SdkConfig;
use lambda_runtime::{Diagnostic, LambdaEvent, service_fn};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tracing_subscriber::EnvFilter;

pub use anyhow::Error;
pub use caps::caps;
pub use hosted::hosted;
pub use processing::processing;
pub use reviewers::reviewers;
pub use sentence::sentence;
pub use variables::{list, parsed, variable};

/// Starts tracing and loads the standard AWS configuration. `AWS_ENDPOINT_URL` is the only thing
/// that tells a laptop from an account, and the SDK alone reads it.
pub async fn start() -> SdkConfig {
    // The runtime would log every failure a second time.
    let filter = EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| EnvFilter::new("info,lambda_runtime=off"));
    // Lambda puts its own time stamp before every line.
    tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .without_time()
        .with_target(false)
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
    let config = aws_config::defaults(BehaviorVersion::latest())
        .http_client(http::client())
        .load()
        .await;
    metrics::count_for(&config);
    config
}

/// Serves `handle` until Lambda stops the process. Each event's result is logged here, once: the
/// outcome by its name, an error with its whole chain. An error is answered as a `Diagnostic`; of an
/// asynchronous invocation that means "retry me", of a call by function URL it is a 502.
pub async fn run<E, O, F>(handle: F) -> Result<(), Error>
where
    E: DeserializeOwned,
    O: Serialize,
    F: AsyncFn(E) -> anyhow::Result<O>,
{
    let handle = &handle;
    let service = service_fn(|event: LambdaEvent<Value>| async move {
        let answered = answer(handle, event.payload).await;
        match &answered {
            Ok(answer) => tracing::info!(outcome = outcome(answer), "handled"),
            Err(error) => tracing::error!(error = sentence(error), "failed"),
        }
        answered.map_err(Failure)
    });
    lambda_runtime::run(service)
        .await
        .map_err(|error| anyhow::anyhow!(error))
}

async fn answer<E, O, F>(handle: &F, payload: Value) -> anyhow::Result<Value>
where
    E: DeserializeOwned,
    O: Serialize,
    F: AsyncFn(E) -> anyhow::Result<O>,
{
    let event = envelope::read(payload)?;
    // Boxed: an SDK future nests deeper than the compiler cares to lay out.
    Ok(serde_json::to_value(Box::pin(handle(event)).await?)?)
}

/// The `outcome` tag; `result` (register-dataset) or `statusCode` (predict) instead.
fn outcome(answer: &Value) -> String {
    let name = ["outcome", "result", "statusCode"]
        .iter()
        .find_map(|member| answer.get(member));
    match name {
        Some(Value::String(name)) => name.clone(),
        Some(other) => other.to_string(),
        None => "answered".to_owned(),
    }
}

struct Failure(Error);

impl std::fmt::Debug for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&sentence(&self.0))
    }
}

impl From<Failure> for Diagnostic {
    fn from(Failure(error): Failure) -> Self {
        let error_type = error.root_cause().to_string();
        let error_type = error_type.split([':', '(', '{']).next().unwrap_or_default();
        Diagnostic {
            error_type: error_type.trim().to_owned(),
            error_message: sentence(&error),
        }
    }
}
