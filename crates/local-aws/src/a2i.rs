//! Augmented AI: human loops. What people do with them comes through [`desk`], from the portal.
//!
//! A loop is a document of kind [`ACTIVE`] until it ends, then of kind [`ENDED`]; its input is a
//! document of its own, so that looking through loops does not read megabytes.

mod api;
mod desk;
mod finish;
mod human_loop;

#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use time::OffsetDateTime;

use crate::cloud::Cloud;
use crate::operation;
use crate::store::Tx;
use crate::wire::Operation;
pub(crate) use desk::{accept, accepted, give_back, submit, template, waiting};
pub(crate) use human_loop::{Gone, HumanLoop, Reviewer};

const ACTIVE: &str = "a2i/active-human-loop";
const ENDED: &str = "a2i/ended-human-loop";
const INPUT: &str = "a2i/input-content";

pub fn operations() -> Vec<Operation> {
    vec![
        operation!("StopHumanLoop", "reviewloop, boto3", POST "/human-loops/stop", api::stop),
        operation!("StartHumanLoop", "predict", POST "/human-loops", api::start),
        operation!("ListHumanLoops", "reconcile, boto3", GET "/human-loops", api::list),
        operation!(
            "DescribeHumanLoop",
            "collect-labels, reconcile",
            GET "/human-loops/{HumanLoopName}",
            api::describe
        ),
        operation!(
            "DeleteHumanLoop",
            "boto3",
            DELETE "/human-loops/{HumanLoopName}",
            api::delete
        ),
    ]
}

/// How late a loop may be found expired.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Ends loops whose time is over: the clock is the only change that nobody commits.
pub async fn run(cloud: Arc<Cloud>) {
    loop {
        expire(&cloud, cloud.world.now());
        cloud.world.sleep(LOOK_EVERY).await;
    }
}

/// Fails every loop that is not answered by `now` and should be.
pub fn expire(cloud: &Cloud, now: OffsetDateTime) {
    let is_due = |(_, _, it): &(String, String, HumanLoop)| it.expires <= now;
    if !cloud
        .store
        .read(|tx| tx.list_everywhere(ACTIVE).iter().any(is_due))
    {
        return;
    }
    let expired: Result<(), std::convert::Infallible> = cloud.store.write(|tx| {
        for (region, _, it) in tx.list_everywhere(ACTIVE).into_iter().filter(is_due) {
            finish::expired(cloud, tx, &region, it);
        }
        Ok(())
    });
    let Ok(()) = expired;
}

/// Answers as one more reviewer of the loop's team does in the portal; returns the input that the
/// reviewer was shown, and `None` where the loop waits for nobody.
pub fn answer(cloud: &Cloud, region: &str, name: &str, content: Value) -> Option<Value> {
    let teams = [cloud.store.read(|tx| find(tx, region, name))?.workteam_arn];
    let reviewer = Reviewer {
        sub: "one-more".to_owned(),
        issuer: String::new(),
    };
    let (_, shown) = accept(cloud, (region, name), &teams, &reviewer).ok()?;
    submit(cloud, (region, name), &teams, &reviewer, content).ok()?;
    Some(shown)
}

pub(crate) fn has_active_loops(tx: &Tx, region: &str, flow_definition_arn: &str) -> bool {
    let active = tx.list::<HumanLoop>(ACTIVE, region);
    active
        .iter()
        .any(|(_, it)| it.flow_definition_arn == flow_definition_arn)
}

/// The loop of that name, active or ended.
fn find(tx: &Tx, region: &str, name: &str) -> Option<HumanLoop> {
    tx.get(ACTIVE, region, name)
        .or_else(|| tx.get(ENDED, region, name))
}

fn input(tx: &Tx, region: &str, name: &str) -> Value {
    tx.get(INPUT, region, name).unwrap_or_default()
}
