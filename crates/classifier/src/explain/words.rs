//! From tokens to words: the attributions of a word's pieces, summed.

use bert::tokenizer::Tokens;
use contracts::explanation::WordAttribution;

/// Merges neighbouring tokens that are pieces of one word.
pub fn merge(text: &str, tokens: &Tokens, attributions: &[f64]) -> Vec<WordAttribution> {
    let mut words: Vec<WordAttribution> = Vec::new();
    let mut last = None;
    for (word, attribution) in tokens.words.iter().zip(attributions) {
        let Some((number, bytes)) = word else {
            last = None;
            continue;
        };
        match words.last_mut() {
            Some(word) if last == Some(*number) => {
                word.end = bytes.end;
                word.attribution += attribution;
            }
            _ => words.push(WordAttribution {
                word: String::new(),
                start: bytes.start,
                end: bytes.end,
                attribution: *attribution,
            }),
        }
        last = Some(*number);
    }
    for word in &mut words {
        // Byte-level tokenizers count the space before a word to it.
        let within = text.get(word.start..word.end).unwrap_or_default();
        word.start += within.len() - within.trim_start().len();
        word.end = word.start + within.trim().len();
        word.word = within.trim().to_owned();
    }
    words
}
