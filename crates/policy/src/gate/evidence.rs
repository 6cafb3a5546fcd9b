//! Whether there is enough evidence, and whether its numbers are numbers.

use contracts::evaluation::{Evaluation, Scores};
use contracts::verdict::{Check, Decision};

use super::check::check;
use super::limits::Gate;
use crate::split;

/// The numbers must be numbers, and of this split version.
pub fn evidence(evaluation: &Evaluation) -> Check {
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
        (
            Decision::Inconclusive,
            format!("{odd} is not a share between 0 and 1"),
        )
    } else {
        (Decision::Approved, "the evaluation is complete".to_owned())
    };
    check("evidence", decision, reason)
}

pub fn test_rows(gate: &Gate, scores: &Scores) -> Check {
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
