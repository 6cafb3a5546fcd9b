//! The innermost loop in AVX2: two vectors of sums of each row stay in registers.

use std::arch::x86_64::{
    __m256, _MM_HINT_T0, _mm_prefetch, _mm256_add_ps, _mm256_broadcast_ss, _mm256_fmadd_ps,
    _mm256_loadu_ps, _mm256_storeu_ps,
};
use std::array::from_fn;

use super::sums::{COLUMNS, Onto, Operands, sized_columns};

/// Values of the inner dimension in one iteration. The loop is unrolled because its overhead is
/// measurable where another hardware thread shares the core.
const TOGETHER: usize = 4;

type Vectors = [__m256; 2];

/// As `sums::scalar` defines it, but that a product and its sum are rounded once.
#[target_feature(enable = "avx2,fma")]
#[allow(unsafe_code, reason = "a broadcast takes a pointer")]
pub fn sums<const STEP: usize, const ROWS: usize>(
    operands: &Operands,
    out: &mut [&mut [f32]],
    start: usize,
) {
    let mut out: [_; ROWS] = sized_columns(out, start);
    let (first, weights) = operands
        .panels
        .split_first_chunk()
        .expect("a panel begins with a value per column");
    let weights = weights.as_chunks::<COLUMNS>().0;
    let rows: [*const f32; ROWS] = from_fn(|place| {
        let row = operands.left.row(operands.first_row + place);
        assert!(weights.is_empty() || (weights.len() - 1) * STEP < row.len());
        row.as_ptr()
    });
    let first = load(first);
    let mut sums = [first; ROWS];
    if operands.onto == Onto::Add {
        for (sums, out) in sums.iter_mut().zip(&out) {
            let before = load(out);
            *sums = [
                _mm256_add_ps(first[0], before[0]),
                _mm256_add_ps(first[1], before[1]),
            ];
        }
    }
    let add = |sums: &mut [Vectors; ROWS], place: usize, weights: &[f32; COLUMNS]| {
        let weights = load(weights);
        for (sums, row) in sums.iter_mut().zip(rows) {
            // SAFETY: the row's last value, and so every one before it, lies inside its slice, as
            // asserted above.
            let x = unsafe { _mm256_broadcast_ss(&*row.add(place * STEP)) };
            sums[0] = _mm256_fmadd_ps(x, weights[0], sums[0]);
            sums[1] = _mm256_fmadd_ps(x, weights[1], sums[1]);
        }
    };
    let (turns, rest) = weights.as_chunks::<TOGETHER>();
    let lines = operands.next.len().div_ceil(COLUMNS);
    let lines = lines.div_ceil(turns.len().max(1)).max(1);
    let mut next = operands.next.chunks(lines * COLUMNS);
    for (turn, weights) in turns.iter().enumerate() {
        for line in next.next().unwrap_or_default().chunks(COLUMNS) {
            _mm_prefetch::<_MM_HINT_T0>(line.as_ptr().cast());
        }
        for (place, weights) in weights.iter().enumerate() {
            add(&mut sums, turn * TOGETHER + place, weights);
        }
    }
    for (place, weights) in rest.iter().enumerate() {
        add(&mut sums, turns.len() * TOGETHER + place, weights);
    }
    for (out, sums) in out.iter_mut().zip(sums) {
        store(out, sums);
    }
}

#[target_feature(enable = "avx2")]
#[allow(unsafe_code, reason = "a load takes a pointer")]
fn load(values: &[f32; COLUMNS]) -> Vectors {
    // SAFETY: sixteen values are two vectors of eight.
    unsafe {
        let start = values.as_ptr();
        [_mm256_loadu_ps(start), _mm256_loadu_ps(start.add(8))]
    }
}

#[target_feature(enable = "avx2")]
#[allow(unsafe_code, reason = "a store takes a pointer")]
fn store(values: &mut [f32; COLUMNS], vectors: Vectors) {
    // SAFETY: sixteen values are two vectors of eight.
    unsafe {
        let start = values.as_mut_ptr();
        _mm256_storeu_ps(start, vectors[0]);
        _mm256_storeu_ps(start.add(8), vectors[1]);
    }
}
