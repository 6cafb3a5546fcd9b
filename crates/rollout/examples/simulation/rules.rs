//! Ways to decide.

use rollout::{Doubt, Evidence, Plan, Verdict, asymptotic, bets, judge};

/// The peers' own default for the time at which the sequence is narrowest.
const NARROWEST: f64 = 5000.0;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// Ours.
    Margin,
    /// Ours, promoting only what is better.
    Superior,
    AsymptoticMargin,
    AsymptoticSuperior,
}

impl Rule {
    pub const ALL: [Rule; 4] = [
        Rule::Margin,
        Rule::Superior,
        Rule::AsymptoticMargin,
        Rule::AsymptoticSuperior,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Rule::Margin => "bets, not worse",
            Rule::Superior => "bets, better",
            Rule::AsymptoticMargin => "ville, gbstats, not worse",
            Rule::AsymptoticSuperior => "ville, gbstats, better",
        }
    }

    pub fn is_asymptotic(self) -> bool {
        matches!(self, Rule::AsymptoticMargin | Rule::AsymptoticSuperior)
    }

    pub fn verdict(self, plan: &Plan, evidence: &Evidence) -> Verdict {
        let difference = evidence.difference();
        let limit = match self {
            Rule::Margin => return judge(plan, evidence),
            Rule::Superior => {
                let refuted = bets::refutes(evidence, plan.bounds(), 0.0, plan.alpha);
                return on_either_side(plan, evidence, refuted && difference > 0.0, refuted);
            }
            Rule::AsymptoticMargin => -plan.margin,
            Rule::AsymptoticSuperior => 0.0,
        };
        let half = half_width(evidence, asymptotic::best_precision(NARROWEST, plan.alpha));
        let promoted = difference - half > limit;
        on_either_side(
            plan,
            evidence,
            promoted,
            promoted || difference + half < 0.0,
        )
    }
}

fn on_either_side(plan: &Plan, evidence: &Evidence, promoted: bool, decided: bool) -> Verdict {
    if promoted {
        Verdict::Promote { superior: false }
    } else if decided {
        Verdict::RollBack
    } else if evidence.rows() >= plan.budget {
        Verdict::Inconclusive {
            doubt: Doubt::Budget,
        }
    } else {
        Verdict::Hold { more: None }
    }
}

/// The peers' half width, by the sample's own variance.
pub fn half_width(evidence: &Evidence, precision: f64) -> f64 {
    let rows = evidence.rows() as f64;
    let variance = evidence.variance() * rows / (rows - 1.0);
    asymptotic::half_width(variance, rows, precision, 0.05)
}
