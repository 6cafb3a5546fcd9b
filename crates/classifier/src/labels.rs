//! Class labels are strings; their order is that of the model's outputs.

use std::collections::BTreeSet;

/// Distinct labels: in numeric order if all are numbers, else in alphabetical order.
pub fn distinct<'a>(labels: impl Iterator<Item = &'a str>) -> Vec<String> {
    let labels: BTreeSet<&str> = labels.collect();
    let numbers: Option<Vec<(f64, &str)>> = labels
        .iter()
        .map(|label| Some((label.parse().ok()?, *label)))
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
