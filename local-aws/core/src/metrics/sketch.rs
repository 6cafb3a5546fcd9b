//! How values were distributed, kept in bounded memory: what percentiles are read from.
//!
//! Buckets of equal relative width, as DDSketch has them (Masson, Rim and Lee, VLDB 2019): a percentile is
//! wrong by one part in a hundred at most, two sketches add up to the sketch of both, and nothing is drawn,
//! so that the same values give the same answer. Every value itself would let a client that invokes in a
//! loop fill the memory for a day; a sample of them would be coarse exactly at p99.

/// The relative error of a percentile.
const ERROR: f64 = 0.01;

/// Each bucket's upper bound, by the one before.
const WIDTH: f64 = (1.0 + ERROR) / (1.0 - ERROR);

/// Of one minute. A minute of latencies between 1 ms and 150 ms has not more; where it has, the lowest
/// buckets join, and the high percentiles, which people look at, stay as exact.
const MOST_BUCKETS: usize = 256;

/// Zero and below, which no logarithm has.
const ZERO: i32 = i32::MIN;

/// Numbers of values by bucket, the lowest bucket first; only buckets that have values.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Sketch(Vec<(i32, u32)>);

impl Sketch {
    pub fn of(value: f64) -> Self {
        Self(vec![(bucket(value), 1)])
    }

    pub fn add(&mut self, other: &Self) {
        for (bucket, count) in &other.0 {
            match self.0.binary_search_by_key(bucket, |(bucket, _)| *bucket) {
                Ok(place) => self.0[place].1 = self.0[place].1.saturating_add(*count),
                Err(place) => self.0.insert(place, (*bucket, *count)),
            }
        }
        while self.0.len() > MOST_BUCKETS {
            let (_, count) = self.0.remove(0);
            self.0[0].1 = self.0[0].1.saturating_add(count);
        }
    }

    /// The value that this share of the values, from 0 to 1, does not exceed.
    pub fn quantile(&self, share: f64) -> f64 {
        let counts = self.0.iter().map(|(_, count)| f64::from(*count));
        // What a product is too large by is no whole value.
        let rank = (share * counts.sum::<f64>() - 1e-6).ceil().max(1.0);
        let mut before = 0.0;
        let found = self.0.iter().find(|(_, count)| {
            before += f64::from(*count);
            before >= rank
        });
        found
            .or(self.0.last())
            .map_or(0.0, |(bucket, _)| middle(*bucket))
    }
}

fn bucket(value: f64) -> i32 {
    if value <= 0.0 {
        return ZERO;
    }
    // The logarithms of all floating-point numbers lie within ±38,000 widths.
    #[expect(clippy::cast_possible_truncation, reason = "see above")]
    let bucket = (value.ln() / WIDTH.ln()).ceil() as i32;
    bucket
}

/// The value whose relative distance to both ends of the bucket is the same.
fn middle(bucket: i32) -> f64 {
    if bucket == ZERO {
        return 0.0;
    }
    2.0 * WIDTH.powi(bucket) / (WIDTH + 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sketch(values: impl Iterator<Item = f64>) -> Sketch {
        let mut all = Sketch::default();
        for value in values {
            all.add(&Sketch::of(value));
        }
        all
    }

    #[test]
    fn a_quantile_is_wrong_by_one_in_a_hundred_at_most() {
        let all = sketch((101..=1100).map(f64::from));
        for (share, exact) in [(0.0, 101.0), (0.5, 600.0), (0.99, 1090.0), (0.999, 1099.0)] {
            let found = all.quantile(share);
            let wrong = (found / exact - 1.0).abs();
            assert!(wrong <= ERROR * 1.001, "{share}: {found}");
        }
    }

    #[test]
    fn sketches_of_parts_add_up_to_the_sketch_of_all() {
        let (even, odd) = (
            (0..50).map(|n| f64::from(n * 2)),
            (0..50).map(|n| f64::from(n * 2 + 1)),
        );
        let mut both = sketch(even);
        both.add(&sketch(odd));
        assert_eq!(both, sketch((0..100).map(f64::from)));
        assert!(both.quantile(0.0).abs() < f64::EPSILON);
    }

    #[test]
    fn values_of_every_size_stay_within_the_bound_and_the_high_quantiles_exact() {
        let all = sketch((-300..300).map(|exponent| 10f64.powi(exponent)));
        assert_eq!(all.0.len(), MOST_BUCKETS);
        let found = all.quantile(0.999);
        assert!((found / 1e299 - 1.0).abs() <= ERROR * 1.001, "{found}");
    }
}
