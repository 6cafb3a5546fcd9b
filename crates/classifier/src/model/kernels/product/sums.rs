//! Six rows times a panel: the innermost loop.

use super::{Left, Onto};

/// Rows whose sums are computed together.
pub const ROWS: usize = 6;

/// Columns of a panel: two AVX2 registers.
pub const COLUMNS: usize = 16;

/// Where their sums go.
pub type Block<'a> = [&'a mut [f32; COLUMNS]; ROWS];

/// Six rows of the left matrix: where each begins.
pub struct Six<'a> {
    pub values: &'a [f32],
    pub starts: [usize; ROWS],
}

/// A panel's values, and what is read next, which comes from memory meanwhile.
#[derive(Clone, Copy)]
pub struct Panel<'a> {
    pub values: &'a [f32],
    pub next: &'a [f32],
}

/// Rows and a panel, of the same number of values, to their products.
pub type SumsOf = fn(&Six, Panel, Block, Onto);

/// The fastest that this processor can.
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
                avx2::<STEP>(xs, panel, out, onto);
            }
        };
    }
    scalar::<STEP>
}

/// The definition, which the fast one is held to.
pub fn scalar<const STEP: usize>(xs: &Six, panel: Panel, out: Block, onto: Onto) {
    let (first, weights) = panel.values.split_at(COLUMNS);
    for (out, start) in out.into_iter().zip(xs.starts) {
        if onto == Onto::Replace {
            out.fill(0.0);
        }
        for (out, first) in out.iter_mut().zip(first) {
            *out += first;
        }
        let xs = xs.values[start..].iter().step_by(STEP);
        for (x, weights) in xs.zip(weights.as_chunks::<COLUMNS>().0) {
            for (out, w) in out.iter_mut().zip(weights) {
                *out += x * w;
            }
        }
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
#[allow(unsafe_code, reason = "loads and stores of vectors take pointers")]
fn avx2<const STEP: usize>(xs: &Six, panel: Panel, out: Block, onto: Onto) {
    use std::arch::x86_64::{
        __m256, _MM_HINT_T0, _mm_prefetch, _mm256_add_ps, _mm256_broadcast_ss, _mm256_fmadd_ps,
        _mm256_loadu_ps, _mm256_storeu_ps,
    };
    let (first, weights) = panel.values.split_at(COLUMNS);
    let weights = weights.as_chunks::<COLUMNS>().0;
    let rows = xs.starts.map(|start| {
        let row = &xs.values[start..];
        assert!(weights.is_empty() || (weights.len() - 1) * STEP < row.len());
        row.as_ptr()
    });
    // SAFETY: `first` are sixteen values, two vectors of eight.
    let first = unsafe {
        let start = first.as_ptr();
        [_mm256_loadu_ps(start), _mm256_loadu_ps(start.add(8))]
    };
    let mut sums = [first; ROWS];
    if onto == Onto::Add {
        for (sums, out) in sums.iter_mut().zip(&out) {
            // SAFETY: `out` are sixteen values, two vectors of eight.
            let before = unsafe {
                let start = out.as_ptr();
                [_mm256_loadu_ps(start), _mm256_loadu_ps(start.add(8))]
            };
            *sums = [
                _mm256_add_ps(sums[0], before[0]),
                _mm256_add_ps(sums[1], before[1]),
            ];
        }
    }
    let add = |sums: &mut [[__m256; 2]; ROWS], place: usize, weights: &[f32; COLUMNS]| {
        // SAFETY: `weights` are sixteen values, two vectors of eight.
        let (left, right) = unsafe {
            let start = weights.as_ptr();
            (_mm256_loadu_ps(start), _mm256_loadu_ps(start.add(8)))
        };
        for (sums, row) in sums.iter_mut().zip(rows) {
            // SAFETY: the row's last value, and so every one before it, lies inside its slice, as
            // asserted above.
            let x = unsafe { _mm256_broadcast_ss(&*row.add(place * STEP)) };
            sums[0] = _mm256_fmadd_ps(x, left, sums[0]);
            sums[1] = _mm256_fmadd_ps(x, right, sums[1]);
        }
    };
    // Four at a time: what a loop costs beside its sums tells where a neighbour shares the core.
    let (fours, rest) = weights.as_chunks::<4>();
    let lines = panel.next.len().div_ceil(COLUMNS);
    let lines_per_four = lines.div_ceil(fours.len().max(1)).max(1);
    let mut next = panel.next.chunks(COLUMNS * lines_per_four);
    for (four, weights) in fours.iter().enumerate() {
        for line in next.next().unwrap_or_default().chunks(COLUMNS) {
            _mm_prefetch::<_MM_HINT_T0>(line.as_ptr().cast());
        }
        for (place, weights) in weights.iter().enumerate() {
            add(&mut sums, 4 * four + place, weights);
        }
    }
    for (place, weights) in rest.iter().enumerate() {
        add(&mut sums, 4 * fours.len() + place, weights);
    }
    for (out, sums) in out.into_iter().zip(&sums) {
        // SAFETY: `out` are sixteen values, two vectors of eight.
        unsafe {
            _mm256_storeu_ps(out.as_mut_ptr(), sums[0]);
            _mm256_storeu_ps(out.as_mut_ptr().add(8), sums[1]);
        }
    }
}
