//! What comes of many runs.

use std::fmt;

use rollout::{Evidence, Row, Verdict, asymptotic, bets};

use crate::rules::{self, Rule};
use crate::world::{Rows, World};
use crate::{BUDGET, FIRST_LOOK};

/// So many of so many.
pub struct Share(pub u64, pub u64);

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.3}", self.0 as f64 / self.1 as f64)
    }
}

#[derive(Debug)]
pub struct Decided {
    pub runs: u64,
    pub promoted: u64,
    pub rolled_back: u64,
    /// Of labels until a verdict; `None` where half of the runs have none.
    pub median: Option<u64>,
}

impl fmt::Display for Decided {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [promoted, back] = [self.promoted, self.rolled_back].map(|of| Share(of, self.runs));
        let median = self.median.map(|labels| labels.to_string());
        let median = median.unwrap_or_else(|| format!("> {BUDGET}"));
        write!(f, "{promoted} / {back} / {median}")
    }
}

/// With a look after every so many labels.
pub fn decided(world: World, rule: Rule, truth: f64, every: u64, runs: u64) -> Decided {
    let plan = world.plan();
    let (mut promoted, mut rolled_back, mut labels) = (0, 0, Vec::new());
    for seed in 0..runs {
        let mut rows = Rows::new(world, truth, seed);
        let mut evidence = Evidence::default();
        let mut seen = 0;
        let verdict = loop {
            let next = if seen == 0 { FIRST_LOOK } else { every };
            (0..next).for_each(|_| evidence.add(rows.draw()));
            seen += next;
            match rule.verdict(&plan, &evidence) {
                Verdict::Hold { .. } => {}
                verdict => break verdict,
            }
        };
        match verdict {
            Verdict::Promote { .. } => promoted += 1,
            Verdict::RollBack => rolled_back += 1,
            Verdict::Hold { .. } | Verdict::Inconclusive { .. } => seen = u64::MAX,
        }
        labels.push(seen);
    }
    labels.sort_unstable();
    let median = labels[labels.len() / 2];
    Decided {
        runs,
        promoted,
        rolled_back,
        median: (median < u64::MAX).then_some(median),
    }
}

/// Runs in which an interval ever lay above or below the truth.
#[derive(Debug, Default)]
pub struct Missed {
    pub above: u64,
    pub below: u64,
}

/// With a look after every label from the first look to the end of the budget.
pub fn covered(world: World, truth: f64, asymptotic: bool, runs: u64) -> Missed {
    missed(world, truth, truth, asymptotic, runs)
}

/// The same for another difference than the true one.
pub fn missed(world: World, truth: f64, mean: f64, asymptotic: bool, runs: u64) -> Missed {
    let mut missed = Missed::default();
    for seed in 0..runs {
        let rows = Rows::new(world, truth, seed);
        let crossed = if asymptotic {
            leaves_out(rows, mean)
        } else {
            refuted(rows, world, mean)
        };
        match crossed {
            Some(difference) if difference > mean => missed.above += 1,
            Some(_) => missed.below += 1,
            None => {}
        }
    }
    missed
}

/// The difference that was estimated when the wealth first reached the bound.
fn refuted(mut rows: Rows, world: World, mean: f64) -> Option<f64> {
    let plan = world.plan();
    let bound = -plan.alpha.ln();
    let mut evidence = Evidence::default();
    // At most so much can the wealth have grown since it was computed: a row wins no more than a stake of everything.
    let mut since = f64::INFINITY;
    let mut wealth = 0.0;
    for seen in 1..=BUDGET {
        let row = rows.draw();
        evidence.add(row);
        since += most_won(row, plan.largest_weight, mean);
        if seen < FIRST_LOOK || wealth + since < bound {
            continue;
        }
        wealth = bets::log_wealth(&evidence, plan.bounds(), mean);
        since = 0.0;
        if wealth >= bound {
            return Some(evidence.difference());
        }
    }
    None
}

fn most_won(row: Row, largest_weight: f64, mean: f64) -> f64 {
    let value = row.value();
    let gain = ((value - mean) / (1.0 + mean)).max((mean - value) / (1.0 - mean));
    (gain * row.weight() / largest_weight).ln_1p()
}

/// The same of the peers' interval.
fn leaves_out(mut rows: Rows, mean: f64) -> Option<f64> {
    let precision = asymptotic::best_precision(5000.0, 0.05);
    let mut evidence = Evidence::default();
    for seen in 1..=BUDGET {
        evidence.add(rows.draw());
        if seen < FIRST_LOOK {
            continue;
        }
        let difference = evidence.difference();
        if (difference - mean).abs() > rules::half_width(&evidence, precision) {
            return Some(difference);
        }
    }
    None
}
