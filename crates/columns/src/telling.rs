//! How much a column tells of the labels.

use std::collections::BTreeMap;

use contracts::automl::Column;

use crate::features::made;
use crate::words::Words;

/// What a column's words say of the labels of the rows they were made from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Telling {
    /// The mutual information of word and label, in nats a row.
    pub nats: f64,
    /// What words without a meaning would seem to say and cost, by Schwarz's criterion ("Estimating the dimension of a
    /// model", 1978): half the logarithm of the number of rows for each further frequency that is estimated, a row's part.
    pub cost: f64,
}

impl Telling {
    pub fn is_worth_its_words(self) -> bool {
        self.nats > self.cost
    }
}

pub fn telling(column: &Column, values: &[&str], labels: &[&str]) -> Telling {
    let made = made(column, values, &mut Words::default());
    let words: Vec<Option<&str>> = values.iter().map(|value| made.word(value)).collect();
    let (of_words, of_labels) = (counts(words.iter()), counts(labels.iter()));
    let rows = labels.len().max(1) as f64;
    let both = counts(words.iter().zip(labels));
    let nats = both.iter().map(|((word, label), count)| {
        let expected = of_words[word] * of_labels[label] / rows;
        count / rows * (count / expected).ln()
    });
    let frequencies = (of_words.len().max(1) - 1) * (of_labels.len().max(1) - 1);
    Telling {
        nats: nats.sum(),
        cost: frequencies as f64 * rows.ln() / 2.0 / rows,
    }
}

fn counts<T: Ord>(values: impl Iterator<Item = T>) -> BTreeMap<T, f64> {
    let mut counts = BTreeMap::new();
    for value in values {
        *counts.entry(value).or_default() += 1.0;
    }
    counts
}
