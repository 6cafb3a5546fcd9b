//! Numbers too many to be kept.

use contracts::constraints::{Bucket, Kll, Parameters, Sketch};
use policy::random::SplitMix64;

/// A share among so many is known to 1.6 points (two standard errors) at worst. No bound suffers: a sample of rows that
/// come in any order is itself such a file, only shorter.
pub const MOST: usize = 4096;

const BUCKETS: u32 = 10;

/// A uniform sample (Vitter's algorithm R, 1985) beside the exact extremes. The same numbers give the same sample.
pub struct Sample {
    pub count: u64,
    pub min: f64,
    pub max: f64,
    kept: Vec<f64>,
    random: SplitMix64,
}

impl Default for Sample {
    fn default() -> Self {
        Self {
            count: 0,
            min: f64::INFINITY,
            max: f64::NEG_INFINITY,
            kept: Vec::new(),
            random: SplitMix64(0),
        }
    }
}

impl Sample {
    pub fn add(&mut self, number: f64) {
        self.count += 1;
        self.min = self.min.min(number);
        self.max = self.max.max(number);
        if self.kept.len() < MOST {
            self.kept.push(number);
            return;
        }
        let place = self.random.below(self.count);
        let place = usize::try_from(place).ok();
        if let Some(kept) = place.and_then(|place| self.kept.get_mut(place)) {
            *kept = number;
        }
    }

    /// Of one number at least.
    pub fn finish(mut self) -> Kll {
        self.kept.sort_by(f64::total_cmp);
        // Halves first: the difference itself may be beyond any number.
        let width = self.max / f64::from(BUCKETS) - self.min / f64::from(BUCKETS);
        let bound = |place: u32| match place {
            BUCKETS => self.max,
            _ => self.min + width * f64::from(place),
        };
        let below = |bound: f64| self.kept.partition_point(|&number| number < bound) as u64;
        let kept = self.kept.len() as u64;
        let scaled = |place: u32| {
            let below = if place == BUCKETS {
                kept
            } else {
                below(bound(place))
            };
            let scaled = u128::from(below) * u128::from(self.count) / u128::from(kept.max(1));
            u64::try_from(scaled).expect("at most the count")
        };
        let buckets = (0..BUCKETS).map(|place| Bucket {
            lower_bound: bound(place),
            upper_bound: bound(place + 1),
            count: scaled(place + 1) - scaled(place),
        });
        Kll {
            buckets: buckets.collect(),
            sketch: Sketch {
                parameters: Parameters { k: MOST as u64 },
                data: vec![self.kept],
            },
        }
    }
}
