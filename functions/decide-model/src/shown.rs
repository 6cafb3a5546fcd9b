//! A decision as the pages show it.

use anyhow::Result;
use contracts::approval::{Approvals, Choice, Vote};
use contracts::task::Moment;
use contracts::verdict::{Check, Decision};
use loop_state::clock::rfc3339;
use policy::approval;
use serde_json::{Value, json};
use worker_portal::{Given, Task, Waiting};

use crate::version::Pending;

const TEMPLATE: &str = include_str!("../../../templates/model-decision.liquid.html");

pub fn waiting(pending: &Pending) -> Waiting {
    let version = pending.version;
    Waiting {
        id: version.to_string(),
        human_loop: format!("model version {version}"),
        title: format!("Decide about model version {version}"),
        description: headline(pending.verdict.decision).to_owned(),
        flow: version.to_string(),
    }
}

/// `own`: the approver's vote, which is still open to change.
pub fn task(
    pending: &Pending,
    approvals: &Approvals,
    approvers: usize,
    own: Option<&Vote>,
    now: Moment,
) -> Result<Task> {
    let votes = approval::counting(approvals, pending.since, now).into_iter();
    let votes: Result<Vec<Value>> = votes
        .map(|vote| {
            let at = rfc3339(vote.at)?;
            Ok(json!({"username": vote.username, "reason": vote.reason, "at": at}))
        })
        .collect();
    let checks: Vec<Value> = pending.verdict.checks.iter().map(check).collect();
    let champion = pending.verdict.champion_model_package_arn.as_deref();
    let input = json!({
        "version": pending.version,
        "headline": headline(pending.verdict.decision),
        "champion": champion.and_then(|arn| arn.rsplit('/').next()),
        "checks": checks,
        "approvals": votes?,
        "approvers": approvers,
        "own": own.map(|vote| vote.choice),
    });
    Ok(Task {
        waiting: waiting(pending),
        template: TEMPLATE.to_owned(),
        input,
        given: None,
    })
}

/// What the approver chose, while others still may decide.
pub fn given(version: i32, vote: &Vote) -> Result<Given> {
    Ok(Given {
        id: version.to_string(),
        text: format!("model version {version}"),
        label: match vote.choice {
            Choice::Approve => "Approve".to_owned(),
            Choice::Reject => "Reject".to_owned(),
        },
        at: rfc3339(vote.at)?,
        seconds: 0,
        change_until: Some(rfc3339(Moment(
            vote.at.0 + approval::LASTS_DAYS * 24 * 3600 * 1000,
        ))?),
    })
}

fn headline(decision: Decision) -> &'static str {
    match decision {
        Decision::Approved => "It passed the gate.",
        Decision::Inconclusive => "The evidence does not decide: the gate leaves it to you.",
        Decision::Rejected => "It failed the gate.",
    }
}

fn check(check: &Check) -> Value {
    let mark = match check.decision {
        Decision::Approved => "passed",
        Decision::Inconclusive => "open",
        Decision::Rejected => "failed",
    };
    json!({"mark": mark, "reason": check.reason})
}
