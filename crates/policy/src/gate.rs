//! The gate: judges a registered model by its evaluation, and fails closed.

mod bias;
mod check;
mod evidence;
mod incumbents;
mod limits;
mod mode;
mod quality;

use contracts::evaluation::Evaluation;
use contracts::verdict::{APPROVAL_DESCRIPTION_LIMIT, Check, Decision};

pub use bias::{BiasLimits, bias};
use check::check;
pub use incumbents::Incumbents;
pub use limits::Gate;
pub use mode::ApprovalMode;

/// Every check with its reason; none is skipped because another failed.
pub fn judge(
    gate: &Gate,
    evaluation: Result<&Evaluation, String>,
    incumbents: Incumbents,
) -> Vec<Check> {
    let evaluation = match evaluation {
        Ok(evaluation) => evaluation,
        Err(reason) => return vec![check("evidence", Decision::Inconclusive, reason)],
    };
    let mut checks = vec![
        evidence::evidence(evaluation),
        evidence::test_rows(gate, &evaluation.challenger),
    ];
    checks.push(quality::balanced_accuracy(gate, evaluation));
    let classes = evaluation.challenger.classes.iter();
    checks.extend(classes.map(|class| quality::recall(gate, class)));
    checks.push(incumbents::champion(gate, evaluation, incumbents));
    checks.push(incumbents::anchor(gate, evaluation, incumbents));
    if checks[..2]
        .iter()
        .any(|check| check.decision != Decision::Approved)
    {
        // Too few rows, or numbers that do not add up, reject no model either.
        for check in &mut checks {
            if check.decision == Decision::Rejected {
                check.decision = Decision::Inconclusive;
            }
        }
    }
    checks
}

/// One rejection rejects; one doubt asks a person; no check at all is a doubt.
pub fn decision(checks: &[Check]) -> Decision {
    let any = |decision| checks.iter().any(|check| check.decision == decision);
    if any(Decision::Rejected) {
        Decision::Rejected
    } else if any(Decision::Inconclusive) || checks.is_empty() {
        Decision::Inconclusive
    } else {
        Decision::Approved
    }
}

/// At most 1,024 characters, the limit of `ApprovalDescription`, the address of the whole
/// verdict always among them.
pub fn summary(checks: &[Check], verdict_uri: &str) -> String {
    let word = match decision(checks) {
        Decision::Approved => "passed",
        Decision::Rejected => "rejected",
        Decision::Inconclusive => "inconclusive",
    };
    let tail = format!(" Verdict: {verdict_uri}");
    let room = APPROVAL_DESCRIPTION_LIMIT - tail.chars().count().min(APPROVAL_DESCRIPTION_LIMIT);
    let mut text = format!("Gate {word}.");
    let deciding = checks
        .iter()
        .filter(|check| check.decision == decision(checks));
    for check in deciding {
        let more = format!(" {}.", check.reason);
        if text.chars().count() + more.chars().count() > room {
            break;
        }
        text.push_str(&more);
    }
    (text + &tail)
        .chars()
        .take(APPROVAL_DESCRIPTION_LIMIT)
        .collect()
}

#[cfg(test)]
pub(crate) mod tests;
