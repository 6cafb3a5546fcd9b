//! Which innermost loops this processor can run.

use super::left::{Left, STRIP};
#[cfg(target_arch = "x86_64")]
use super::sums::MOST_COLUMNS;
use super::sums::{COLUMNS, Loop, MOST_ROWS, Sums, scalar};
#[cfg(target_arch = "x86_64")]
use super::{avx2, avx512};

/// A module's `sums` of each of these numbers of rows.
#[cfg(target_arch = "x86_64")]
macro_rules! of_rows {
    ($module:ident, $($rows:literal)*) => {
        &[$(|operands, out, start| {
            // SAFETY: the features that it is compiled for were detected before it is chosen.
            #[allow(unsafe_code, reason = "calling code for a detected feature")]
            unsafe {
                $module::sums::<STEP, $rows>(operands, out, start);
            }
        }),*]
    };
}

/// The widest loop first; the last takes one panel at a time.
pub fn fastest(left: &Left) -> &'static [Loop] {
    match left.step {
        1 => Loops::<1>::fastest(),
        STRIP => Loops::<STRIP>::fastest(),
        other => unreachable!("a row's values lie {other} apart"),
    }
}

/// The loops for left matrices whose values of a row lie `STEP` apart.
pub struct Loops<const STEP: usize>;

impl<const STEP: usize> Loops<STEP> {
    pub const SCALAR: &[Loop] = &[Loop {
        columns: COLUMNS,
        of_rows: &[scalar::<STEP> as Sums; MOST_ROWS],
    }];

    #[cfg(not(target_arch = "x86_64"))]
    fn fastest() -> &'static [Loop] {
        Self::SCALAR
    }
}

#[cfg(target_arch = "x86_64")]
impl<const STEP: usize> Loops<STEP> {
    /// Twelve of its sixteen registers hold sums.
    const AVX2: Loop = Loop {
        columns: COLUMNS,
        of_rows: of_rows!(avx2, 1 2 3 4 5 6),
    };

    /// Twenty-eight of its thirty-two registers hold sums.
    const AVX512: Loop = Loop {
        columns: MOST_COLUMNS,
        of_rows: of_rows!(avx512, 1 2 3 4 5 6 7 8 9 10 11 12 13 14),
    };

    fn fastest() -> &'static [Loop] {
        use std::arch::is_x86_feature_detected;
        if !is_x86_feature_detected!("avx2") || !is_x86_feature_detected!("fma") {
            Self::SCALAR
        } else if is_x86_feature_detected!("avx512f") {
            const { &[Self::AVX512, Self::AVX2] }
        } else {
            const { &[Self::AVX2] }
        }
    }
}
