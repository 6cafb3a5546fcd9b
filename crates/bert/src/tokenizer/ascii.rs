//! BERT's WordPiece for plain ASCII text, faster than the general tokenizer (DESIGN.md has
//! figures): no normalisation, no offsets and nothing allocated per word. The general tokenizer
//! takes the texts that it does not cover, and both give the same ids.

use std::collections::HashMap;

use tokenizers::models::ModelWrapper;
use tokenizers::normalizers::NormalizerWrapper;
use tokenizers::pre_tokenizers::PreTokenizerWrapper;
use tokenizers::{Model, Tokenizer};

/// A vocabulary by bytes.
pub struct AsciiWordPiece {
    starts: HashMap<Box<[u8]>, u32>,
    continuations: HashMap<Box<[u8]>, u32>,
    longest_word: usize,
    unknown: u32,
    first: u32,
    last: u32,
    lower_case: bool,
}

impl AsciiWordPiece {
    /// None if the tokenizer is another one than BERT's.
    pub fn of(tokenizer: &Tokenizer) -> Option<AsciiWordPiece> {
        let (
            ModelWrapper::WordPiece(model),
            NormalizerWrapper::BertNormalizer(normalizer),
            PreTokenizerWrapper::BertPreTokenizer(_),
        ) = (
            tokenizer.get_model(),
            tokenizer.get_normalizer()?,
            tokenizer.get_pre_tokenizer()?,
        )
        else {
            return None;
        };
        // Added tokens are found in the raw text: see `covers`.
        let mut added = tokenizer.get_added_tokens_decoder().into_values();
        if !added.all(|token| token.content.starts_with('[')) {
            return None;
        }
        let empty = tokenizer.encode_fast("", true).ok()?;
        let &[first, last] = empty.get_ids() else {
            return None;
        };
        let prefix = model.continuing_subword_prefix.as_str();
        let (mut starts, mut continuations) = (HashMap::new(), HashMap::new());
        for (token, id) in model.get_vocab() {
            if let Some(rest) = token.strip_prefix(prefix) {
                continuations.insert(rest.as_bytes().into(), id);
            }
            starts.insert(token.into_bytes().into_boxed_slice(), id);
        }
        Some(AsciiWordPiece {
            unknown: *starts.get(model.unk_token.as_bytes())?,
            starts,
            continuations,
            longest_word: model.max_input_chars_per_word,
            first,
            last,
            lower_case: normalizer.lowercase,
        })
    }

    /// The ids of a text of at most `max_length`, or none if the text is not covered.
    pub fn encode(&self, text: &str, max_length: usize) -> Option<Vec<u32>> {
        if !text.bytes().all(covers) {
            return None;
        }
        let lower = self.lower_case.then(|| text.to_ascii_lowercase());
        let text = lower.as_deref().unwrap_or(text).as_bytes();
        let mut ids = Vec::with_capacity(max_length.min(2 + text.len() / 3));
        ids.push(self.first);
        for word in words(text) {
            if ids.len() >= max_length {
                break;
            }
            self.add_word(word, &mut ids);
        }
        ids.truncate(max_length - 1);
        ids.push(self.last);
        Some(ids)
    }

    /// The longest pieces from the left, or the unknown token if some rest has none.
    fn add_word(&self, word: &[u8], ids: &mut Vec<u32>) {
        let before = ids.len();
        let mut start = 0;
        let mut pieces = &self.starts;
        while start < word.len() && word.len() <= self.longest_word {
            let end = (start + 1..=word.len())
                .rev()
                .find_map(|end| Some((end, *pieces.get(&word[start..end])?)));
            let Some((end, id)) = end else { break };
            ids.push(id);
            start = end;
            pieces = &self.continuations;
        }
        if start < word.len() {
            ids.truncate(before);
            ids.push(self.unknown);
        }
    }
}

/// The words of a text in lower case as the general tokenizer cuts them, or none if it is not covered.
pub fn lower_case_words(text: &str) -> Option<Vec<String>> {
    let covered = text.bytes().all(covers);
    let lower = covered.then(|| text.to_ascii_lowercase())?;
    let word = |word: &[u8]| String::from_utf8_lossy(word).into_owned();
    Some(words(lower.as_bytes()).map(word).collect())
}

/// Runs between white space, punctuation alone.
fn words(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let parts = text.split(u8::is_ascii_whitespace);
    parts.flat_map(|part| {
        part.chunk_by(|a, b| !a.is_ascii_punctuation() && !b.is_ascii_punctuation())
    })
}

/// Characters of which the normaliser changes the case alone. A bracket is none: it may begin an
/// added token.
fn covers(byte: u8) -> bool {
    matches!(byte, b' '..=b'~' | b'\t' | b'\n' | b'\r') && byte != b'['
}

#[cfg(test)]
mod tests;
