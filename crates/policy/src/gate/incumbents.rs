//! The model beside approved ones on the same rows. It must not be worse than the champion, so that
//! a deployment loses no quality. It must not be worse than the anchor, so that a row of
//! deployments loses none either.

use contracts::evaluation::{Evaluation, Incumbent, Interval};
use contracts::verdict::{Check, Decision};

use super::{Candidates, Gate, check};
use crate::comparison;

pub fn champion(gate: &Gate, evaluation: &Evaluation, candidates: Candidates) -> Check {
    let measured = evaluation.champion.as_ref();
    let now = if candidates.is_champion() {
        measured.map(arn)
    } else {
        candidates.champion
    };
    held_against("champion", gate, now, measured)
}

pub fn anchor(gate: &Gate, evaluation: &Evaluation, candidates: Candidates) -> Check {
    let measured = evaluation.anchor.as_ref();
    if candidates.is_champion() {
        return held_against("anchor", gate, measured.map(arn), measured);
    }
    if candidates.anchor.is_some() && candidates.anchor == candidates.champion {
        let reason = "the champion is the anchor: compared above".to_owned();
        return check("anchor", Decision::Approved, reason);
    }
    let now = candidates.anchor;
    held_against("anchor", gate, now, measured.filter(|_| now.is_some()))
}

/// `now` is today's champion or anchor, `measured` the one that the evaluation compared with.
fn held_against(name: &str, gate: &Gate, now: Option<&str>, measured: Option<&Incumbent>) -> Check {
    match (now, measured) {
        (Some(now), Some(measured)) if now == arn(measured) => compared(name, gate, measured),
        (None, None) => {
            let reason = format!("there is no {name} to compare with");
            check(name, Decision::Approved, reason)
        }
        _ => changed(name, now, measured),
    }
}

fn arn(incumbent: &Incumbent) -> &str {
    &incumbent.model_package_arn
}

fn changed(name: &str, now: Option<&str>, measured: Option<&Incumbent>) -> Check {
    let (now, then) = (now.unwrap_or("none"), measured.map_or("none", arn));
    let reason = format!("the {name} is {now}, evaluated was {then}: evaluate again");
    check(name, Decision::Inconclusive, reason)
}

fn compared(name: &str, gate: &Gate, measured: &Incumbent) -> Check {
    let difference = &measured.difference;
    let Interval { low, high } = difference.interval;
    let margin = -gate.non_inferiority_margin;
    let decision = if low > margin {
        Decision::Approved
    } else if high < margin {
        Decision::Rejected
    } else {
        Decision::Inconclusive
    };
    let mut reason = format!(
        "balanced accuracy minus the {name}'s is {:+.3} (95 % {low:+.3} to {high:+.3}), \
         the margin is {margin:+.2}",
        difference.value
    );
    if decision == Decision::Inconclusive {
        let rows = measured.scores.rows;
        let needed = comparison::rows_needed(rows, difference.value, difference.interval, margin);
        reason.push_str(&match needed {
            Some(needed) => format!(
                "; about {needed} test rows instead of {rows} would decide, \
                 if the difference stays as it is"
            ),
            None => format!("; no number of test rows like these {rows} would decide"),
        });
    }
    let columns = &measured.other_text_columns;
    if columns.is_empty() {
        return check(name, decision, reason);
    }
    // Unfamiliar inputs speak against the incumbent: a model that loses all the same is worse.
    let decision = match decision {
        Decision::Rejected => Decision::Rejected,
        Decision::Approved | Decision::Inconclusive => Decision::Inconclusive,
    };
    reason.push_str(&format!(
        "; but the {name} was trained on the text columns {columns:?}, and the test rows have others"
    ));
    check(name, decision, reason)
}
