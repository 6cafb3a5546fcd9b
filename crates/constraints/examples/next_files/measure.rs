//! Draws, and what is found in them.

use constraints::{check, suggest};
use contracts::constraints::Severity;
use contracts::dataset::Row;
use policy::random::{SplitMix64, seed_of};

use super::deequ;
use super::faults::Fault;
use super::file::{drawn, statistics};

/// Of the baseline's size.
pub const SHARES: [f64; 5] = [0.1, 0.25, 0.5, 1.0, 2.0];

/// Of faulty files, in rows.
pub const SIZES: [usize; 8] = [50, 100, 200, 400, 800, 2000, 4000, 8000];

pub struct Alarms {
    pub share: f64,
    pub rows: usize,
    pub ours: u64,
    pub held: u64,
    pub deequ: u64,
    pub deequ_completeness: u64,
    pub deequ_extended: u64,
}

pub fn sound(rows: &[Row], seeds: u64) -> Vec<Alarms> {
    let none = |share: f64| Alarms {
        share,
        rows: sized(rows.len() / 3, share),
        ours: 0,
        held: 0,
        deequ: 0,
        deequ_completeness: 0,
        deequ_extended: 0,
    };
    let mut sizes = SHARES.map(none);
    for seed in 0..seeds {
        let (baseline, next) = drawn(rows, seed);
        let baseline = statistics(baseline);
        let constraints = suggest(&baseline);
        for alarms in &mut sizes {
            let next = statistics(next[..alarms.rows].iter().copied());
            let violations = check(&constraints, &next);
            let held = violations.iter().any(|v| v.severity == Severity::Hold);
            let broken = deequ::broken(&baseline, &next);
            alarms.ours += u64::from(!violations.is_empty());
            alarms.held += u64::from(held);
            alarms.deequ += u64::from(!broken.default.is_empty());
            alarms.deequ_completeness += u64::from(!broken.completeness.is_empty());
            alarms.deequ_extended += u64::from(!broken.extended.is_empty());
        }
    }
    sizes.into()
}

#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a number of rows"
)]
fn sized(rows: usize, share: f64) -> usize {
    (rows as f64 * share) as usize
}

/// By the sizes.
pub struct Caught {
    pub ours: Vec<u64>,
    pub deequ: Vec<u64>,
    pub deequ_extended: Vec<u64>,
}

pub fn caught(rows: &[Row], fault: &Fault, sizes: &[usize], seeds: u64) -> Caught {
    let none = || vec![0; sizes.len()];
    let mut caught = Caught {
        ours: none(),
        deequ: none(),
        deequ_extended: none(),
    };
    for seed in 0..seeds {
        let (baseline, next) = drawn(rows, seed);
        let baseline = statistics(baseline);
        let constraints = suggest(&baseline);
        for (place, &size) in sizes.iter().enumerate() {
            let mut faulty: Vec<Row> = next[..size].iter().copied().cloned().collect();
            (fault.inject)(&mut faulty, &mut SplitMix64(seed_of(seed, size as u64)));
            let next = statistics(&faulty);
            let violations = check(&constraints, &next);
            let found = violations.iter().any(|v| v.feature_name == fault.column);
            let broken = deequ::broken(&baseline, &next);
            caught.ours[place] += u64::from(found);
            caught.deequ[place] += u64::from(broken.default.contains(fault.column));
            caught.deequ_extended[place] += u64::from(broken.extended.contains(fault.column));
        }
    }
    caught
}

/// The size from which on at least 95 % are caught.
pub fn from(counts: &[u64], seeds: u64) -> Option<usize> {
    let enough = |count: &u64| *count as f64 >= 0.95 * seeds as f64;
    let missed = counts.iter().rposition(|count| !enough(count));
    let first = missed.map_or(0, |last_missed| last_missed + 1);
    SIZES.get(first).copied()
}
