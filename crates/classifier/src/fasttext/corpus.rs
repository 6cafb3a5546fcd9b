//! The training texts, as fastText reads them by the hyperparameters.

use std::cmp::Reverse;
use std::collections::HashMap;

use fasttext::corpus::{self, Corpus, Reading};
use fasttext::dictionary::NGrams;

use super::Hyperparameters;
use crate::channel::LabelledText;
use crate::training::examples::{Example, Examples};

/// `labels` are the classes in their order.
pub fn corpus(examples: &Examples, labels: &[String], hyperparameters: &Hyperparameters) -> Corpus {
    let reading = Reading {
        words: hyperparameters.words,
        min_count: hyperparameters.min_count,
        n_grams: NGrams {
            words: hyperparameters.word_ngrams,
            characters: (hyperparameters.min_char, hyperparameters.max_char),
            buckets: hyperparameters.buckets,
        },
    };
    let (train, validation) = (rows(&examples.train), rows(&examples.validation));
    Corpus::new(&train, &validation, labels, &reading)
}

fn rows(examples: &[Example]) -> Vec<corpus::Example<'_>> {
    let rows = examples.iter().map(|example| corpus::Example {
        text: &example.text,
        class: example.class,
    });
    rows.collect()
}

/// The classes in a dictionary's order: frequent ones first.
pub fn by_falling_count(labels: Vec<String>, train: &[LabelledText]) -> Vec<String> {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for row in train {
        *counts.entry(&row.label).or_default() += 1;
    }
    let mut labels = labels;
    labels.sort_by_key(|label| Reverse(counts.get(label.as_str()).copied()));
    labels
}
