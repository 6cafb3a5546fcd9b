//! In how many rows of each label a word stands.
//!
//! With more than [`MOST_WORDS`] words the rarer half is forgotten, and begins anew if it comes again. A count is
//! therefore too low by at most [`Vocabulary::forgotten`]: the sum of the bounds below which words were forgotten.

use std::collections::HashMap;

const MOST_WORDS: usize = 65_536;
/// Longer ones are links and noise.
const MOST_BYTES: usize = 40;

pub struct Vocabulary {
    labels: usize,
    places: HashMap<Box<str>, usize>,
    /// By a word's place and label.
    counts: Vec<u64>,
    /// The last row that had the word: a row counts once.
    last_row: Vec<u64>,
    row: u64,
    forgotten: u64,
}

impl Vocabulary {
    pub fn new(labels: usize) -> Self {
        Self {
            labels,
            places: HashMap::new(),
            counts: Vec::new(),
            last_row: Vec::new(),
            row: 0,
            forgotten: 0,
        }
    }

    pub fn next_row(&mut self) {
        self.row += 1;
        if self.places.len() > MOST_WORDS {
            self.forget();
        }
    }

    /// A word of the row.
    pub fn add(&mut self, word: &str, label: usize) {
        if word.len() > MOST_BYTES || word.len() < 2 {
            return;
        }
        let place = if let Some(&place) = self.places.get(word) {
            place
        } else {
            let place = self.last_row.len();
            self.places.insert(word.into(), place);
            self.counts.resize(self.counts.len() + self.labels, 0);
            self.last_row.push(0);
            place
        };
        if self.last_row[place] != self.row {
            self.last_row[place] = self.row;
            self.counts[place * self.labels + label] += 1;
        }
    }

    fn of(&self, place: usize) -> &[u64] {
        &self.counts[place * self.labels..][..self.labels]
    }

    fn forget(&mut self) {
        let mut rows: Vec<u64> = (0..self.last_row.len())
            .map(|place| self.of(place).iter().sum())
            .collect();
        let all = rows.clone();
        let middle = rows.len() / 2;
        let bound = *rows.select_nth_unstable(middle).1;
        self.forgotten += bound;
        let mut kept = Self::new(self.labels);
        for (word, place) in std::mem::take(&mut self.places) {
            if all[place] > bound {
                kept.places.insert(word, kept.last_row.len());
                kept.counts.extend_from_slice(self.of(place));
                kept.last_row.push(self.last_row[place]);
            }
        }
        self.places = kept.places;
        self.counts = kept.counts;
        self.last_row = kept.last_row;
    }

    /// By how much a count may be too low.
    pub fn forgotten(&self) -> u64 {
        self.forgotten
    }

    pub fn words(&self) -> impl Iterator<Item = (&str, &[u64])> {
        let words = self.places.iter();
        words.map(|(word, &place)| (&**word, self.of(place)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_counts_a_word_once() {
        let mut vocabulary = Vocabulary::new(2);
        for (text, label) in [("so so good", 0), ("so bad", 1), ("so good", 1)] {
            vocabulary.next_row();
            text.split(' ').for_each(|word| vocabulary.add(word, label));
        }
        let mut found: Vec<_> = vocabulary.words().collect();
        found.sort_unstable();
        let expected: [(&str, &[u64]); 3] = [("bad", &[0, 1]), ("good", &[1, 1]), ("so", &[1, 2])];
        assert_eq!(found, expected);
    }

    #[test]
    fn beyond_the_bound_frequent_words_keep_their_counts_within_what_was_forgotten() {
        let mut vocabulary = Vocabulary::new(1);
        for row in 0..3 * MOST_WORDS {
            vocabulary.next_row();
            vocabulary.add("common", 0);
            vocabulary.add(&format!("w{row}"), 0);
        }
        assert!(vocabulary.places.len() <= MOST_WORDS + 2);
        let common = vocabulary.words().find(|(word, _)| *word == "common");
        let rows = common.expect("it is the most frequent").1[0];
        let all = 3 * MOST_WORDS as u64;
        assert!(vocabulary.forgotten() > 0 && rows <= all && rows + vocabulary.forgotten() >= all);
    }
}
