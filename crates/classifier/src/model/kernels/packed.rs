//! Products with weights that stay: they are laid out once as the multiplication reads them.
//!
//! The general product lays both matrices out anew each time, which for one short text takes as
//! long as multiplying. Here weights become panels of sixteen columns, and rows, interleaved in
//! sixes, are shared by all panels: six times sixteen sums fill the registers of AVX2 (Goto and
//! van de Geijn, "Anatomy of high-performance matrix multiplication", 2008).

/// Rows whose sums are computed together.
const ROWS: usize = 6;

/// Columns of a panel: two AVX2 registers.
const COLUMNS: usize = 16;

type Sums = [[f32; COLUMNS]; ROWS];

/// Rows of values, the same place of six rows side by side; the last six are filled up with zeros.
pub struct Interleaved {
    values: Vec<f32>,
    rows: usize,
    width: usize,
}

impl Interleaved {
    /// `parts` are matrices of the same number of rows, to be read as if side by side.
    pub fn new(rows: usize, parts: &[&[f32]]) -> Interleaved {
        let width: usize = parts.iter().map(|part| part.len() / rows.max(1)).sum();
        let mut values = vec![0f32; rows.div_ceil(ROWS) * ROWS * width];
        let blocks = values.chunks_exact_mut((ROWS * width).max(1));
        for (block, out) in blocks.enumerate() {
            for (place, row) in (block * ROWS..rows.min((block + 1) * ROWS)).enumerate() {
                let row = parts.iter().flat_map(|part| {
                    let wide = part.len() / rows;
                    &part[row * wide..(row + 1) * wide]
                });
                for (out, x) in out.as_chunks_mut::<ROWS>().0.iter_mut().zip(row) {
                    out[place] = *x;
                }
            }
        }
        Interleaved {
            values,
            rows,
            width,
        }
    }

    pub fn rows(&self) -> usize {
        self.rows
    }
}

/// Weights of some outputs, sixteen of them side by side; the last panel is filled up with zeros.
pub struct Panels {
    values: Vec<f32>,
    input: usize,
    output: usize,
}

impl Panels {
    /// From `weight` [output, input], as checkpoints have it.
    pub fn new(weight: &[f32], input: usize) -> Panels {
        let output = weight.len() / input;
        let mut values = vec![0f32; output.div_ceil(COLUMNS) * COLUMNS * input];
        let panels = values.chunks_exact_mut(COLUMNS * input);
        for (panel, weight) in panels.zip(weight.chunks(COLUMNS * input)) {
            for (column, weight) in weight.chunks_exact(input).enumerate() {
                for (out, w) in panel.as_chunks_mut::<COLUMNS>().0.iter_mut().zip(weight) {
                    out[column] = *w;
                }
            }
        }
        Panels {
            values,
            input,
            output,
        }
    }

    /// From [input, output], `step` values from row to row.
    pub fn transposed(rows: &[f32], output: usize, step: usize) -> Panels {
        let input = rows.len().div_ceil(step);
        let mut values = vec![0f32; output.div_ceil(COLUMNS) * COLUMNS * input];
        for (panel, out) in values
            .chunks_exact_mut((COLUMNS * input).max(1))
            .enumerate()
        {
            let columns = panel * COLUMNS..output.min((panel + 1) * COLUMNS);
            for (out, row) in out
                .as_chunks_mut::<COLUMNS>()
                .0
                .iter_mut()
                .zip(rows.chunks(step))
            {
                out[..columns.len()].copy_from_slice(&row[columns.clone()]);
            }
        }
        Panels {
            values,
            input,
            output,
        }
    }

    pub fn output(&self) -> usize {
        self.output
    }

    /// `xs · weightᵀ` [rows, output], on the calling thread.
    pub fn product(&self, xs: &Interleaved) -> Vec<f32> {
        let mut out = vec![0f32; xs.rows * self.output];
        product(self, xs, &mut out, sums());
        out
    }
}

/// `xs` and a panel, of the same number of values per row and column, to their products.
type SumsOf = fn(&[f32], &[f32], &mut Sums);

fn product(weights: &Panels, xs: &Interleaved, out: &mut [f32], sums_of: SumsOf) {
    assert_eq!(xs.width, weights.input, "inner dimensions");
    if out.is_empty() || weights.input == 0 {
        return;
    }
    let (output, input) = (weights.output, weights.input);
    let mut sums = [[0f32; COLUMNS]; ROWS];
    for (place, panel) in weights.values.chunks_exact(COLUMNS * input).enumerate() {
        let columns = place * COLUMNS..output.min((place + 1) * COLUMNS);
        let rows = out
            .chunks_mut(ROWS * output)
            .zip(xs.values.chunks_exact(ROWS * input));
        for (out, xs) in rows {
            sums_of(xs, panel, &mut sums);
            for (out, sums) in out.chunks_exact_mut(output).zip(&sums) {
                out[columns.clone()].copy_from_slice(&sums[..columns.len()]);
            }
        }
    }
}

/// The fastest that this processor can.
fn sums() -> SumsOf {
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("avx2") && std::arch::is_x86_feature_detected!("fma") {
        return |xs, panel, out| {
            // SAFETY: the features that it is compiled for were just detected.
            #[allow(unsafe_code, reason = "calling code for a detected feature")]
            unsafe {
                sums_avx2(xs, panel, out);
            }
        };
    }
    sums_scalar
}

fn sums_scalar(xs: &[f32], panel: &[f32], out: &mut Sums) {
    *out = [[0f32; COLUMNS]; ROWS];
    let steps = xs
        .as_chunks::<ROWS>()
        .0
        .iter()
        .zip(panel.as_chunks::<COLUMNS>().0);
    for (xs, weights) in steps {
        for (sums, x) in out.iter_mut().zip(xs) {
            for (sum, w) in sums.iter_mut().zip(weights) {
                *sum += x * w;
            }
        }
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
#[allow(unsafe_code, reason = "loads and stores of vectors take pointers")]
fn sums_avx2(xs: &[f32], panel: &[f32], out: &mut Sums) {
    use std::arch::x86_64::{
        _mm256_fmadd_ps, _mm256_loadu_ps, _mm256_set1_ps, _mm256_setzero_ps, _mm256_storeu_ps,
    };
    let mut sums = [[_mm256_setzero_ps(); 2]; ROWS];
    let steps = xs
        .as_chunks::<ROWS>()
        .0
        .iter()
        .zip(panel.as_chunks::<COLUMNS>().0);
    for (xs, weights) in steps {
        // SAFETY: `weights` are sixteen values, two vectors of eight.
        let (left, right) = unsafe {
            let start = weights.as_ptr();
            (_mm256_loadu_ps(start), _mm256_loadu_ps(start.add(8)))
        };
        for (sums, x) in sums.iter_mut().zip(xs) {
            let x = _mm256_set1_ps(*x);
            sums[0] = _mm256_fmadd_ps(x, left, sums[0]);
            sums[1] = _mm256_fmadd_ps(x, right, sums[1]);
        }
    }
    for (out, sums) in out.iter_mut().zip(&sums) {
        // SAFETY: `out` are sixteen values, two vectors of eight.
        unsafe {
            _mm256_storeu_ps(out.as_mut_ptr(), sums[0]);
            _mm256_storeu_ps(out.as_mut_ptr().add(8), sums[1]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(count: usize, seed: usize) -> Vec<f32> {
        let value = |n: usize| ((n * 37 + seed * 11) % 101) as f32 / 50.0 - 1.0;
        (0..count).map(value).collect()
    }

    fn check(rows: usize, input: usize, output: usize) {
        let (xs, weight) = (values(rows * input, 1), values(output * input, 2));
        let (interleaved, panels) = (Interleaved::new(rows, &[&xs]), Panels::new(&weight, input));
        let found = panels.product(&interleaved);
        let mut scalar = vec![0f32; rows * output];
        product(&panels, &interleaved, &mut scalar, sums_scalar);
        for row in 0..rows {
            for column in 0..output {
                let pairs = xs[row * input..][..input]
                    .iter()
                    .zip(&weight[column * input..][..input]);
                let expected: f64 = pairs.map(|(x, w)| f64::from(*x) * f64::from(*w)).sum();
                for found in [found[row * output + column], scalar[row * output + column]] {
                    assert!(
                        (f64::from(found) - expected).abs() < 1e-4,
                        "{rows} rows, {input} to {output}, [{row}, {column}]: {found}, expected {expected}"
                    );
                }
            }
        }
    }

    #[test]
    fn products_are_those_of_the_definition_and_of_the_scalar_twin() {
        for (rows, input, output) in [
            (1, 1, 1),
            (6, 16, 16),
            (7, 33, 17),
            (64, 96, 48),
            (13, 5, 40),
        ] {
            check(rows, input, output);
        }
    }

    #[test]
    fn parts_side_by_side_are_one_matrix() {
        let (left, right) = (values(7 * 4, 1), values(7 * 3, 2));
        let rows = left.chunks(4).zip(right.chunks(3));
        let whole: Vec<f32> = rows
            .flat_map(|(left, right)| [left, right].concat())
            .collect();
        let parts = Interleaved::new(7, &[&left, &right]);
        assert_eq!(parts.values, Interleaved::new(7, &[&whole]).values);
    }

    #[test]
    fn transposed_weights_are_the_same_panels() {
        let weight = values(20 * 9, 3);
        let transposed: Vec<f32> = (0..9 * 20)
            .map(|place| weight[place % 20 * 9 + place / 20])
            .collect();
        assert_eq!(
            Panels::transposed(&transposed, 20, 20).values,
            Panels::new(&weight, 9).values
        );
    }
}
