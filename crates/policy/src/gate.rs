//! The gate: judges a registered model by its evaluation, and fails closed.

use contracts::evaluation::{Champion, Evaluation, Interval, Scores};
use contracts::verdict::{APPROVAL_DESCRIPTION_LIMIT, Check, Decision};

use crate::split;

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

/// The package under judgement and the champion of this moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Candidates<'a> {
    pub challenger: &'a str,
    pub champion: Option<&'a str>,
}

/// Every check with its reason; none is skipped because another failed.
pub fn judge(
    gate: &Gate,
    evaluation: Result<&Evaluation, String>,
    candidates: Candidates,
) -> Vec<Check> {
    let evaluation = match evaluation {
        Ok(evaluation) => evaluation,
        Err(reason) => return vec![check("evidence", Decision::Inconclusive, reason)],
    };
    let mut checks = vec![
        evidence(evaluation),
        test_rows(gate, &evaluation.challenger),
    ];
    checks.push(balanced_accuracy(gate, evaluation));
    checks.extend(evaluation.challenger.classes.iter().map(|class| {
        let (recall, least) = (class.recall, gate.minimum_recall);
        let reason = format!(
            "recall of class {} is {recall:.3}, {least:.2} is needed ({} rows)",
            class.label, class.support
        );
        check("recall", at_least(recall, least), reason)
    }));
    checks.push(champion(gate, evaluation.champion.as_ref(), candidates));
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

/// The numbers must be numbers, and of this split version.
fn evidence(evaluation: &Evaluation) -> Check {
    let scores = &evaluation.challenger;
    let supports: u64 = scores.classes.iter().map(|class| class.support).sum();
    let cells: u64 = scores.confusion.iter().flatten().sum();
    let shares = scores.classes.iter().map(|class| class.recall);
    let odd = shares
        .chain([scores.balanced_accuracy])
        .find(|v| !(0.0..=1.0).contains(v));
    let (decision, reason) = if evaluation.split_version != split::VERSION {
        let theirs = evaluation.split_version;
        (
            Decision::Inconclusive,
            format!("the evaluation is of split version {theirs}"),
        )
    } else if supports != scores.rows || cells != scores.rows {
        let rows = scores.rows;
        (
            Decision::Inconclusive,
            format!("{rows} rows, but {supports} supports, {cells} scored"),
        )
    } else if scores.classes.len() != evaluation.labels.len() || scores.classes.len() < 2 {
        (
            Decision::Inconclusive,
            "the evaluation does not cover every class".to_owned(),
        )
    } else if let Some(odd) = odd {
        (Decision::Inconclusive, format!("a share of {odd} is none"))
    } else {
        (Decision::Approved, "the evaluation is complete".to_owned())
    };
    check("evidence", decision, reason)
}

fn test_rows(gate: &Gate, scores: &Scores) -> Check {
    let (rows, least) = (scores.rows, gate.minimum_test_rows);
    let decision = if rows >= least {
        Decision::Approved
    } else {
        Decision::Inconclusive
    };
    check(
        "test_rows",
        decision,
        format!("{rows} test rows, {least} are needed"),
    )
}

fn balanced_accuracy(gate: &Gate, evaluation: &Evaluation) -> Check {
    let scores = &evaluation.challenger;
    let floor = 1.0 / evaluation.labels.len().max(1) as f64 + gate.balanced_accuracy_margin;
    let Interval { low, high } = scores.balanced_accuracy_interval;
    let reason = format!(
        "balanced accuracy is {:.3} (95 % {low:.3} to {high:.3}), \
         its lower bound must exceed {floor:.3}",
        scores.balanced_accuracy
    );
    let decision = match low.partial_cmp(&floor) {
        Some(std::cmp::Ordering::Greater) => Decision::Approved,
        Some(_) => Decision::Rejected,
        None => Decision::Inconclusive,
    };
    check("balanced_accuracy", decision, reason)
}

fn champion(gate: &Gate, measured: Option<&Champion>, candidates: Candidates) -> Check {
    let measured_arn = measured.map(|champion| champion.model_package_arn.as_str());
    // Judged again after its own approval, a package finds itself the champion.
    let still =
        candidates.champion == measured_arn || candidates.champion == Some(candidates.challenger);
    let Some(measured) = measured.filter(|_| still) else {
        return if still {
            check(
                "champion",
                Decision::Approved,
                "there is no champion to compare with".into(),
            )
        } else {
            let now = candidates.champion.unwrap_or("none");
            let then = measured_arn.unwrap_or("none");
            let reason = format!("the champion is {now}, evaluated was {then}: evaluate again");
            check("champion", Decision::Inconclusive, reason)
        };
    };
    let Interval { low, high } = measured.difference.interval;
    let margin = -gate.non_inferiority_margin;
    let decision = if low > margin {
        Decision::Approved
    } else if high < margin {
        Decision::Rejected
    } else {
        Decision::Inconclusive
    };
    let mut reason = format!(
        "balanced accuracy minus the champion's is {:+.3} (95 % {low:+.3} to {high:+.3}), \
         the margin is {margin:+.2}",
        measured.difference.value
    );
    // A person who is asked wants to know whether waiting for better evidence can help.
    let detectable = measured.difference.minimum_detectable_difference;
    if let (Decision::Inconclusive, Some(detectable)) = (decision, detectable) {
        let rows = measured.scores.rows;
        reason.push_str(&format!(
            "; with these {rows} rows a difference under {detectable:.3} cannot be seen \
             (80 % power, two-sided 5 %)"
        ));
    }
    check("champion", decision, reason)
}

/// NaN is at least nothing.
fn at_least(value: f64, least: f64) -> Decision {
    if value >= least {
        Decision::Approved
    } else {
        Decision::Rejected
    }
}

fn check(name: &str, decision: Decision, reason: String) -> Check {
    Check {
        name: name.to_owned(),
        decision,
        reason,
    }
}

#[cfg(test)]
mod tests;
