//! Shares and quantiles that may be looked at at any moment, by the bets on a mean: of the values, the share up
//! to the quantile is known (Howard and Ramdas, Bernoulli 28, 2022).

use contracts::evaluation::Interval;

use crate::bets::{Bounds, interval, refutes};
use crate::evidence::Evidence;
use crate::row::Row;

const SHARE: Bounds = Bounds {
    value: 1.0,
    weight: 1.0,
    // A share near 0 or 1 is known by large stakes.
    stake: 1.0,
};

/// A share and its confidence sequence at so many of so many. 0 to 1 where nothing was seen.
pub fn share(count: u64, of: u64, alpha: f64) -> Interval {
    let of_mean = |mean: f64| f64::midpoint(mean, 1.0).clamp(0.0, 1.0);
    let Interval { low, high } = interval(&counted(count, of), SHARE, alpha);
    Interval {
        low: of_mean(low),
        high: of_mean(high),
    }
}

/// The places, from 1 on, of the values between which a quantile lies; `None` where there are too few for that
/// side. A metrics service that gives percentiles can be asked for just these.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Places {
    pub low: Option<u64>,
    pub high: Option<u64>,
}

/// For the quantile `share`, above 0 and below 1, of `of` values without ties; with ties it errs by less than
/// one tie.
pub fn places(of: u64, share: f64, alpha: f64) -> Places {
    let refuted = |count: u64| refutes(&counted(count, of), SHARE, 2.0 * share - 1.0, alpha);
    // The likeliest count is not refuted; away from it, what is refuted stays so.
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a share of a count"
    )]
    let likeliest = (of as f64 * share).round() as u64;
    let least = first(0, likeliest, |count| !refuted(count));
    let too_many = first(likeliest, of + 1, refuted);
    Places {
        low: (least > 0).then_some(least),
        high: (too_many <= of).then_some(too_many),
    }
}

/// The quantile's confidence sequence at these sorted values; infinite to the side for which there are too few.
pub fn quantile(sorted: &[f64], share: f64, alpha: f64) -> Interval {
    let Places { low, high } = places(sorted.len() as u64, share, alpha);
    let at = |place: u64| usize::try_from(place).ok().map(|place| sorted[place - 1]);
    Interval {
        low: low.and_then(at).unwrap_or(f64::NEG_INFINITY),
        high: high.and_then(at).unwrap_or(f64::INFINITY),
    }
}

/// The first number from `from` on, below `end`, of which it is true; `end` if of none. Once true, it stays so.
fn first(mut from: u64, mut end: u64, is: impl Fn(u64) -> bool) -> u64 {
    while from < end {
        let middle = from.midpoint(end);
        if is(middle) {
            end = middle;
        } else {
            from = middle + 1;
        }
    }
    from
}

fn counted(count: u64, of: u64) -> Evidence {
    let mut evidence = Evidence::default();
    for (yes, rows) in [(true, count), (false, of - count)] {
        if rows > 0 {
            evidence.add_many(Row::of_share(yes), rows);
        }
    }
    evidence
}

#[cfg(test)]
mod tests {
    use policy::random::SplitMix64;

    use super::*;

    #[test]
    fn shares_lie_in_their_intervals() {
        let Interval { low, high } = share(3, 400, 0.05);
        assert!(
            low < 0.0075 && 0.0075 < high && low >= 0.0,
            "{low} to {high}"
        );
        let nothing = share(0, 0, 0.05);
        assert!((nothing.low, nothing.high) == (0.0, 1.0), "{nothing:?}");
        let all = share(300, 300, 0.05);
        assert!(all.low > 0.95 && all.high == 1.0, "{all:?}");
    }

    #[test]
    fn few_values_bound_no_high_quantile_from_above() {
        assert_eq!(
            places(0, 0.95, 0.05),
            Places {
                low: None,
                high: None
            }
        );
        let some = places(40, 0.95, 0.05);
        assert!(
            some.high.is_none() && some.low.is_some_and(|low| low < 38),
            "{some:?}"
        );
        let many = places(1000, 0.95, 0.05);
        let (low, high) = (many.low.unwrap(), many.high.unwrap());
        assert!(low < 950 && 950 < high && high <= 1000, "{many:?}");
        // The same by trying all counts.
        let refuted = |count: u64| refutes(&counted(count, 1000), SHARE, 0.9, 0.05);
        assert!(refuted(low - 1) && !refuted(low) && !refuted(high - 1) && refuted(high));
    }

    /// Uniform values, whose 95 % quantile is 0.95, looked at 40 times.
    #[test]
    fn the_true_quantile_is_left_out_seldom_over_all_looks() {
        let mut missed = 0;
        for seed in 0..400 {
            let mut random = SplitMix64(seed);
            let draw = |_| (random.draw() >> 11) as f64 / (1u64 << 53) as f64;
            let values: Vec<f64> = (0..2000).map(draw).collect();
            let misses = (1..=40).any(|look| {
                let mut seen = values[..look * 50].to_vec();
                seen.sort_by(f64::total_cmp);
                let Interval { low, high } = quantile(&seen, 0.95, 0.05);
                !(low <= 0.95 && 0.95 <= high)
            });
            missed += usize::from(misses);
        }
        assert!(missed <= 20, "{missed} of 400");
        assert!(missed > 0, "it could promise more");
    }
}
