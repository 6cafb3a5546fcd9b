//! The newest model version, and the decision that it waits for.

use contracts::verdict::Decision;

use super::answer::{Answer, done, waits};
use super::rollout;
use crate::evidence::version_of;
use crate::numbers::{points, scored};
use crate::status::facts::{Facts, Judged};

pub fn answer(facts: &Facts) -> Answer {
    let Some(newest) = facts.packages.first() else {
        return waits("no model", "a run that succeeds registers the first");
    };
    let version = newest.version;
    let state = format!("version {version}: {}", newest.approval);
    if let Some(withdrawn) = &newest.withdrawn {
        return waits(
            state,
            format!("it was withdrawn ({withdrawn}); the next version may serve"),
        );
    }
    match (newest.approval.as_str(), newest.decision.as_deref()) {
        ("Approved", _) => done(state),
        ("Rejected", Some("Rejected")) => {
            waits(state, "the gate rejected it; the next version may serve")
        }
        ("Rejected", _) => waits(state, "it was rejected; the next version may serve"),
        (_, None) => waits(state, "judge-model has not judged it yet"),
        (_, Some(_)) if rollout::is_compared(facts, newest) => {
            let watch = facts.command("reviewloop watch");
            let reason = format!(
                "it is compared with the champion on labels of the audit ({watch}); a person may decide before"
            );
            pending(facts, state, &reason)
        }
        (_, Some("Inconclusive")) => {
            pending(facts, state, "the gate could not decide; a person may")
        }
        (_, Some(decision)) => {
            let reason = format!("the gate says {decision}; a person decides");
            pending(facts, state, &reason)
        }
    }
}

/// A decision that a person is asked for, with what it rests on and what to type.
fn pending(facts: &Facts, state: String, reason: &str) -> Answer {
    let version = facts.packages.first().map_or(0, |newest| newest.version);
    let approve = facts.command(&format!("reviewloop approve {version} --reason WHY"));
    let model = facts.command(&format!("reviewloop model {version}"));
    let asks = format!("{reason}: {approve}, or reject; all of the evidence: {model}");
    Answer {
        evidence: facts.judged.as_ref().map(evidence),
        ..waits(state, asks)
    }
}

fn evidence(judged: &Judged) -> String {
    let mut parts = Vec::new();
    if let Some(evaluation) = &judged.evaluation {
        let scores = &evaluation.challenger;
        parts.push(format!(
            "balanced accuracy {} on {} test rows",
            scored(scores.balanced_accuracy, &scores.balanced_accuracy_interval),
            scores.rows
        ));
        parts.extend(evaluation.incumbents().map(|(name, incumbent)| {
            format!(
                "{} to the {name}, version {}",
                points(incumbent.difference.value, &incumbent.difference.interval),
                version_of(&incumbent.model_package_arn)
            )
        }));
    }
    parts.push(format!("the gate: {}", deciding(judged)));
    parts.join("; ")
}

/// The reasons that made the verdict what it is.
fn deciding(judged: &Judged) -> String {
    let verdict = &judged.verdict;
    if verdict.decision == Decision::Approved {
        return format!("all of its {} checks passed", verdict.checks.len());
    }
    let checks = verdict.deciding();
    let reasons: Vec<&str> = checks.map(|check| check.reason.as_str()).collect();
    reasons.join("; ")
}
