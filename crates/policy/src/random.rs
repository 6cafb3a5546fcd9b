//! Many independent random streams from one seed: `SplitMix64` (Steele, Lea and Flood, OOPSLA 2014),
//! which is a counter and a mixing function. The seed is an argument: the same seed gives the same numbers.
//!
//! Inlined, because the classifier draws in its innermost loops and is another crate.

/// The reference's increment: the golden ratio's fraction of 2^64.
const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

/// The seed of one of many uses. Unlike `seed + use_number`, neighbouring seeds share no streams.
#[inline]
pub fn seed_of(seed: u64, use_number: u64) -> u64 {
    mixed(seed.wrapping_add(use_number.wrapping_mul(STEP)))
}

/// The generator. A draw is a few instructions in every build, which counts where a draw is all
/// that is done per row, many million times.
pub struct SplitMix64(pub u64);

impl SplitMix64 {
    #[inline]
    pub fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(STEP);
        mixed(self.0)
    }

    /// Uniform below `bound`, but for one part in 2^64 / `bound`.
    #[inline]
    pub fn below(&mut self, bound: u64) -> u64 {
        let wide = u128::from(self.draw()) * u128::from(bound);
        u64::try_from(wide >> 64).expect("the upper half of 128 bits")
    }

    /// Uniform in [0, 1).
    #[inline]
    pub fn share(&mut self) -> f64 {
        // 53 bits: a double has no more.
        (self.draw() >> 11) as f64 / (1_u64 << 53) as f64
    }
}

#[inline]
fn mixed(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first numbers of the reference implementation from the state 1234567.
    #[test]
    fn random_numbers_are_those_of_the_reference() {
        let mut random = SplitMix64(1_234_567);
        let found = [random.draw(), random.draw(), random.draw()];
        assert_eq!(
            found,
            [
                6_457_827_717_110_365_317,
                3_203_168_211_198_807_973,
                9_817_491_932_198_370_423
            ]
        );
        assert!((0..1000).all(|_| random.below(3) < 3));
        let shares: Vec<f64> = (0..1000).map(|_| random.share()).collect();
        assert!(shares.iter().all(|share| (0.0..1.0).contains(share)));
        // The mean of 1,000 uniform shares is known to .009; this is five times that.
        let mean = shares.iter().sum::<f64>() / 1000.0;
        assert!((mean - 0.5).abs() < 0.045, "{mean}");
    }

    #[test]
    fn the_uses_of_a_seed_are_the_generators_numbers() {
        let mut random = SplitMix64(7);
        assert!((1..100).all(|use_number| seed_of(7, use_number) == random.draw()));
    }
}
