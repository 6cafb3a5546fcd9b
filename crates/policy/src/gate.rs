//! The gate: judges a registered model by its evaluation, and fails closed.

mod evidence;
mod incumbents;
mod quality;

use contracts::evaluation::Evaluation;
use contracts::verdict::{APPROVAL_DESCRIPTION_LIMIT, Check, Decision};

/// What the gate asks for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Gate {
    pub minimum_test_rows: u64,
    /// The lower bound of balanced accuracy must exceed chance by this much.
    pub balanced_accuracy_margin: f64,
    /// For each class.
    pub minimum_recall: f64,
    /// How much worse than the champion is still "not worse".
    pub non_inferiority_margin: f64,
}

impl Default for Gate {
    /// 300 rows bound a share to about ±0.057; chance + 0.10 is a model that learnt something;
    /// a recall under 0.30 is a class given up; 0.02 is less than two labs' runs differ by.
    fn default() -> Self {
        Self {
            minimum_test_rows: 300,
            balanced_accuracy_margin: 0.10,
            minimum_recall: 0.30,
            non_inferiority_margin: 0.02,
        }
    }
}

/// The ARNs of today's champion and anchor. `Err` says why it is not known which they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Incumbents<'a> {
    pub champion: Result<Option<&'a str>, &'a str>,
    /// [`crate::anchor::version`]'s, in the lineage of the evaluation.
    pub anchor: Result<Option<&'a str>, &'a str>,
}

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
        // Too few rows, or numbers that do not add up, reject nobody either.
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

fn check(name: &str, decision: Decision, reason: String) -> Check {
    Check {
        name: name.to_owned(),
        decision,
        reason,
    }
}

#[cfg(test)]
pub(crate) mod tests;
