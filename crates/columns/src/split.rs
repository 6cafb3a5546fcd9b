//! Which rows judge: by a hash of a row's content, the same for the same row whatever the order of the rows.

use std::collections::BTreeMap;

use policy::split::fraction;

/// Whether each row is one of validation's, whose share of each label's rows is about `share`. Rows of a label with equal
/// contents are in one part, but where so many are equal that the part would have more than twice its share.
pub fn validation(contents: &[String], labels: &[&str], share: f64) -> Vec<bool> {
    let mut by_label: BTreeMap<&str, Vec<(f64, usize)>> = BTreeMap::new();
    for (place, (content, label)) in contents.iter().zip(labels).enumerate() {
        let at = fraction("automl", content);
        by_label.entry(label).or_default().push((at, place));
    }
    let mut chosen = vec![false; contents.len()];
    for mut rows in by_label.into_values() {
        rows.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        for (_, place) in &rows[..size(&rows, share)] {
            chosen[*place] = true;
        }
    }
    chosen
}

/// How many of these, at the beginning, which are in the order of their hashes.
fn size(rows: &[(f64, usize)], share: f64) -> usize {
    let most = rows.len().saturating_sub(1);
    let wanted = (rows.len() as f64 * share).round();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a share of a number of rows"
    )]
    let wanted = (wanted as usize).clamp(1.min(most), most);
    let ends = (1..rows.len()).filter(|end| rows[end - 1].0 < rows[*end].0);
    let nearest = ends.min_by_key(|end| end.abs_diff(wanted));
    nearest.filter(|end| *end <= 2 * wanted).unwrap_or(wanted)
}
