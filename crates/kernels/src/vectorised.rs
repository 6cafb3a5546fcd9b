//! One body, compiled for each width of vectors and for any processor.

/// Defines `$name`, which runs with AVX-512 or AVX2 where the processor has it, and its twin
/// `$scalar`, which runs everywhere. All are the same safe source, and none reorders arithmetic nor
/// fuses a multiplication with an addition, so all give the same bits.
macro_rules! vectorised {
    ($(#[$meta:meta])* $visibility:vis fn $name:ident / $scalar:ident
        ($($argument:ident: $type:ty),* $(,)?) $body:block) => {
        #[allow(
            clippy::inline_always,
            reason = "the body takes the features of the function it is inlined into"
        )]
        #[inline(always)]
        fn $scalar($($argument: $type),*) $body

        $(#[$meta])*
        $visibility fn $name($($argument: $type),*) {
            #[cfg(target_arch = "x86_64")]
            {
                use std::arch::is_x86_feature_detected;

                #[target_feature(enable = "avx512f")]
                fn of_512_bits($($argument: $type),*) {
                    $scalar($($argument),*);
                }
                #[target_feature(enable = "avx2")]
                fn of_256_bits($($argument: $type),*) {
                    $scalar($($argument),*);
                }
                // SAFETY: the feature that each is compiled for was just detected.
                #[allow(unsafe_code, reason = "calling code for a detected feature")]
                unsafe {
                    if is_x86_feature_detected!("avx512f") {
                        return of_512_bits($($argument),*);
                    }
                    if is_x86_feature_detected!("avx2") {
                        return of_256_bits($($argument),*);
                    }
                }
            }
            $scalar($($argument),*);
        }
    };
}

pub(super) use vectorised;

/// Accumulators of a sum: four vectors of 256 bits or two of 512, which hides an addition's latency.
const LANES: usize = 32;

/// `Σ f(x, y)` in an order that does not depend on the processor.
#[allow(
    clippy::inline_always,
    reason = "the body takes the features of the function it is inlined into"
)]
#[inline(always)]
pub(super) fn sum_of(xs: &[f32], ys: &[f32], f: impl Fn(f32, f32) -> f32) -> f32 {
    let mut sums = [0f32; LANES];
    let (mut xs, mut ys) = (xs.chunks_exact(LANES), ys.chunks_exact(LANES));
    for (xs, ys) in xs.by_ref().zip(ys.by_ref()) {
        for ((sum, x), y) in sums.iter_mut().zip(xs).zip(ys) {
            *sum += f(*x, *y);
        }
    }
    let rest: f32 = xs
        .remainder()
        .iter()
        .zip(ys.remainder())
        .map(|(x, y)| f(*x, *y))
        .sum();
    folded(sums, |a, b| a + b) + rest
}

/// The lanes' one value, half of them onto the other half at a time.
#[allow(
    clippy::inline_always,
    reason = "the body takes the features of the function it is inlined into"
)]
#[inline(always)]
fn folded(mut lanes: [f32; LANES], f: impl Fn(f32, f32) -> f32) -> f32 {
    let mut width = LANES;
    while width > 1 {
        width /= 2;
        for lane in 0..width {
            lanes[lane] = f(lanes[lane], lanes[lane + width]);
        }
    }
    lanes[0]
}

/// The largest of some values, minus infinity of none; lane by lane, so that compilers vectorise it.
#[allow(
    clippy::inline_always,
    reason = "the body takes the features of the function it is inlined into"
)]
#[inline(always)]
pub(super) fn largest_of(xs: &[f32]) -> f32 {
    let larger = |a: f32, b: f32| if b > a { b } else { a };
    let mut lanes = [f32::NEG_INFINITY; LANES];
    let chunks = xs.chunks_exact(LANES);
    let rest = chunks.remainder();
    for xs in chunks {
        for (lane, x) in lanes.iter_mut().zip(xs) {
            *lane = larger(*lane, *x);
        }
    }
    rest.iter()
        .fold(folded(lanes, larger), |a, b| larger(a, *b))
}

/// `e^x` with a relative error below 2e-7, and without a branch, so that compilers vectorise it;
/// below -87 it is about 1e-38, not zero. Range reduction to `r` in [-ln 2 / 2, ln 2 / 2] and a
/// polynomial of the sixth degree (the coefficients of Cephes' expf, Moshier 1989).
#[allow(
    clippy::inline_always,
    reason = "the body takes the features of the function it is inlined into"
)]
#[inline(always)]
pub(super) fn exp(x: f32) -> f32 {
    /// Adding 1.5 · 2^23 leaves the rounded value in the lowest bits of the sum.
    const ROUND: f32 = 12_582_912.0;
    const LN_2_HIGH: f32 = 0.693_359_4;
    const LN_2_LOW: f32 = -2.121_944_4e-4;
    let x = x.clamp(-87.0, 88.0);
    let shifted = x * std::f32::consts::LOG2_E + ROUND;
    let n = shifted - ROUND;
    let r = x - n * LN_2_HIGH - n * LN_2_LOW;
    let mut polynomial = 1.987_569_1e-4f32;
    for coefficient in [1.398_2e-3, 8.333_452e-3, 4.166_579_6e-2, 0.166_666_65, 0.5] {
        polynomial = polynomial * r + coefficient;
    }
    // The upper bits of the sum are a multiple of 2^9 and leave by the shift.
    let power_of_two = f32::from_bits(shifted.to_bits().wrapping_add(127) << 23);
    (polynomial * r * r + r + 1.0) * power_of_two
}
