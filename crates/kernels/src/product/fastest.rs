//! Which innermost loops this processor can run.

use super::Left;
use super::sums::{Loops, ROWS, scalar};
#[cfg(target_arch = "x86_64")]
use super::{avx2, avx512};

pub fn fastest(left: &Left) -> Loops {
    match left.step {
        1 => fastest_of::<1>(),
        ROWS => fastest_of::<ROWS>(),
        other => unreachable!("a row's values lie {other} apart"),
    }
}

#[cfg(target_arch = "x86_64")]
#[allow(unsafe_code, reason = "calling code for a detected feature")]
fn fastest_of<const STEP: usize>() -> Loops {
    let mut loops = Loops {
        one: scalar::<STEP>,
        pair: None,
    };
    if std::arch::is_x86_feature_detected!("avx2") && std::arch::is_x86_feature_detected!("fma") {
        // SAFETY: the features that it is compiled for were just detected.
        loops.one = |xs, panel, out, onto| unsafe { avx2::sums::<STEP>(xs, panel, out, onto) };
        if std::arch::is_x86_feature_detected!("avx512f") {
            // SAFETY: as above.
            loops.pair = Some(|xs, panel, out, onto| unsafe {
                avx512::sums::<STEP>(xs, panel, out, onto);
            });
        }
    }
    loops
}

#[cfg(not(target_arch = "x86_64"))]
fn fastest_of<const STEP: usize>() -> Loops {
    Loops {
        one: scalar::<STEP>,
        pair: None,
    }
}
