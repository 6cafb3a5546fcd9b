//! Chance by purpose: one stream for each purpose, all from one seed; a new draw shifts no other stream.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use data_encoding::HEXLOWER;
use rand::RngCore;
use sha2::{Digest, Sha256};

/// The seed, and how far each stream has been drawn.
pub struct Dice {
    seed: [u8; 32],
    /// How many blocks each purpose has drawn.
    drawn: Mutex<HashMap<String, u64>>,
}

/// The stream of one purpose.
#[derive(Clone, Copy)]
pub struct Stream<'d> {
    dice: &'d Dice,
    purpose: &'d str,
}

/// From a seed that cannot be known: identifiers, keys and passwords are drawn from it.
impl Default for Dice {
    fn default() -> Self {
        let mut seed = [0; 32];
        rand::rng().fill_bytes(&mut seed);
        Self::of(seed)
    }
}

impl Dice {
    /// From a known seed, for what is to be the same again.
    pub fn seeded(seed: u64) -> Self {
        Self::of(Sha256::digest(seed.to_be_bytes()).into())
    }

    fn of(seed: [u8; 32]) -> Self {
        Self {
            seed,
            drawn: Mutex::default(),
        }
    }

    pub fn stream<'d>(&'d self, purpose: &'d str) -> Stream<'d> {
        Stream {
            dice: self,
            purpose,
        }
    }
}

impl Stream<'_> {
    /// Each 32 bytes are SHA-256 of the seed, the block's number and the purpose.
    pub fn fill(self, bytes: &mut [u8]) {
        let mut drawn = self
            .dice
            .drawn
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let number = drawn.entry(self.purpose.to_owned()).or_default();
        for part in bytes.chunks_mut(32) {
            let block = Sha256::new()
                .chain_update(self.dice.seed)
                .chain_update(number.to_be_bytes())
                .chain_update(self.purpose)
                .finalize();
            part.copy_from_slice(&block[..part.len()]);
            *number += 1;
        }
    }

    pub fn number(self) -> u64 {
        let mut bytes = [0; 8];
        self.fill(&mut bytes);
        u64::from_be_bytes(bytes)
    }

    /// `length` lower-case hexadecimal digits.
    pub fn hex(self, length: usize) -> String {
        let mut bytes = vec![0; length.div_ceil(2)];
        self.fill(&mut bytes);
        let mut hex = HEXLOWER.encode(&bytes);
        hex.truncate(length);
        hex
    }

    /// A UUID of version 4.
    pub fn uuid(self) -> String {
        let mut bytes = [0; 16];
        self.fill(&mut bytes);
        uuid::Builder::from_random_bytes(bytes)
            .into_uuid()
            .to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::Dice;

    #[test]
    fn a_purpose_draws_the_same_whatever_else_is_drawn_between() {
        let ids = |dice: &Dice, between: usize| -> Vec<String> {
            let ids = (0..20).map(|_| {
                for _ in 0..between {
                    dice.stream("another").uuid();
                }
                dice.stream("id").uuid()
            });
            ids.collect()
        };
        let first = ids(&Dice::seeded(7), 0);
        assert_eq!(first, ids(&Dice::seeded(7), 3));
        assert_ne!(first, ids(&Dice::seeded(8), 0));
        let different: std::collections::BTreeSet<&String> = first.iter().collect();
        assert_eq!(different.len(), first.len());
        let dice = Dice::seeded(7);
        assert_ne!(dice.stream("a").hex(100), dice.stream("b").hex(100));
        assert_ne!(
            Dice::default().stream("a").hex(64),
            Dice::default().stream("a").hex(64)
        );
    }
}
