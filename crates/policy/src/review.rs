//! Which predictions people are asked about, and what their answers say.

use std::collections::BTreeMap;

use contracts::dataset::Origin;

use crate::split::fraction;

/// What people can be asked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Budget {
    /// Confidence under this is uncertain.
    pub threshold: f64,
    /// Share of uncertain texts that may be asked, drawn by hash: the same text always falls
    /// the same way.
    pub rate: f64,
    /// Share of all texts that are asked whatever the confidence, drawn by another hash.
    pub audit_rate: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ask {
    No,
    /// Ask, for this reason.
    Yes(Origin),
    /// Uncertain, but not drawn.
    OverBudget,
}

/// A text drawn for the audit counts as audited also where the model was unsure: its being here
/// does not depend on the model, so it may join the gate's test set.
pub fn ask(budget: &Budget, text: &str, confidence: f64) -> Ask {
    if fraction("audit", text) < budget.audit_rate {
        Ask::Yes(Origin::Audit)
    } else if confidence >= budget.threshold {
        Ask::No
    } else if fraction("review", text) < budget.rate {
        Ask::Yes(Origin::Uncertain)
    } else {
        Ask::OverBudget
    }
}

/// The label most answers give, with how many; `None` on a tie or where nobody gave a known one.
pub fn consolidate_answers<'a>(
    answers: impl IntoIterator<Item = &'a str>,
    labels: &[String],
) -> Option<(&'a str, u32)> {
    let mut votes: BTreeMap<&str, u32> = BTreeMap::new();
    for answer in answers {
        if labels.iter().any(|label| label == answer) {
            *votes.entry(answer).or_default() += 1;
        }
    }
    let most = *votes.values().max()?;
    let mut winners = votes.into_iter().filter(|(_, count)| *count == most);
    let winner = winners.next()?;
    winners.next().is_none().then_some(winner)
}

/// Whether a loop that ended without an answer is asked again.
pub fn ask_again(attempts: u32, maximum_attempts: u32) -> bool {
    attempts < maximum_attempts
}

#[cfg(test)]
mod tests {
    use super::*;

    const BUDGET: Budget = Budget {
        threshold: 0.9,
        rate: 1.0,
        audit_rate: 0.0,
    };

    #[test]
    fn low_confidence_is_asked_and_high_is_not() {
        assert_eq!(ask(&BUDGET, "text", 0.89), Ask::Yes(Origin::Uncertain));
        assert_eq!(ask(&BUDGET, "text", 0.90), Ask::No);
        assert_eq!(ask(&BUDGET, "text", f64::NAN), Ask::Yes(Origin::Uncertain));
    }

    #[test]
    fn the_budget_draws_by_hash_and_the_audit_before_it() {
        let half = Budget {
            rate: 0.5,
            ..BUDGET
        };
        let asked = (0..1000).filter(|n| ask(&half, &format!("t{n}"), 0.1) != Ask::OverBudget);
        assert!((420..580).contains(&asked.count()));
        let audit = Budget {
            audit_rate: 1.0,
            ..BUDGET
        };
        assert_eq!(ask(&audit, "text", 0.1), Ask::Yes(Origin::Audit));
        assert_eq!(ask(&audit, "text", 0.99), Ask::Yes(Origin::Audit));
    }

    #[test]
    fn the_majority_decides_and_a_tie_does_not() {
        let labels = ["-1", "0", "1"].map(str::to_owned);
        assert_eq!(
            consolidate_answers(["1", "0", "1"], &labels),
            Some(("1", 2))
        );
        assert_eq!(consolidate_answers(["1", "0"], &labels), None);
        assert_eq!(consolidate_answers(["5"], &labels), None);
        assert_eq!(consolidate_answers([], &labels), None);
    }
}
