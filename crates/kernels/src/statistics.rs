//! Figures of a layer while it is trained.

pub fn largest_magnitude(matrices: &[&[f32]]) -> f32 {
    let values = matrices.iter().copied().flatten();
    values.fold(0f32, |largest, value| largest.max(value.abs()))
}

pub fn mean_magnitude(matrices: &[&[f32]]) -> f64 {
    let (mut sum, mut count) = (0f64, 0usize);
    for matrix in matrices {
        sum += matrix
            .iter()
            .map(|value| f64::from(value.abs()))
            .sum::<f64>();
        count += matrix.len();
    }
    sum / count as f64
}

/// Share of the units whose value before GELU is, for every row, where GELU is within 0.001 of zero.
/// Few rows, as the last layer has them of a small batch, say nothing about a unit.
pub fn dead_units(intermediate: &[f32], width: usize) -> f64 {
    const SHUT: f32 = -4.0;
    const FEW: usize = 32;
    if intermediate.len() < FEW * width {
        return 0.0;
    }
    let mut highest = vec![f32::NEG_INFINITY; width];
    for row in intermediate.chunks_exact(width) {
        for (highest, x) in highest.iter_mut().zip(row) {
            *highest = highest.max(*x);
        }
    }
    highest.iter().filter(|highest| **highest < SHUT).count() as f64 / width as f64
}
