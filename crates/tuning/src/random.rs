//! Points that fill a space evenly: Sobol's sequence, scrambled by the seed (Owen; Burley 2020, "Practical Hash-based
//! Owen Scrambling"), with the direction numbers of Joe and Kuo (2008).

/// The crate's sequences end here.
const LONGEST: u32 = 1 << 16;

/// The point with a number: a coordinate in [0, 1) per dimension, of which there are at most 256.
pub(crate) fn point(number: u32, dimensions: usize, seed: u64) -> Vec<f64> {
    // Behind the end of a sequence comes another.
    let seed = folded(seed.wrapping_add(u64::from(number / LONGEST)));
    (0u32..)
        .take(dimensions)
        .map(|dimension| f64::from(sobol_burley::sample(number % LONGEST, dimension, seed)))
        .collect()
}

/// 32 of 64 bits, each of which depends on all (the finaliser of SplitMix64).
fn folded(seed: u64) -> u32 {
    let mut mixed = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    #[expect(
        clippy::cast_possible_truncation,
        reason = "half of the bits are wanted"
    )]
    let half = (mixed ^ (mixed >> 31)) as u32;
    half
}
