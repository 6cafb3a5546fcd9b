//! Looks every few minutes for what no event told, and re-sends it.
//!
//! SageMaker's events are best effort, so each place where the loop waits for one is looked at
//! here: uploads without a receipt, versions and executions that start-pipeline has not seen end,
//! packages without a verdict, an endpoint that is not where it should be, loops that ended
//! without a label. What is due is sent to its function as the event would have been, by an
//! asynchronous Invoke; the functions bound their own attempts, so this cannot loop at cost.

mod config;
mod deps;
mod human_loops;
mod models;
mod outcome;
mod resend;
mod runs;
mod uploads;

use anyhow::Result;
use aws_lambda_events::eventbridge::EventBridgeEvent;
use tracing::{info, warn};

pub use config::Config;
pub use deps::Deps;
pub use outcome::{Outcome, Resent};

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
