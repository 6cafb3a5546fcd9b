//! Chance from a seed, by purpose: one more draw elsewhere changes nothing here.

use sha2::{Digest, Sha256};

/// The number that a seed gives for a purpose, always the same.
pub fn draw(seed: u64, purpose: &str) -> u64 {
    let digest = Sha256::new()
        .chain_update(seed.to_be_bytes())
        .chain_update(purpose)
        .finalize();
    digest
        .iter()
        .take(8)
        .fold(0, |number, byte| number << 8 | u64::from(*byte))
}
