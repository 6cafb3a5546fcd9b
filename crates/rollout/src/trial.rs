//! The comparison of two models, from the first row to its verdict.

use contracts::evaluation::Interval;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::asymptotic::rows_expected;
use crate::bets::{Bounds, interval, refutes};
use crate::evidence::Evidence;
use crate::row::{Refused, Row};

/// What is settled before the first row.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// How much worse than the champion is still "not worse".
    pub margin: f64,
    /// The probability with which the sequence ever leaves out the true difference.
    pub alpha: f64,
    /// The largest value of a row: 1 for paired rows, `0.5 / share` of the rarer slot for rewards.
    pub largest_value: f64,
    /// The largest class weight by the smallest inclusion probability. If no row gets near it, that costs labels.
    pub largest_weight: f64,
    /// What is expected of rows: the sum of their weights' squares by the sum of their weights. If it is
    /// something else, that costs labels.
    pub usual_weight: f64,
    /// No verdict before so many rows: the first ones are of one day.
    pub first_look: u64,
    /// No row is waited for beyond so many.
    pub budget: u64,
}

/// Rows of the traffic that are treated alike.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Kind {
    /// Of the traffic, as far as known: it may be off.
    pub share: f64,
    /// As in [`Row::paired`].
    pub inclusion_probability: f64,
    pub class_weight: f64,
}

impl Kind {
    /// All rows count the same.
    pub const ALL: Kind = Kind {
        share: 1.0,
        inclusion_probability: 1.0,
        class_weight: 1.0,
    };

    fn weight(&self) -> f64 {
        self.class_weight / self.inclusion_probability
    }
}

impl Plan {
    /// For paired rows of these kinds, and a budget of labels.
    pub fn paired(margin: f64, budget: u64, kinds: &[Kind]) -> Self {
        let sum = |of: fn(&Kind) -> f64| kinds.iter().map(of).sum::<f64>();
        let squares =
            sum(|kind| kind.share * kind.class_weight.powi(2) / kind.inclusion_probability);
        Self {
            margin,
            alpha: 0.05,
            largest_value: 1.0,
            largest_weight: kinds.iter().map(Kind::weight).fold(0.0, f64::max),
            usual_weight: squares / sum(|kind| kind.share * kind.class_weight),
            first_look: 200.min(budget),
            budget,
        }
    }

    /// For requests that one of the two answered each, and a budget of rewards.
    pub fn rewarded(margin: f64, budget: u64) -> Self {
        Self {
            // A slot that gets one request in twenty answers for twenty.
            largest_value: 0.5 / crate::strategy::Strategy::FLOOR,
            ..Self::paired(margin, budget, &[Kind::ALL])
        }
    }

    pub fn bounds(&self) -> Bounds {
        Bounds {
            value: self.largest_value,
            weight: self.largest_weight,
            // A stake of half of everything on a usual row: more pays for differences alone that soon show anyway.
            stake: (0.5 * self.largest_weight / self.usual_weight).min(1.0),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Error)]
pub enum Unsound {
    #[error(
        "a margin of {margin} is not above 0 and below {largest_value}, the largest difference"
    )]
    Margin { margin: f64, largest_value: f64 },
    #[error("an alpha of {0} is not between 0 and 1")]
    Alpha(f64),
    #[error("a largest value of {0} is not a positive number")]
    LargestValue(f64),
    #[error("a weight of {0} is not a positive number")]
    Weight(f64),
    #[error("a usual weight of {usual} exceeds the largest, {largest}")]
    UsualWeight { usual: f64, largest: f64 },
    #[error("a first look after {first_look} rows comes never in a budget of {budget}")]
    Budget { first_look: u64, budget: u64 },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Doubt {
    /// All rows of the budget came.
    Budget,
    /// Nobody waits for more rows.
    Deadline,
    /// Earlier and later rows exclude each other's differences: it moved, and no figure is true of all of them.
    Moved,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "verdict", rename_all = "snake_case")]
pub enum Verdict {
    /// Not worse by the margin; `superior`: better.
    Promote { superior: bool },
    /// Worse, be it by less than the margin.
    RollBack,
    /// Neither yet. `more` is about how many rows are still needed if the difference stays as it is; `None` beyond a
    /// million, or where no row was seen.
    Hold { more: Option<u64> },
    /// A person decides.
    Inconclusive { doubt: Doubt },
}

/// What was seen at one time, and what follows.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Look {
    pub rows: u64,
    /// Challenger minus champion. At a verdict it is biased away from what was refuted; the interval is not.
    pub difference: f64,
    /// The running intersection of all looks.
    pub interval: Interval,
    #[serde(flatten)]
    pub verdict: Verdict,
}

/// The state of a comparison.
///
/// A look depends on the rows before it, not on their order, and on earlier looks by the intersection only. Who
/// brings late rows brings them to the next look. A row counts once: the caller knows which ids it has added.
/// Once given, a verdict stays, whatever comes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Trial {
    plan: Plan,
    evidence: Evidence,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    last: Option<Look>,
}

impl Trial {
    pub fn start(plan: Plan) -> Result<Self, Unsound> {
        let positive = |number: f64| number > 0.0 && number.is_finite();
        let Plan {
            margin,
            alpha,
            largest_value,
            largest_weight: largest,
            usual_weight: usual,
            first_look,
            budget,
        } = plan;
        if !positive(largest_value) {
            return Err(Unsound::LargestValue(largest_value));
        }
        if let Some(weight) = [largest, usual]
            .into_iter()
            .find(|weight| !positive(*weight))
        {
            return Err(Unsound::Weight(weight));
        }
        if usual > largest * (1.0 + 1e-6) {
            return Err(Unsound::UsualWeight { usual, largest });
        }
        if !(positive(margin) && margin < largest_value) {
            return Err(Unsound::Margin {
                margin,
                largest_value,
            });
        }
        if !(positive(alpha) && alpha < 1.0) {
            return Err(Unsound::Alpha(alpha));
        }
        if first_look > budget || budget == 0 {
            return Err(Unsound::Budget { first_look, budget });
        }
        Ok(Self {
            plan,
            evidence: Evidence::default(),
            last: None,
        })
    }

    /// The bets are for values and weights up to those of the plan; whatever is larger is refused.
    pub fn add(&mut self, row: Row) -> Result<(), Refused> {
        self.add_many(row, 1)
    }

    /// Counts all rows anew: those of before and later ones.
    pub fn recount(&mut self, evidence: &Evidence) -> Result<(), Refused> {
        self.evidence = Evidence::default();
        let mut cells = evidence.cells().iter();
        cells.try_for_each(|cell| self.add_many(cell.row, cell.rows))
    }

    fn add_many(&mut self, row: Row, rows: u64) -> Result<(), Refused> {
        // Rows are rounded, the plan is not.
        let exceeds = |number: f64, largest: f64| number > largest * (1.0 + 1e-6);
        let (value, largest) = (row.value(), self.plan.largest_value);
        if exceeds(value.abs(), largest) {
            return Err(Refused::Value { value, largest });
        }
        let (weight, largest) = (row.weight(), self.plan.largest_weight);
        if exceeds(weight, largest) {
            return Err(Refused::Weight { weight, largest });
        }
        self.evidence.add_many(row, rows);
        Ok(())
    }

    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    pub fn evidence(&self) -> &Evidence {
        &self.evidence
    }

    /// The last look.
    pub fn last(&self) -> Option<&Look> {
        self.last.as_ref()
    }

    /// Of the last look.
    pub fn verdict(&self) -> Verdict {
        let hold = Verdict::Hold { more: None };
        self.last.map_or(hold, |look| look.verdict)
    }

    /// Looks at all rows so far. As often as one likes.
    pub fn look(&mut self) -> Look {
        if let Some(look) = self.last.filter(Look::is_final) {
            return look;
        }
        let Self { plan, evidence, .. } = &*self;
        let mut verdict = judge(plan, evidence);
        let found = interval(evidence, plan.bounds(), plan.alpha);
        let before = self.last.map_or(found, |look| look.interval);
        let mut narrowed = Interval {
            low: found.low.max(before.low),
            high: found.high.min(before.high),
        };
        if narrowed.low > narrowed.high {
            narrowed = found;
            if matches!(verdict, Verdict::Hold { .. }) {
                verdict = Verdict::Inconclusive {
                    doubt: Doubt::Moved,
                };
            }
        }
        // Of rates: what rewards estimate may lie beyond.
        let within = |rate: f64| rate.clamp(-1.0, 1.0);
        let look = Look {
            rows: evidence.rows(),
            difference: within(evidence.difference()),
            interval: Interval {
                low: within(narrowed.low),
                high: within(narrowed.high),
            },
            verdict,
        };
        self.last = Some(look);
        look
    }

    /// Looks for the last time: what holds is handed to a person.
    pub fn expire(&mut self) -> Look {
        let mut look = self.look();
        if !look.is_final() {
            look.verdict = Verdict::Inconclusive {
                doubt: Doubt::Deadline,
            };
            self.last = Some(look);
        }
        look
    }
}

impl Look {
    pub fn is_final(&self) -> bool {
        self.verdict.is_final()
    }
}

impl Verdict {
    pub fn is_final(self) -> bool {
        !matches!(self, Verdict::Hold { .. })
    }
}

/// What these rows alone say. Better or worse goes before not worse: nobody wants a model that is known to be worse.
pub fn judge(plan: &Plan, evidence: &Evidence) -> Verdict {
    let rows = evidence.rows();
    let hold = Verdict::Hold {
        more: more(plan, evidence),
    };
    if rows < plan.first_look {
        return hold;
    }
    let difference = evidence.difference();
    let refutes = |mean| refutes(evidence, plan.bounds(), mean, plan.alpha);
    if refutes(0.0) {
        // The interval lies on one side of 0, and the estimate in it.
        if difference < 0.0 {
            Verdict::RollBack
        } else {
            Verdict::Promote { superior: true }
        }
    } else if difference > -plan.margin && refutes(-plan.margin) {
        Verdict::Promote { superior: false }
    } else if rows >= plan.budget {
        Verdict::Inconclusive {
            doubt: Doubt::Budget,
        }
    } else {
        hold
    }
}

#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a positive number of at most a million"
)]
fn more(plan: &Plan, evidence: &Evidence) -> Option<u64> {
    const MOST: f64 = 1e6;
    let (rows, difference) = (evidence.rows(), evidence.difference());
    if rows == 0 {
        return None;
    }
    // To the limit that is farther away, among those that the estimate is on the right side of.
    let gap = (difference + plan.margin).max(-difference);
    // One row more that differs: models that happened to agree so far need not go on so.
    let variance = evidence.variance() + 1.0 / rows as f64;
    let more = rows_expected(variance, gap, plan.alpha) - rows as f64;
    if more > MOST {
        return None;
    }
    // More precision would promise too much: two digits, rounded up.
    let more = more.max(1.0);
    let unit = 10f64.powf((more.log10().floor() - 1.0).max(0.0));
    Some(((more / unit).ceil() * unit) as u64)
}

#[cfg(test)]
mod tests;
