//! The innermost loop in AVX-512: two vectors of sums of each row stay in registers, one for each
//! of two adjacent panels.

use std::arch::x86_64::{
    __m512, _MM_HINT_T0, _mm_prefetch, _mm512_add_ps, _mm512_fmadd_ps, _mm512_loadu_ps,
    _mm512_set1_ps, _mm512_storeu_ps,
};
use std::array::from_fn;

use super::sums::{COLUMNS, MOST_COLUMNS, Onto, Operands, sized_columns};

/// Values of the inner dimension in one iteration: the pointers of many rows lie in memory, and are
/// read once for all of them.
const TOGETHER: usize = 4;

type Weights = [f32; COLUMNS];
type Vectors = [__m512; 2];

/// The same bits as `avx2::sums` of each panel: the sums are taken in the same order, and a product
/// and its sum are rounded once.
#[target_feature(enable = "avx512f")]
#[allow(unsafe_code, reason = "a row is read through a pointer")]
pub fn sums<const STEP: usize, const ROWS: usize>(
    operands: &Operands,
    out: &mut [&mut [f32]],
    start: usize,
) {
    let mut out: [_; ROWS] = sized_columns::<_, MOST_COLUMNS>(out, start);
    let (left, right) = operands.panels.split_at(operands.panels.len() / 2);
    let [left, right] = [left, right].map(|values| values.as_chunks::<COLUMNS>().0);
    let (left_first, left) = left
        .split_first()
        .expect("a panel begins with its summands");
    let (right_first, right) = right.split_first().expect("both panels are as long");
    let rows: [*const f32; ROWS] = from_fn(|place| {
        let row = operands.left.row(operands.first_row + place);
        assert!(left.is_empty() || (left.len() - 1) * STEP < row.len());
        row.as_ptr()
    });
    let first = [load(left_first), load(right_first)];
    let mut sums = [first; ROWS];
    if operands.onto == Onto::Add {
        for (sums, out) in sums.iter_mut().zip(&out) {
            for (sum, out) in sums.iter_mut().zip(out.as_chunks().0) {
                *sum = _mm512_add_ps(*sum, load(out));
            }
        }
    }
    let add = |sums: &mut [Vectors; ROWS], place: usize, weights: (&Weights, &Weights)| {
        let weights = [load(weights.0), load(weights.1)];
        for (sums, row) in sums.iter_mut().zip(rows) {
            // SAFETY: the row's last value, and so every one before it, lies inside its slice, as
            // asserted above.
            let x = _mm512_set1_ps(unsafe { *row.add(place * STEP) });
            sums[0] = _mm512_fmadd_ps(x, weights[0], sums[0]);
            sums[1] = _mm512_fmadd_ps(x, weights[1], sums[1]);
        }
    };
    let (left_turns, left_rest) = left.as_chunks::<TOGETHER>();
    let (right_turns, right_rest) = right.as_chunks::<TOGETHER>();
    let turns = left_turns.len();
    let lines = operands.next.len().div_ceil(COLUMNS);
    let lines = lines.div_ceil(turns.max(1)).max(1);
    let mut next = operands.next.chunks(lines * COLUMNS);
    for (turn, (left, right)) in left_turns.iter().zip(right_turns).enumerate() {
        for line in next.next().unwrap_or_default().chunks(COLUMNS) {
            _mm_prefetch::<_MM_HINT_T0>(line.as_ptr().cast());
        }
        for (place, weights) in left.iter().zip(right).enumerate() {
            add(&mut sums, turn * TOGETHER + place, weights);
        }
    }
    for (place, weights) in left_rest.iter().zip(right_rest).enumerate() {
        add(&mut sums, turns * TOGETHER + place, weights);
    }
    for (out, sums) in out.iter_mut().zip(sums) {
        for (out, sum) in out.as_chunks_mut().0.iter_mut().zip(sums) {
            store(out, sum);
        }
    }
}

#[target_feature(enable = "avx512f")]
#[allow(unsafe_code, reason = "a load takes a pointer")]
fn load(values: &Weights) -> __m512 {
    // SAFETY: sixteen values are a vector.
    unsafe { _mm512_loadu_ps(values.as_ptr()) }
}

#[target_feature(enable = "avx512f")]
#[allow(unsafe_code, reason = "a store takes a pointer")]
fn store(values: &mut [f32; COLUMNS], vector: __m512) {
    // SAFETY: sixteen values are a vector.
    unsafe { _mm512_storeu_ps(values.as_mut_ptr(), vector) }
}
