//! Looks every few minutes for what no event told, and re-sends it.
//!
//! SageMaker's events are best effort, so each place where the loop waits for one is looked at
//! here: uploads without a receipt, versions and executions that start-pipeline has not seen end,
//! packages without a verdict, an endpoint that is not where it should be, loops that ended
//! without a label. What is due is sent to its function as the event would have been, by an
//! asynchronous Invoke; the functions bound their own attempts, so this cannot loop at cost.

mod config;
mod human_loops;
mod models;
mod resend;
mod runs;
mod uploads;

use anyhow::Result;
use aws_lambda_events::eventbridge::EventBridgeEvent;
use aws_types::SdkConfig;
use loop_state::Bucket;
use serde::Serialize;
use tracing::{info, warn};

pub use config::Config;
pub use resend::Resent;

pub struct Deps {
    pub config: Config,
    pub bucket: Bucket,
    pub sagemaker: aws_sdk_sagemaker::Client,
    pub a2i: aws_sdk_sagemakera2iruntime::Client,
    pub lambda: aws_sdk_lambda::Client,
}

impl Deps {
    pub fn new(aws: &SdkConfig, config: Config) -> Self {
        Self {
            bucket: Bucket::new(aws, &config.bucket),
            config,
            sagemaker: aws_sdk_sagemaker::Client::new(aws),
            a2i: aws_sdk_sagemakera2iruntime::Client::new(aws),
            lambda: aws_sdk_lambda::Client::new(aws),
        }
    }
}

/// What was found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(tag = "outcome", rename = "Reconciled")]
pub struct Outcome {
    pub resent: Vec<Resent>,
    /// Given up by a function, for a person to look at.
    pub stuck: Vec<String>,
    /// Executions of our pipeline that no run refers to.
    pub orphans: Vec<String>,
}

pub async fn handle(deps: &Deps, _: EventBridgeEvent) -> Result<Outcome> {
    let mut outcome = Outcome::default();
    // Runs all checks, then returns the first error.
    let looks = [
        uploads::look(deps, &mut outcome).await,
        runs::look(deps, &mut outcome).await,
        models::look(deps, &mut outcome).await,
        human_loops::look(deps, &mut outcome).await,
    ];
    for reason in outcome.stuck.iter().chain(&outcome.orphans) {
        warn!(reason, "needs a person");
    }
    info!(
        resent = outcome.resent.len(),
        stuck = outcome.stuck.len(),
        orphans = outcome.orphans.len(),
        "reconciled"
    );
    looks.into_iter().collect::<Result<()>>()?;
    Ok(outcome)
}
