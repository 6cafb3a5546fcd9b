//! Class labels are strings; their order is that of the model's outputs.

use std::collections::BTreeSet;

/// Distinct labels: in numeric order if all are finite numbers, else in alphabetical order.
pub fn distinct<'a>(labels: impl Iterator<Item = &'a str>) -> Vec<String> {
    let labels: BTreeSet<&str> = labels.collect();
    let numbers: Option<Vec<(f64, &str)>> = labels
        .iter()
        .map(|label| Some((number(label)?, *label)))
        .collect();
    let ordered = match numbers {
        Some(mut numbers) => {
            numbers.sort_by(|a, b| a.0.total_cmp(&b.0));
            numbers.into_iter().map(|(_, label)| label).collect()
        }
        None => Vec::from_iter(labels),
    };
    ordered.into_iter().map(str::to_owned).collect()
}

/// "nan", "inf" and "infinity" are words here, though Rust reads them as numbers.
fn number(label: &str) -> Option<f64> {
    label.parse().ok().filter(|number: &f64| number.is_finite())
}

#[cfg(test)]
mod tests {
    use super::distinct;

    #[test]
    fn numbers_are_in_numeric_order_and_words_among_them_make_it_alphabetical() {
        let of = |labels: &[&'static str]| distinct(labels.iter().copied());
        assert_eq!(of(&["10", "9", "-1", "1e1", "9"]), ["-1", "9", "10", "1e1"]);
        assert_eq!(of(&["10", "9", "nan"]), ["10", "9", "nan"]);
        assert_eq!(of(&["9", "10", "-inf"]), ["-inf", "10", "9"]);
        assert_eq!(of(&["Infinity", "9", "10"]), ["10", "9", "Infinity"]);
    }
}
