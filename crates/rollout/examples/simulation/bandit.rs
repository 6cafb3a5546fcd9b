//! Bandits of known reward rates: Thompson's shares, ended by the confidence sequence, and by the expected loss as others do.

use policy::random::{SplitMix64, seed_of};
use rollout::allocation::{Rewards, challenger_share};
use rollout::{Plan, Rewarded, Slot, Strategy, Tally, Verdict, judge};

use crate::MARGIN;
use crate::measure::{Decided, Share};
use crate::world::fraction;

/// Of rewards.
pub const BUDGET: u64 = 100_000;

/// Requests before the first look, which go to the challenger seldom.
const FIRST: u64 = 500;

/// The champion's.
const REWARD_RATE: f64 = 0.66;

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Stop {
    Sequence,
    /// Below so much.
    ExpectedLoss(f64),
}

pub struct Bandits {
    pub decided: Decided,
    /// Of all requests, those that the better model answered.
    pub better: f64,
}

impl std::fmt::Display for Bandits {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Decided {
            runs,
            promoted,
            rolled_back,
            median,
        } = self.decided;
        let [promoted, back] = [promoted, rolled_back].map(|of| Share(of, runs));
        let median = median.map_or(format!("> {BUDGET}"), |rewards| rewards.to_string());
        let better = 100.0 * self.better;
        write!(f, "{promoted} / {back} / {median} / {better:.0} %")
    }
}

/// With a look, and a new share, whenever a twentieth more requests came.
pub fn bandits(stop: Stop, truth: f64, runs: u64) -> Bandits {
    let (mut promoted, mut rolled_back, mut rewards) = (0, 0, Vec::new());
    let (mut by_better, mut all) = (0, 0);
    for seed in 0..runs {
        let mut random = SplitMix64(seed_of(20_261_130, seed));
        let mut tally = Tally::default();
        let mut share = Strategy::FLOOR;
        let verdict = loop {
            let seen = tally.totals.requests();
            let next = (seen / 20).max(FIRST).min(BUDGET - seen);
            (0..next).for_each(|_| tally.add(draw(&mut random, share, truth)));
            match verdict(stop, &tally) {
                Verdict::Hold { .. } => {}
                verdict => break verdict,
            }
            let totals = tally.totals;
            share = challenger_share(totals.champion, totals.challenger, Strategy::FLOOR);
            share = (100.0 * share).round() / 100.0;
        };
        let totals = tally.totals;
        by_better += if truth > 0.0 {
            totals.challenger.requests()
        } else {
            totals.champion.requests()
        };
        all += totals.requests();
        let mut seen = totals.requests();
        match verdict {
            Verdict::Promote { .. } => promoted += 1,
            Verdict::RollBack => rolled_back += 1,
            Verdict::Hold { .. } | Verdict::Inconclusive { .. } => seen = u64::MAX,
        }
        rewards.push(seen);
    }
    rewards.sort_unstable();
    let median = rewards[rewards.len() / 2];
    Bandits {
        decided: Decided {
            runs,
            promoted,
            rolled_back,
            median: (median < u64::MAX).then_some(median),
        },
        better: by_better as f64 / all as f64,
    }
}

fn draw(random: &mut SplitMix64, challenger_share: f64, truth: f64) -> Rewarded {
    let slot = if fraction(random) < challenger_share {
        Slot::Challenger
    } else {
        Slot::Champion
    };
    let rate = match slot {
        Slot::Champion => REWARD_RATE,
        Slot::Challenger => REWARD_RATE + truth,
    };
    Rewarded {
        slot,
        challenger_share,
        rewarded: fraction(random) < rate,
    }
}

fn verdict(stop: Stop, tally: &Tally) -> Verdict {
    let plan = Plan::rewarded(MARGIN, BUDGET);
    let Stop::ExpectedLoss(most) = stop else {
        return judge(&plan, tally.evidence());
    };
    let (champion, challenger) = (tally.totals.champion, tally.totals.challenger);
    if expected_loss(champion, challenger) < most {
        Verdict::Promote { superior: true }
    } else if expected_loss(challenger, champion) < most {
        Verdict::RollBack
    } else if tally.totals.requests() >= BUDGET {
        Verdict::Inconclusive {
            doubt: rollout::Doubt::Budget,
        }
    } else {
        Verdict::Hold { more: None }
    }
}

/// Of taking the second where the first may be the better one: by normal approximation of both posteriors.
fn expected_loss(first: Rewards, second: Rewards) -> f64 {
    let moments = |of: Rewards| {
        let (a, b) = (of.rewarded as f64 + 1.0, of.unrewarded as f64 + 1.0);
        let rate = a / (a + b);
        (rate, rate * (1.0 - rate) / (a + b + 1.0))
    };
    let ((one, one_variance), (other, other_variance)) = (moments(first), moments(second));
    let (gap, sd) = (other - one, (one_variance + other_variance).sqrt());
    let z = gap / sd;
    let density = (-0.5 * z * z).exp() / (2.0 * std::f64::consts::PI).sqrt();
    sd * density - gap * upper_tail(z)
}

/// P(Z > z) of the standard normal distribution: Abramowitz and Stegun 26.2.17, to 7.5e-8.
fn upper_tail(z: f64) -> f64 {
    if z < 0.0 {
        return 1.0 - upper_tail(-z);
    }
    let t = 1.0 / (1.0 + 0.231_641_9 * z);
    let density = (-0.5 * z * z).exp() / (2.0 * std::f64::consts::PI).sqrt();
    let terms = [
        0.319_381_530,
        -0.356_563_782,
        1.781_477_937,
        -1.821_255_978,
        1.330_274_429,
    ];
    density * t * terms.iter().rev().fold(0.0, |sum, term| sum * t + term)
}
