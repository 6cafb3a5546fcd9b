//! Where an axis has its ticks.

/// A round step that divides `span` into about `parts`: 1, 2 or 5 times a power of ten.
pub fn round_step(span: f64, parts: f64) -> f64 {
    let rough = (span / parts).max(f64::MIN_POSITIVE);
    let power = 10_f64.powf(rough.log10().floor());
    let factor = match rough / power {
        ratio if ratio <= 1.0 => 1.0,
        ratio if ratio <= 2.0 => 2.0,
        ratio if ratio <= 5.0 => 5.0,
        _ => 10.0,
    };
    factor * power
}

/// The multiples of `step` from `low` to `high`, both included where they are multiples.
pub fn ticks(low: f64, high: f64, step: f64) -> Vec<f64> {
    let mut ticks = Vec::new();
    // Adding zero turns -0 into 0, which would be printed with its sign.
    let mut index = (low / step - 1e-9).ceil() + 0.0;
    while index * step <= high + step * 1e-9 {
        ticks.push(index * step);
        index += 1.0;
    }
    ticks
}
