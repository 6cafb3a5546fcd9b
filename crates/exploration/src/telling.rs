//! The words that tell a class's rows from all others.
//!
//! Log-odds ratios with an informative Dirichlet prior (Monroe, Colaresi, Quinn, "Fightin' Words", Political Analysis
//! 16, 2008), over rows with and without a word in place of words: rows are what was sampled. The prior is the whole
//! dataset's share of rows with the word, at the weight of [`PRIOR`] rows in either group, so that a rare word's ratio
//! is drawn towards 1. Words stand in the order of the lower ends of intervals that are wide enough for all words at
//! once: of the tens of thousands that were looked at, some would otherwise lead by chance.

use contracts::exploration::Telling;
use policy::intervals::Z;

use crate::vocabulary::Vocabulary;

/// Rows that the prior counts for.
pub const PRIOR: f64 = 100.0;
/// The normal distribution's quantile for 0.05 shared out among 50,000 words.
pub const SURE: f64 = 4.9;
/// Words of a class that are kept.
const MOST: usize = 12;

/// One list for each label.
pub fn telling(vocabulary: &Vocabulary, rows: &[u64]) -> Vec<Vec<Telling>> {
    let lists = (0..rows.len()).map(|label| {
        let words = vocabulary.words();
        let mut words: Vec<_> = words
            .filter_map(|(word, by_label)| {
                let (log_odds, error) = ratio(label, by_label, rows)?;
                let least = log_odds - SURE * error;
                (least > 0.0).then_some((least, word, by_label, log_odds, error))
            })
            .collect();
        words.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
        words.truncate(MOST);
        let words = words.into_iter();
        words
            .map(|(_, word, by_label, log_odds, error)| Telling {
                word: word.to_owned(),
                by_label: by_label.to_vec(),
                log_odds,
                low: log_odds - Z * error,
                high: log_odds + Z * error,
            })
            .collect()
    });
    lists.collect()
}

/// The logarithm of the ratio, and its standard error; `None` where there is nothing to compare with.
fn ratio(label: usize, with: &[u64], rows: &[u64]) -> Option<(f64, f64)> {
    let (all_with, all) = (with.iter().sum::<u64>(), rows.iter().sum::<u64>());
    let (here, of) = (with[label], rows[label]);
    if of == 0 || of == all {
        return None;
    }
    let share = all_with as f64 / all as f64;
    let prior = [share * PRIOR, (1.0 - share) * PRIOR];
    let (there, others) = (all_with - here, all - of);
    let cells = [here, of - here, there, others - there];
    let cells: [f64; 4] = std::array::from_fn(|place| cells[place] as f64 + prior[place % 2]);
    let log_odds = (cells[0] / cells[1]).ln() - (cells[2] / cells[3]).ln();
    let variance: f64 = cells.iter().map(|cell| 1.0 / cell).sum();
    Some((log_odds, variance.sqrt()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ratio_is_the_formulas() {
        // 30 of 100 rows here, 30 of 300 there; the prior is 15 of 100 rows in both.
        let (log_odds, error) = ratio(0, &[30, 30], &[100, 300]).expect("two groups");
        let expected = (45.0f64 / 155.0).ln() - (45.0f64 / 355.0).ln();
        assert!((log_odds - expected).abs() < 1e-12);
        let variance: f64 = 1.0 / 45.0 + 1.0 / 155.0 + 1.0 / 45.0 + 1.0 / 355.0;
        assert!((error - variance.sqrt()).abs() < 1e-12);
        assert_eq!(ratio(0, &[3, 0], &[9, 0]), None);
    }

    #[test]
    fn a_word_of_a_class_is_told_and_a_common_or_rare_one_is_not() {
        let mut vocabulary = Vocabulary::new(2);
        for row in 0..400 {
            vocabulary.next_row();
            vocabulary.add("the", row % 2);
            vocabulary.add(if row % 2 == 0 { "return" } else { "love" }, row % 2);
            if row == 0 {
                vocabulary.add("once", 0);
            }
        }
        let found = telling(&vocabulary, &[200, 200]);
        let words = |label: usize| -> Vec<&str> {
            found[label].iter().map(|it| it.word.as_str()).collect()
        };
        assert_eq!((words(0), words(1)), (vec!["return"], vec!["love"]));
    }
}
