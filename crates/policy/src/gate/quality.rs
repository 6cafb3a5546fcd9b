//! The model by itself: is it shown to be good enough, shown not to be, or neither?
//!
//! A check rejects only where the whole interval lies below what is needed. An interval that holds
//! the limit says that so few rows cannot tell, and a person is asked.

use contracts::evaluation::{ClassScores, Evaluation, Interval};
use contracts::verdict::{Check, Decision};

use super::check::check;
use super::limits::Gate;

/// The lower bound must exceed the share of right answers by chance, by the gate's margin.
pub fn balanced_accuracy(gate: &Gate, evaluation: &Evaluation) -> Check {
    let scores = &evaluation.challenger;
    let floor = 1.0 / evaluation.labels.len().max(1) as f64 + gate.balanced_accuracy_margin;
    let Interval { low, high } = scores.balanced_accuracy_interval;
    let mut reason = format!(
        "balanced accuracy is {:.3} (95 % {low:.3} to {high:.3}), \
         its lower bound must exceed {floor:.3}",
        scores.balanced_accuracy
    );
    let unseen = scores.classes.iter().filter(|class| class.support == 0);
    let unseen: Vec<&str> = unseen.map(|class| class.label.as_str()).collect();
    let decision = if !unseen.is_empty() {
        reason.push_str(&format!(
            "; no test row has the class {}",
            unseen.join(", ")
        ));
        Decision::Inconclusive
    } else if low > floor {
        Decision::Approved
    } else if high < floor {
        Decision::Rejected
    } else {
        Decision::Inconclusive
    };
    check("balanced_accuracy", decision, reason)
}

/// A class is given up if even the upper bound of its recall is below the gate's minimum. Without
/// a test row the bound is 1: nothing is known of the class.
pub fn recall(gate: &Gate, class: &ClassScores) -> Check {
    let (recall, least) = (class.recall, gate.minimum_recall);
    let Interval { low, high } = class.recall_interval;
    let decision = if recall >= least {
        Decision::Approved
    } else if high < least {
        Decision::Rejected
    } else {
        Decision::Inconclusive
    };
    let reason = format!(
        "recall of class {} is {recall:.3} (95 % {low:.3} to {high:.3}), {least:.2} is needed \
         ({} rows)",
        class.label, class.support
    );
    check("recall", decision, reason)
}
