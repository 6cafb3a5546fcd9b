//! fastText's logit is a mean over rows times the label's vector, so each row's share is exact.

use std::ops::Range;

use contracts::explanation::{Completeness, Explanation, WordAttribution};
use fasttext::FastText;
use fasttext::matrix::dot;
use fasttext::words::{Tokenization, split};

use super::integrated_gradients::bound;

/// A word gets its own row, its subwords', and an equal part of each n-gram's that it is in. What
/// the end of the text adds by itself is the baseline.
pub fn explained(
    explanation: Explanation,
    model: &FastText,
    text: &str,
    class: usize,
) -> Explanation {
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
    let sum: f64 = of_words.iter().sum();
    let logit = logit(model, &rows, &direction);
    let words = spans(model.words, text, &tokens)
        .into_iter()
        .zip(of_words)
        .map(|(bytes, attribution)| WordAttribution {
            word: text[bytes.clone()].to_owned(),
            start: bytes.start,
            end: bytes.end,
            attribution,
        });
    Explanation {
        method: "linear".to_owned(),
        words: words.collect(),
        truncated: false,
        completeness: Completeness {
            logit,
            baseline_logit,
            sum,
            error: sum - (logit - baseline_logit),
            bound: bound(logit - baseline_logit),
            steps: 0,
        },
        ..explanation
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
