//! A training's hyperparameters, as far as a study reads them.

use contracts::tuning::{Study, Values};

/// The seed of all randomness in training.
pub const SEED: &str = "seed";

/// How often winner and present settings are trained once more: the fewest that a spread can be estimated from with
/// any sense, each as dear as a trial.
const REPEATS: u64 = 3;

/// Other seeds than the trials'. Without randomness in training one is enough.
pub fn seeds(present: &Values) -> Vec<u64> {
    let seed = present.get(SEED).and_then(|seed| seed.parse().ok());
    let seed: u64 = seed.unwrap_or_default();
    let repeats = if is_deterministic(present) {
        1
    } else {
        REPEATS
    };
    (1..=repeats)
        .map(|repeat| seed.wrapping_add(repeat))
        .collect()
}

/// Trials that the winner is the best of, at most: those of earlier attempts at the study count too.
pub fn tried(study: &Study) -> u32 {
    let attempts = u32::try_from(study.continues.len()).unwrap_or(u32::MAX);
    study.jobs.saturating_mul(attempts.saturating_add(1))
}

fn is_deterministic(present: &Values) -> bool {
    algorithm(present) == "ngrams"
}

/// Of a training's hyperparameters.
pub fn algorithm(values: &Values) -> &str {
    let name = values.get("algorithm").map(String::as_str);
    name.unwrap_or("bert").trim_matches('"')
}
