//! Which n-grams count, and how much each of a text's weighs.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Range;

use anyhow::{Result, bail, ensure};
use rayon::prelude::*;

use crate::rows::Rows;
use crate::tokens::{Token, tokens};

/// Distinct n-grams that are held while they are counted, in about a gigabyte. Above it the rarest are
/// forgotten.
const COUNTED: usize = 8 << 20;

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings {
    /// Neighbouring words joined, at most.
    pub word_ngrams: usize,
    /// Texts that an n-gram must be in.
    pub min_count: u32,
    /// N-grams kept at most, those of most texts.
    pub max_features: usize,
}

/// The n-grams that count, in alphabetical order, with the weight of each.
pub struct Vocabulary {
    ngrams: Vec<String>,
    idf: Vec<f32>,
    word_ngrams: usize,
    places: HashMap<String, u32>,
}

impl Vocabulary {
    /// Of the training texts. An n-gram of few texts weighs more: ln((1 + texts) / (1 + texts with
    /// it)) + 1, the smoothed inverse document frequency.
    pub fn count(texts: &[&str], settings: Settings) -> Result<Vocabulary> {
        let mut counts = counted(texts, settings.word_ngrams);
        counts.retain(|_, count| *count >= settings.min_count);
        let mut kept: Vec<(String, u32)> = counts.into_iter().collect();
        if kept.is_empty() {
            bail!("no word is in {} of the texts", settings.min_count);
        }
        if kept.len() > settings.max_features {
            kept.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
            kept.truncate(settings.max_features);
        }
        kept.sort();
        let of = texts.len() as f64;
        let idf = |count: u32| (((1.0 + of) / (1.0 + f64::from(count))).ln() + 1.0) as f32;
        let (ngrams, idf) = kept
            .into_iter()
            .map(|(ngram, count)| (ngram, idf(count)))
            .unzip();
        Vocabulary::new(ngrams, idf, settings.word_ngrams)
    }

    /// N-grams in alphabetical order, and the weight of each.
    pub fn new(ngrams: Vec<String>, idf: Vec<f32>, word_ngrams: usize) -> Result<Vocabulary> {
        ensure!(word_ngrams > 0, "n-grams of no word");
        let count = ngrams.len();
        ensure!(
            count == idf.len() && u32::try_from(count).is_ok(),
            "{count} n-grams with {} weights",
            idf.len()
        );
        ensure!(
            ngrams.is_sorted_by(|a, b| a < b),
            "the n-grams are not in alphabetical order, each once"
        );
        ensure!(
            idf.iter().all(|weight| weight.is_finite() && *weight > 0.0),
            "the weight of an n-gram is not above 0"
        );
        let places = ngrams.iter().cloned().zip(0..).collect();
        Ok(Vocabulary {
            ngrams,
            idf,
            word_ngrams,
            places,
        })
    }

    pub fn ngrams(&self) -> &[String] {
        &self.ngrams
    }

    pub fn idf(&self) -> &[f32] {
        &self.idf
    }

    pub fn word_ngrams(&self) -> usize {
        self.word_ngrams
    }

    /// The n-grams of the text that count, each time they occur: their columns, and which of the tokens they join.
    pub fn occurrences<'a>(
        &'a self,
        tokens: &'a [Token],
    ) -> impl Iterator<Item = (u32, Range<usize>)> + 'a {
        let mut ngram = String::new();
        ranges(tokens.len(), self.word_ngrams).filter_map(move |words| {
            join(&tokens[words.clone()], &mut ngram);
            Some((*self.places.get(&ngram)?, words))
        })
    }

    /// The value of each column that the occurrences are of: (1 + ln of their number) times the n-gram's weight,
    /// the row scaled to length one.
    pub fn weigh(&self, columns: impl Iterator<Item = u32>) -> BTreeMap<u32, f32> {
        let mut counts: BTreeMap<u32, u32> = BTreeMap::new();
        for column in columns {
            *counts.entry(column).or_default() += 1;
        }
        let value = |(column, count): (u32, u32)| {
            let weight = f64::from(self.idf[column as usize]);
            (column, (1.0 + f64::from(count).ln()) * weight)
        };
        let values: Vec<(u32, f64)> = counts.into_iter().map(value).collect();
        let length = values
            .iter()
            .map(|(_, value)| value * value)
            .sum::<f64>()
            .sqrt();
        let scaled = values
            .into_iter()
            .map(|(column, value)| (column, (value / length) as f32));
        scaled.collect()
    }

    pub fn rows(&self, texts: &[&str]) -> Rows {
        let row = |text: &&str| -> Vec<(u32, f32)> {
            let tokens = tokens(text);
            let columns = self.occurrences(&tokens).map(|(column, _)| column);
            self.weigh(columns).into_iter().collect()
        };
        texts
            .par_iter()
            .map(row)
            .collect::<Vec<_>>()
            .into_iter()
            .collect()
    }
}

/// In how many texts each n-gram is.
fn counted(texts: &[&str], word_ngrams: usize) -> HashMap<String, u32> {
    let mut counts: HashMap<String, u32> = HashMap::new();
    let mut forgotten = 0;
    for some in texts.chunks(4096) {
        let of_each: Vec<HashSet<String>> = some
            .par_iter()
            .map(|text| distinct(text, word_ngrams))
            .collect();
        for ngram in of_each.into_iter().flatten() {
            *counts.entry(ngram).or_default() += 1;
        }
        while counts.len() > COUNTED {
            forgotten += 1;
            counts.retain(|_, count| *count > forgotten);
        }
    }
    counts
}

fn distinct(text: &str, word_ngrams: usize) -> HashSet<String> {
    let tokens = tokens(text);
    let of = |words: Range<usize>| {
        let mut ngram = String::new();
        join(&tokens[words], &mut ngram);
        ngram
    };
    ranges(tokens.len(), word_ngrams).map(of).collect()
}

/// The places of all runs of at most `longest` neighbours.
fn ranges(tokens: usize, longest: usize) -> impl Iterator<Item = Range<usize>> {
    (0..tokens).flat_map(move |start| {
        let ends = start + 1..=tokens.min(start + longest);
        ends.map(move |end| start..end)
    })
}

fn join(tokens: &[Token], ngram: &mut String) {
    ngram.clear();
    for token in tokens {
        if !ngram.is_empty() {
            ngram.push(' ');
        }
        ngram.push_str(&token.word);
    }
}
