//! Texts that differ in a few words: the same review sent twice, with a word mended or a sentence added.
//!
//! Two texts are as similar as their sets of three words in a row (Jaccard). Candidates share one of [`BANDS`] bands of
//! [`ROWS`] minimal hashes (Broder, 1997; Indyk and Motwani, 1998), and the sets themselves decide. A pair of
//! [`SIMILARITY`] is a candidate with probability 1 - (1 - 0.7^3)^12 = 0.993.
//!
//! Rows are looked at up to a bound. Beyond it a row stays if the least hash of its set is small: near-duplicates
//! have the same least hash with probability 0.7 at least, and then stay or go together. Which rows stay does not
//! depend on their order.

mod groups;
mod shingles;

use contracts::dataset::SplitPart;
use contracts::exploration::{Listed, NearDuplicates, NearPair, NearText};
use policy::consolidation::Consolidated;
use policy::split;

use groups::{Groups, Pair};
pub use shingles::Shingles;

pub const SIMILARITY: f64 = 0.7;
const BANDS: u64 = 12;
const ROWS: u64 = 3;
const MOST_ROWS: usize = 65_536;
/// Examples that are listed, and characters of a text in them.
const EXAMPLES: usize = 6;
const START: usize = 180;

pub struct Near {
    most: usize,
    rows: Vec<Row>,
    /// Rows with a greater least hash are not looked at.
    bound: u64,
}

struct Row {
    shingles: Shingles,
    text: NearText,
}

impl Near {
    pub fn new() -> Self {
        Self::with_bound(MOST_ROWS)
    }

    fn with_bound(most: usize) -> Self {
        Self {
            most,
            rows: Vec::new(),
            bound: u64::MAX,
        }
    }

    pub fn add(&mut self, row: &Consolidated, shingles: Shingles) {
        if shingles.least() > self.bound {
            return;
        }
        let text = NearText {
            row_hash: row.row_hash.clone(),
            start: start(&row.text),
            label: row.label.clone(),
            part: split::part(&row.text),
        };
        self.rows.push(Row { shingles, text });
        while self.rows.len() > self.most {
            self.bound /= 2;
            let bound = self.bound;
            self.rows.retain(|row| row.shingles.least() <= bound);
        }
    }

    pub fn finish(self) -> NearDuplicates {
        let sets: Vec<&Shingles> = self.rows.iter().map(|row| &row.shingles).collect();
        let Groups { groups, pairs } = groups::find(&sets, BANDS, ROWS, SIMILARITY);
        let texts = |group: &[usize]| -> Vec<&NearText> {
            group.iter().map(|row| &self.rows[*row].text).collect()
        };
        let is_mixed = |group: &[usize]| {
            let texts = texts(group);
            texts.iter().any(|text| text.label != texts[0].label)
        };
        let is_across = |group: &[usize]| {
            let texts = texts(group);
            let tested = |text: &NearText| text.part == SplitPart::Test;
            texts.iter().any(|text| tested(text) != tested(texts[0]))
        };
        let mut order: Vec<usize> = (0..groups.len()).collect();
        order.sort_by_key(|group| {
            let rows = &groups[*group];
            (
                !is_mixed(rows),
                !is_across(rows),
                std::cmp::Reverse(rows.len()),
            )
        });
        let examples = order.iter().map(|group| {
            let rows = &groups[*group];
            let among: Vec<&Pair> = pairs
                .iter()
                .filter(|pair| rows.contains(&pair.first))
                .collect();
            let text = |row: usize| &self.rows[row].text;
            let unlike = |pair: &&&Pair| text(pair.first).label != text(pair.second).label;
            let pair = among.iter().find(unlike).unwrap_or(&among[0]);
            NearPair {
                similarity: pair.similarity,
                rows: rows.len() as u64,
                pair: [pair.first, pair.second].map(|row| text(row).clone()),
            }
        });
        let examples: Vec<NearPair> = examples.take(EXAMPLES).collect();
        let count = |holds: &dyn Fn(&[usize]) -> bool| {
            groups.iter().filter(|group| holds(group)).count() as u64
        };
        NearDuplicates {
            similarity: SIMILARITY,
            recall: recall(self.bound < u64::MAX),
            examined: self.rows.len() as u64,
            rows: groups.iter().map(|group| group.len() as u64).sum(),
            groups: groups.len() as u64,
            mixed_labels: count(&is_mixed),
            across_test: count(&is_across),
            examples: Listed {
                more: (groups.len() - examples.len()) as u64,
                first: examples,
            },
        }
    }
}

/// In a sample both rows of a pair have to be there.
fn recall(is_sample: bool) -> f64 {
    let band = SIMILARITY.powf(ROWS as f64);
    let candidate = 1.0 - (1.0 - band).powf(BANDS as f64);
    if is_sample {
        candidate * SIMILARITY
    } else {
        candidate
    }
}

fn start(text: &str) -> String {
    let mut words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some((end, _)) = words.char_indices().nth(START) {
        words.truncate(end);
        words.push('…');
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::row;

    const LONG: &str = "i bought this dress for a wedding in june and it fits me perfectly at the waist and the \
        colour is just like in the picture so i kept it";

    fn found(near: &mut Near, rows: &[(&str, &str)]) {
        for (text, label) in rows {
            let row = row(text, label);
            let words: Vec<&str> = crate::words::words(text).collect();
            near.add(&row, Shingles::of(&words));
        }
    }

    #[test]
    fn a_text_with_a_word_changed_is_found_and_another_is_not() {
        let mut near = Near::new();
        let changed = LONG.replace("june", "july");
        let other = "too small and it itches so it went back the next day";
        found(&mut near, &[(LONG, "1"), (other, "-1"), (&changed, "0")]);
        let found = near.finish();
        assert_eq!((found.examined, found.rows, found.groups), (3, 2, 1));
        assert_eq!((found.mixed_labels, found.examples.more), (1, 0));
        let pair = &found.examples.first[0];
        let labels: Vec<&str> = pair.pair.iter().map(|text| text.label.as_str()).collect();
        assert_eq!((labels, pair.rows), (vec!["1", "0"], 2));
        assert!((0.7..1.0).contains(&pair.similarity), "{pair:?}");
    }

    #[test]
    fn a_text_that_is_sent_a_thousand_times_is_one_group() {
        let mut near = Near::new();
        let texts: Vec<String> = (0..1_000).map(|row| format!("{LONG} {row}")).collect();
        let rows: Vec<(&str, &str)> = texts.iter().map(|text| (text.as_str(), "1")).collect();
        found(&mut near, &rows);
        let found = near.finish();
        assert_eq!(
            (found.rows, found.groups, found.mixed_labels),
            (1_000, 1, 0)
        );
    }

    #[test]
    fn beyond_the_bound_pairs_stay_together_whatever_the_rows_order() {
        let texts: Vec<String> = (0..4_000)
            .map(|row| {
                let words: Vec<String> =
                    (0..30).map(|word| format!("w{}x{word}", row / 2)).collect();
                format!(
                    "{} {}",
                    words.join(" "),
                    if row % 2 == 0 { "once" } else { "again" }
                )
            })
            .collect();
        let mut rows: Vec<(&str, &str)> = texts.iter().map(|text| (text.as_str(), "1")).collect();
        let of = |rows: &[(&str, &str)]| {
            let mut near = Near::with_bound(1_000);
            found(&mut near, rows);
            near.finish()
        };
        let found = of(&rows);
        assert!(
            (250..=1_000).contains(&found.examined),
            "{}",
            found.examined
        );
        // Nearly all similar at 28 of 30, so nearly all of the sample is in pairs.
        let share = found.rows as f64 / found.examined as f64;
        assert!(share > 0.9 && share > found.recall, "{share}");
        rows.reverse();
        let reversed = of(&rows);
        assert_eq!(
            (reversed.rows, reversed.examined),
            (found.rows, found.examined)
        );
    }
}
