//! Training texts: their dictionary, and the rows of each as training wants them.

use std::cmp::Reverse;
use std::collections::HashMap;

use rayon::prelude::*;

use super::dictionary::{Dictionary, END_OF_TEXT, Entry, NGrams};
use super::words::split;
use super::{Hyperparameters, LABEL_PREFIX};
use crate::channel::LabelledText;
use crate::train::examples::{Example, Examples};

/// No vector.
const NONE: u32 = u32::MAX;

/// Slices of the vectors that threads own when they write. Their number is fixed, so that sums
/// are added in the same order on any number of threads.
pub const SHARDS: u32 = 16;

/// A text by the vectors that it has, which are numbered in the order in which the training
/// texts bring them up: what only one text has lies together in memory.
pub struct Text {
    /// Places within their shard, shard by shard.
    places: Vec<u32>,
    ends: [u32; SHARDS as usize],
    /// All rows, those that no training text has and that are zero included.
    pub rows: usize,
    pub class: usize,
}

impl Text {
    fn new(vectors: impl Iterator<Item = u32> + Clone, rows: usize, class: usize) -> Text {
        let mut counts = [0u32; SHARDS as usize];
        for vector in vectors.clone() {
            counts[(vector % SHARDS) as usize] += 1;
        }
        let mut next = [0u32; SHARDS as usize];
        for shard in 1..next.len() {
            next[shard] = next[shard - 1] + counts[shard - 1];
        }
        let mut places = vec![0; counts.iter().sum::<u32>() as usize];
        for vector in vectors {
            let next = &mut next[(vector % SHARDS) as usize];
            places[*next as usize] = vector / SHARDS;
            *next += 1;
        }
        Text {
            places,
            ends: next,
            rows,
            class,
        }
    }

    /// The text's places in one shard.
    pub fn places(&self, shard: usize) -> &[u32] {
        let start = if shard == 0 { 0 } else { self.ends[shard - 1] };
        &self.places[start as usize..self.ends[shard] as usize]
    }
}

pub struct Corpus {
    pub dictionary: Dictionary,
    pub train: Vec<Text>,
    pub validation: Vec<Text>,
    /// The row of each vector.
    pub rows: Vec<u32>,
}

impl Corpus {
    /// `labels` are the classes in their order.
    pub fn new(
        examples: &Examples,
        labels: &[String],
        hyperparameters: &Hyperparameters,
    ) -> Corpus {
        let Examples { train, validation } = examples;
        let tokenised = |rows: &[Example]| -> Vec<String> {
            let words = hyperparameters.words;
            rows.par_iter()
                .map(|row| words.tokenised(&row.text).into_owned())
                .collect()
        };
        let (train_texts, validation_texts) = (tokenised(train), tokenised(validation));
        let mut labels: Vec<Entry> = labels
            .iter()
            .map(|label| Entry {
                word: format!("{LABEL_PREFIX}{label}").into_bytes(),
                count: 0,
            })
            .collect();
        for row in train {
            labels[row.class].count += 1;
        }
        let dictionary = dictionary(&train_texts, labels, hyperparameters);
        let rows = |texts: &[String]| -> Vec<Vec<u32>> {
            let rows_of = |text: &String| {
                let mut rows = Vec::new();
                dictionary.add_rows(split(text), &mut rows);
                rows
            };
            texts.par_iter().map(rows_of).collect()
        };
        let (train_rows, validation_rows) = (rows(&train_texts), rows(&validation_texts));

        let mut vectors = vec![NONE; dictionary.words().len() + dictionary.buckets()];
        let mut rows = Vec::new();
        for row in train_rows.iter().flatten() {
            let vector = &mut vectors[*row as usize];
            if *vector == NONE {
                *vector = u32::try_from(rows.len()).expect("rows are counted in 31 bits");
                rows.push(*row);
            }
        }
        let texts = |of_texts: &[Vec<u32>], examples: &[Example]| -> Vec<Text> {
            let text = |(rows, example): (&Vec<u32>, &Example)| {
                let known = rows.iter().map(|row| vectors[*row as usize]);
                let known = known.filter(|vector| *vector != NONE);
                Text::new(known, rows.len(), example.class)
            };
            of_texts.par_iter().zip(examples).map(text).collect()
        };
        Corpus {
            train: texts(&train_rows, train),
            validation: texts(&validation_rows, validation),
            rows,
            dictionary,
        }
    }
}

/// The classes in the order that a dictionary wants: frequent ones first.
pub fn by_falling_count(labels: Vec<String>, train: &[LabelledText]) -> Vec<String> {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for row in train {
        *counts.entry(&row.label).or_default() += 1;
    }
    let mut labels = labels;
    labels.sort_by_key(|label| Reverse(counts.get(label.as_str()).copied()));
    labels
}

fn dictionary(
    texts: &[String],
    labels: Vec<Entry>,
    hyperparameters: &Hyperparameters,
) -> Dictionary {
    let counts = texts
        .par_iter()
        .fold(HashMap::new, |mut counts: HashMap<&str, i64>, text| {
            let words = split(text).take_while(|word| *word != END_OF_TEXT);
            let words = words.filter(|word| !word.starts_with(LABEL_PREFIX));
            for word in words.chain([END_OF_TEXT]) {
                *counts.entry(word).or_default() += 1;
            }
            counts
        })
        .reduce(HashMap::new, |mut all, some| {
            for (word, count) in some {
                *all.entry(word).or_default() += count;
            }
            all
        });
    let tokens = counts.values().sum::<i64>() + labels.iter().map(|label| label.count).sum::<i64>();
    let frequent = counts
        .into_iter()
        .filter(|(_, count)| count.unsigned_abs() >= hyperparameters.min_count);
    let entry = |(word, count): (&str, i64)| Entry {
        word: word.into(),
        count,
    };
    let mut words: Vec<Entry> = frequent.map(entry).collect();
    // The names too: the same order on any number of threads.
    words.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.word.cmp(&b.word)));
    let uses_buckets = hyperparameters.word_ngrams > 1 || hyperparameters.max_char > 0;
    let n_grams = NGrams {
        words: hyperparameters.word_ngrams,
        characters: (hyperparameters.min_char, hyperparameters.max_char),
        buckets: if uses_buckets {
            hyperparameters.buckets
        } else {
            0
        },
    };
    Dictionary::new(words, labels, tokens, n_grams)
}
