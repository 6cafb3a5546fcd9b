//! A confidence sequence for the mean of bounded, weighted observations, by betting (Waudby-Smith and Ramdas,
//! JRSS-B 86, 2024).
//!
//! Against the claim "the mean is m", a bettor with wealth 1 stakes a share of it on each row. If the claim is true,
//! the wealth is a nonnegative martingale from 1, and it ever reaches 1/α with probability of at most α (Ville,
//! 1939). The means against which it stays below are the confidence sequence: exact at every row, for any
//! distribution within the bounds, whoever looks and whenever.
//!
//! Weights: a row of weight v stakes on v (x - m) instead of x - m. Rows are labelled with probability π and
//! weigh 1/π; over the labelled ones v (x - m) is 0 on average exactly if m is the mean over all rows. No
//! estimate of a variance and no normal approximation enters, which is what makes weights of 10 beside weights
//! of 1 safe.
//!
//! The stakes: many constant ones in either direction, and the wealths' mean. A mixture of constant stakes is a
//! product over rows, so their order is lost; no time has to be guessed at which the sequence is to be narrow.
//! Against m = 0, with rows of equal weight and stakes up to everything, it is the sequential form of
//! `McNemar`'s test with Beta(1, 1).

use contracts::evaluation::Interval;

use crate::evidence::Evidence;

/// Stakes in a direction. The mixture of so many is valid by itself, the integral is not needed for it.
const STAKES: u32 = 64;

/// What rows can be and what is staked on them, fixed before the first.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bounds {
    /// Values lie between minus this and this.
    pub value: f64,
    /// Weights lie above 0 and not above this.
    pub weight: f64,
    /// The largest stake: a share, above 0 and at most 1, of what can be staked on a row of the largest weight
    /// without debt. It costs width where it is far from what would pay, never validity.
    pub stake: f64,
}

/// The logarithm of the wealth after all rows, against the claim that their mean is `mean`, which lies between the
/// bounds.
pub fn log_wealth(evidence: &Evidence, bounds: Bounds, mean: f64) -> f64 {
    let Bounds {
        value: most,
        weight,
        stake: largest_stake,
    } = bounds;
    // What a stake of everything would win with a row of the largest weight.
    let up = |value: f64| (value + most) / (mean + most) - 1.0;
    let down = |value: f64| (most - value) / (most - mean) - 1.0;
    let gains = |won: &dyn Fn(f64) -> f64| -> Vec<(f64, f64)> {
        let cells = evidence.cells().iter();
        let gain = cells.map(|cell| {
            let row = cell.row;
            (won(row.value()) * row.weight() / weight, cell.rows as f64)
        });
        gain.filter(|(gain, _)| *gain != 0.0).collect()
    };
    let mut wealths = Vec::with_capacity(2 * STAKES as usize);
    for gains in [gains(&up), gains(&down)] {
        for stake in 0..STAKES {
            // Dense near 0, where long sequences need them; the weight keeps the mixture even.
            let root = (f64::from(stake) + 0.5) / f64::from(STAKES);
            let share = largest_stake * root * root;
            let won = |(gain, rows): &(f64, f64)| rows * (1.0 + share * gain).ln();
            let grown: f64 = gains.iter().map(won).sum();
            wealths.push(grown + (root / f64::from(STAKES)).ln());
        }
    }
    let largest = wealths.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let sum: f64 = wealths.iter().map(|wealth| (wealth - largest).exp()).sum();
    largest + sum.ln()
}

/// Whether the claim is refuted at `alpha`: an interval of all means that are not leaves it out.
pub fn refutes(evidence: &Evidence, bounds: Bounds, mean: f64, alpha: f64) -> bool {
    log_wealth(evidence, bounds, mean) >= -alpha.ln()
}

/// The means that are not refuted at `alpha`, rounded outwards.
///
/// They are an interval, because a stake's wealth is convex in m: it is a product of factors that are linear,
/// positive and rising in 1/(b + m) or in 1/(b - m), both convex. And the estimate is among them: at it the
/// gains add up to 0, so that no stake has won.
pub fn interval(evidence: &Evidence, bounds: Bounds, alpha: f64) -> Interval {
    let estimate = evidence.difference();
    let end = |bound: f64| {
        if (estimate - bound).abs() < f64::EPSILON {
            return bound;
        }
        let (mut out, mut within) = (bound, estimate);
        // 2^-30 of the way is less than anybody reads.
        for _ in 0..30 {
            let middle = f64::midpoint(out, within);
            if refutes(evidence, bounds, middle, alpha) {
                out = middle;
            } else {
                within = middle;
            }
        }
        out
    };
    Interval {
        low: end(-bounds.value),
        high: end(bounds.value),
    }
}

#[cfg(test)]
mod tests;
