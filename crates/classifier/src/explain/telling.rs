//! The words that raised each label's logit most, over many rows.

use std::collections::{BTreeMap, BTreeSet};

use contracts::explanation::{Explanation, LabelWords, TellingWord, TellingWords};

/// A word in fewer rows says more about a row than about the label.
const MINIMUM_ROWS: u64 = 3;

/// Words listed per label.
const WORDS: usize = 12;

/// `of_rows` is how many rows there were to explain.
pub fn telling_words(
    explanations: &[Explanation],
    of_rows: usize,
    labels: &[String],
) -> TellingWords {
    let of_label = |label: &String| {
        let explained: Vec<&Explanation> = explanations
            .iter()
            .filter(|explanation| explanation.label == *label)
            .collect();
        LabelWords {
            label: label.clone(),
            rows: explained.len() as u64,
            words: most_telling(&explained),
        }
    };
    let incomplete = explanations
        .iter()
        .filter(|explanation| !explanation.completeness.holds());
    TellingWords {
        method: explanations
            .first()
            .map(|explanation| explanation.method.clone())
            .unwrap_or_default(),
        rows: explanations.len() as u64,
        of_rows: of_rows as u64,
        minimum_rows: MINIMUM_ROWS,
        incomplete_rows: incomplete.count() as u64,
        labels: labels.iter().map(of_label).collect(),
    }
}

/// By the sum of what they added: strong and common words come first.
fn most_telling(explanations: &[&Explanation]) -> Vec<TellingWord> {
    let mut found: BTreeMap<String, (u64, f64)> = BTreeMap::new();
    for explanation in explanations {
        let mut seen = BTreeSet::new();
        for word in &explanation.words {
            if !word.word.chars().any(char::is_alphanumeric) {
                continue;
            }
            let name = word.word.to_lowercase();
            let (rows, attribution) = found.entry(name.clone()).or_default();
            *rows += u64::from(seen.insert(name));
            *attribution += word.attribution;
        }
    }
    let mut words: Vec<TellingWord> = found
        .into_iter()
        .filter(|(_, (rows, attribution))| *rows >= MINIMUM_ROWS && *attribution > 0.0)
        .map(|(word, (rows, attribution))| TellingWord {
            word,
            rows,
            attribution,
            mean_attribution: attribution / rows as f64,
        })
        .collect();
    words.sort_by(|a, b| {
        let order = b.attribution.total_cmp(&a.attribution);
        order.then_with(|| a.word.cmp(&b.word))
    });
    words.truncate(WORDS);
    words
}
