//! What is compared.

use policy::review::Budget;

use super::asking::{Asking, DEFAULTS};
use super::crowd::Labelling;

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Arm {
    pub asking: Asking,
    pub labelling: Labelling,
    /// Of each reviewer: the share of wrong answers.
    pub errors: f64,
}

pub const ERRORS: [f64; 3] = [0.0, 0.05, 0.15];

/// What the others are compared with: the first of [`arms`].
pub const REFERENCE: Arm = Arm {
    asking: Asking::AtRandom,
    labelling: Labelling::OneAnswer,
    errors: ERRORS[0],
};

pub fn arms() -> Vec<Arm> {
    let mut arms = Vec::new();
    for errors in ERRORS {
        for asking in [Asking::AtRandom, Asking::ByRule(DEFAULTS)] {
            for labelling in [Labelling::OneAnswer, Labelling::AsTheProduct] {
                arms.push(Arm {
                    asking,
                    labelling,
                    errors,
                });
            }
        }
    }
    // Rules that might do better.
    let lower = Budget {
        threshold: 0.6,
        ..DEFAULTS
    };
    let others = [
        Asking::ByRule(lower),
        Asking::ByDoubtAlone(DEFAULTS),
        Asking::LeastCertainFirst(DEFAULTS),
        Asking::EvenlyOverPredictions,
        Asking::EvenlyOverTruth,
    ];
    arms.extend(others.map(|asking| Arm {
        asking,
        ..REFERENCE
    }));
    arms
}
