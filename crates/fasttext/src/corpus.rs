//! Training texts: their dictionary, and the rows of each in the layout that training reads.

use std::collections::HashMap;

use rayon::prelude::*;

use crate::dictionary::{Dictionary, END_OF_TEXT, Entry, LABEL_PREFIX, NGrams};
use crate::matrix::Matrix;
use crate::text::Text;
use crate::vectors::Vectors;
use crate::words::{Tokenization, split};

/// No vector.
const NONE: u32 = u32::MAX;

/// A labelled text.
#[derive(Clone, Copy)]
pub struct Example<'a> {
    pub text: &'a str,
    /// Its place among the labels.
    pub class: usize,
}

/// How texts are read: which words and n-grams have a row.
#[derive(Clone, Copy)]
pub struct Reading {
    pub words: Tokenization,
    /// Words that are rarer are dropped.
    pub min_count: u64,
    pub n_grams: NGrams,
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
        train: &[Example],
        validation: &[Example],
        labels: &[String],
        reading: &Reading,
    ) -> Corpus {
        let tokenised = |rows: &[Example]| -> Vec<String> {
            rows.par_iter()
                .map(|row| reading.words.tokenised(row.text).into_owned())
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
        let dictionary = dictionary(&train_texts, labels, reading);
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

    /// A row for every word and bucket. Rows that no training text has stay zero: what the official
    /// tool leaves there is its random start, which means nothing.
    pub fn input(&self, vectors: &Vectors) -> Matrix {
        let rows = self.dictionary.words().len() + self.dictionary.buckets();
        let mut input = Matrix::zeros(rows, vectors.output.columns());
        for (vector, row) in self.rows.iter().enumerate() {
            input
                .row_mut(*row as usize)
                .copy_from_slice(vectors.vector(vector));
        }
        input
    }
}

fn dictionary(texts: &[String], labels: Vec<Entry>, reading: &Reading) -> Dictionary {
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
        .filter(|(_, count)| count.unsigned_abs() >= reading.min_count);
    let entry = |(word, count): (&str, i64)| Entry {
        word: word.into(),
        count,
    };
    let mut words: Vec<Entry> = frequent.map(entry).collect();
    // The names too: the same order on any number of threads.
    words.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.word.cmp(&b.word)));
    let NGrams {
        words: most,
        characters: (_, longest),
        ..
    } = reading.n_grams;
    let n_grams = if most > 1 || longest > 0 {
        reading.n_grams
    } else {
        NGrams {
            buckets: 0,
            ..reading.n_grams
        }
    };
    Dictionary::new(words, labels, tokens, n_grams)
}
