//! Models whose logit is a sum of what n-grams add, so that each word's share is exact.

use std::ops::Range;

use contracts::explanation::{Completeness, Explanation, WordAttribution};
use fasttext::FastText;
use fasttext::matrix::dot;
use fasttext::words::{Tokenization, split};
use ngrams::Ngrams;

use super::integrated_gradients::bound;

/// What a label's logit, less the mean of all labels', is made of.
pub struct Shares {
    /// Words by their place in the text.
    words: Vec<(Range<usize>, f64)>,
    /// What is there without any word.
    baseline_logit: f64,
    /// As the model computes it.
    logit: f64,
}

impl Shares {
    pub fn explain(self, text: &str) -> Explanation {
        let words = self.words.into_iter();
        let words = words.map(|(bytes, attribution)| WordAttribution {
            word: text[bytes.clone()].to_owned(),
            start: bytes.start,
            end: bytes.end,
            attribution,
        });
        let words: Vec<WordAttribution> = words.collect();
        let sum: f64 = words.iter().map(|word| word.attribution).sum();
        let difference = self.logit - self.baseline_logit;
        Explanation {
            method: "linear".to_owned(),
            words,
            truncated: false,
            completeness: Completeness {
                logit: self.logit,
                baseline_logit: self.baseline_logit,
                sum,
                error: sum - difference,
                bound: bound(difference),
                steps: 0,
            },
            ..Explanation::default()
        }
    }
}

/// A word gets an equal part of each n-gram's share that it is in.
pub fn of_ngrams(model: &Ngrams, text: &str, class: usize) -> Shares {
    let found = model.contribution(text, class);
    let places = found.tokens.into_iter().map(|token| token.bytes);
    Shares {
        words: places.zip(found.of_tokens).collect(),
        baseline_logit: found.bias,
        logit: found.logit,
    }
}

/// A word gets its own row, its subwords', and an equal part of each n-gram's that it is in. What
/// the end of the text adds by itself is the baseline.
pub fn of_fasttext(model: &FastText, text: &str, class: usize) -> Shares {
    let tokenised = model.words.tokenised(text);
    let tokens: Vec<&str> = split(&tokenised).collect();
    let mut rows: Vec<(u32, Range<usize>)> = Vec::new();
    model
        .dictionary
        .each_row(tokens.iter().copied(), |row, words| rows.push((row, words)));
    let direction = direction(model, class);
    let (mut of_words, mut baseline_logit) = (vec![0f64; tokens.len()], 0f64);
    for (row, words) in &rows {
        let share = f64::from(dot(&direction, model.input.row(*row as usize))) / rows.len() as f64;
        let words = words.start..words.end.min(tokens.len());
        if words.is_empty() {
            baseline_logit += share;
        }
        let part = share / words.len().max(1) as f64;
        for word in words {
            of_words[word] += part;
        }
    }
    let places = spans(model.words, text, &tokens).into_iter();
    Shares {
        words: places.zip(of_words).collect(),
        baseline_logit,
        logit: logit(model, &rows, &direction),
    }
}

/// The label's vector less the mean of all labels'.
fn direction(model: &FastText, class: usize) -> Vec<f32> {
    let labels = model.output.rows();
    let mut direction = model.output.row(class).to_vec();
    for row in 0..labels {
        for (value, mean) in direction.iter_mut().zip(model.output.row(row)) {
            *value -= mean / labels as f32;
        }
    }
    direction
}

/// As the model computes it.
fn logit(model: &FastText, rows: &[(u32, Range<usize>)], direction: &[f32]) -> f64 {
    let rows: Vec<u32> = rows.iter().map(|(row, _)| *row).collect();
    let mut hidden = vec![0f32; model.input.columns()];
    model.input.mean(&rows, &mut hidden);
    f64::from(dot(direction, &hidden))
}

/// Where the tokens stand in the text that they were made from.
fn spans(words: Tokenization, text: &str, tokens: &[&str]) -> Vec<Range<usize>> {
    match words {
        Tokenization::Whitespace => {
            let mut done = 0;
            let mut span = |token: &&str| {
                let start = done + text[done..].find(*token).unwrap_or_default();
                done = start + token.len();
                start..done
            };
            tokens.iter().map(&mut span).collect()
        }
        Tokenization::Lower => {
            // Lower case may be longer than what it was made from; its characters keep their order.
            let mut visible = text.char_indices().flat_map(|(start, character)| {
                let bytes = start..start + character.len_utf8();
                let lower = character.to_lowercase();
                lower
                    .filter(|lower| !(lower.is_whitespace() || lower.is_control()))
                    .map(move |_| bytes.clone())
            });
            let mut span = |token: &&str| {
                let mut bytes = 0..0;
                for place in 0..token.chars().count() {
                    let Some(character) = visible.next() else {
                        break;
                    };
                    bytes.end = character.end;
                    if place == 0 {
                        bytes.start = character.start;
                    }
                }
                bytes
            };
            tokens.iter().map(&mut span).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_found_again_in_the_text() {
        let text = "  It's NICE,\tİ said\u{a0}— ẞo!";
        for words in [Tokenization::Whitespace, Tokenization::Lower] {
            let tokenised = words.tokenised(text);
            let tokens: Vec<&str> = split(&tokenised).collect();
            let spans = spans(words, text, &tokens);
            assert_eq!(spans.len(), tokens.len());
            for (span, token) in spans.iter().zip(tokens) {
                let found = text[span.clone()].to_lowercase();
                // One letter can be two tokens in lower case: both stand where it stands.
                assert!(
                    found == token.to_lowercase() || found.contains(token),
                    "{found:?} is not {token:?}"
                );
            }
        }
    }
}
