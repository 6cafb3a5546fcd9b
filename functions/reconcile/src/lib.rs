//! Looks every few minutes for what no event told, and re-sends it.
//!
//! SageMaker's events are best effort, so each place where the loop waits for one is looked at
//! here: uploads without a receipt, versions that are not explored or held, versions and executions
//! that start-pipeline has not seen end, studies, packages without a verdict, an endpoint that is not where it
//! should be, loops that ended without a label. What is due is sent to its function as the event would have been, by an
//! asynchronous Invoke; the functions bound their own attempts, so this cannot loop at cost.
//!
//! It also tells people: a notice in its outcome goes to the topic by Lambda's destination and a rule. It
//! looks at states and not at events, so a matter is told once, whichever event was lost or came twice.

mod config;
mod deps;
mod explorations;
mod held;
mod human_loops;
mod models;
mod outcome;
mod resend;
mod rollouts;
mod runs;
mod studies;
mod tell;
mod uploads;

use anyhow::Result;
use aws_lambda_events::eventbridge::EventBridgeEvent;
use lambda_main::metrics::{self, Metric};
use policy::notice::Matter;
use tracing::{info, warn};

pub use config::Config;
pub use deps::Deps;
use outcome::Found;
pub use outcome::{Outcome, Resent};

pub async fn handle(deps: &Deps, _: EventBridgeEvent) -> Result<Outcome> {
    let mut found = Found::default();
    // Runs all checks, then returns the first error.
    let looks = [
        uploads::look(deps, &mut found).await,
        explorations::look(deps, &mut found).await,
        held::look(deps, &mut found).await,
        runs::look(deps, &mut found).await,
        models::look(deps, &mut found).await,
        human_loops::look(deps, &mut found).await,
    ];
    for matter in &found.matters {
        warn!(reason = matter.sentence(), "needs a person");
    }
    info!(
        resent = found.resent.len(),
        matters = found.matters.len(),
        "reconciled"
    );
    looks.into_iter().collect::<Result<()>>()?;
    // Last: an invocation that fails tells nothing, so it must not note that it did.
    let notice = tell::tell(deps, &found.matters).await?;
    metrics::count(Metric::Stuck, found.count(Matter::is_stuck));
    metrics::count(Metric::Orphans, found.count(Matter::is_orphan));
    Ok(found.into_outcome(notice))
}
