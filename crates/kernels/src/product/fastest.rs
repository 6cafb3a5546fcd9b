//! Which innermost loop this processor can run.

use super::Left;
#[cfg(target_arch = "x86_64")]
use super::avx2;
use super::sums::{ROWS, SumsOf, scalar};

pub fn fastest(left: &Left) -> SumsOf {
    match left.step {
        1 => fastest_of::<1>(),
        ROWS => fastest_of::<ROWS>(),
        other => unreachable!("a row's values lie {other} apart"),
    }
}

fn fastest_of<const STEP: usize>() -> SumsOf {
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("avx2") && std::arch::is_x86_feature_detected!("fma") {
        return |xs, panel, out, onto| {
            // SAFETY: the features that it is compiled for were just detected.
            #[allow(unsafe_code, reason = "calling code for a detected feature")]
            unsafe {
                avx2::sums::<STEP>(xs, panel, out, onto);
            }
        };
    }
    scalar::<STEP>
}
