//! Numbers, and the bins of those with about the same number of rows.

/// Ten quantiles keep a tenth of the rows apart, and each bin's word is learnt from enough of them.
pub const BINS: usize = 10;
/// Rows that a bin has at least, about.
const ROWS_OF_A_BIN: usize = 20;

/// Plain decimal notation, perhaps with an exponent. "nan" and "inf" are words, and "1,000" is read differently by
/// different people.
pub fn number(value: &str) -> Option<f64> {
    let starts = |c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.');
    let number: f64 = value.starts_with(starts).then(|| value.parse().ok())??;
    number.is_finite().then_some(number)
}

/// The limits between bins, each between two values that occur: a limit that is written and read again in its last
/// digit moves no row.
pub fn limits(mut numbers: Vec<f64>) -> Vec<f64> {
    numbers.sort_by(f64::total_cmp);
    let bins = (numbers.len() / ROWS_OF_A_BIN).clamp(2, BINS);
    let mut limits: Vec<f64> = (1..bins)
        .filter_map(|bin| {
            let upper = *numbers.get(bin * numbers.len() / bins)?;
            // All rows of a value share a bin.
            let lower = numbers.partition_point(|number| *number < upper);
            let lower = numbers[lower.checked_sub(1)?];
            Some(lower + (upper - lower) / 2.0)
        })
        .collect();
    limits.dedup();
    limits
}

/// Which bin it lies in, from 0.
pub fn bin(limits: &[f64], number: f64) -> usize {
    limits.partition_point(|limit| *limit <= number)
}
