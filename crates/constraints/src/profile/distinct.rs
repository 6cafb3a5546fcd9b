//! How many values are distinct, and how many of them came again.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, DefaultHasher, Hash, Hasher};

use contracts::constraints::Repeated;

/// Of a million distinct values more than 8,192 are looked at: their number is known to 1.1 % (a standard error).
const MOST: usize = 16_384;

/// Gibbons's distinct sampling (VLDB 2001): values whose hash is low, and how often each came. When they become too many,
/// half of them is let go by halving what is low. A value is thus counted from its first time on, or not at all.
#[derive(Default)]
pub struct Distinct {
    halvings: u32,
    counts: HashMap<u64, bool, BuildHasherDefault<DefaultHasher>>,
}

impl Distinct {
    pub fn add(&mut self, value: &impl Hash) {
        let mut hasher = DefaultHasher::new();
        value.hash(&mut hasher);
        self.add_hash(hasher.finish());
    }

    pub fn add_hash(&mut self, hash: u64) {
        if !self.is_low(hash) {
            return;
        }
        let again = &mut self.counts;
        again
            .entry(hash)
            .and_modify(|again| *again = true)
            .or_insert(false);
        while self.counts.len() > MOST {
            self.halvings += 1;
            let halvings = self.halvings;
            self.counts.retain(|hash, _| is_low(*hash, halvings));
        }
    }

    fn is_low(&self, hash: u64) -> bool {
        is_low(hash, self.halvings)
    }

    pub fn repeated(&self) -> Repeated {
        let values = self.counts.values().filter(|again| **again).count();
        Repeated {
            distinct: (self.counts.len() as u64) << self.halvings,
            values: values as u64,
            sampled_share: 0.5f64.powi(i32::try_from(self.halvings).expect("at most 64")),
        }
    }
}

fn is_low(hash: u64, halvings: u32) -> bool {
    hash.leading_zeros() >= halvings
}
