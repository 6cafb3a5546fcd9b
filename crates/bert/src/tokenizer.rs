//! Texts to token ids: a WordPiece vocabulary trained here, or a checkpoint's own tokenizer.

mod ascii;
mod beginning;
mod files;
mod vocabulary;

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Result, anyhow, ensure};
use rayon::prelude::*;
use tokenizers::Tokenizer;

pub use files::load;
pub use vocabulary::train;

use ascii::AsciiWordPiece;
use beginning::beginning;

/// A tokenizer and the number of tokens that the model takes.
#[derive(Clone)]
pub struct TextEncoder {
    tokenizer: Tokenizer,
    pad_token_id: u32,
    max_length: usize,
    /// The fast path, for the texts that it covers.
    ascii: Option<Arc<AsciiWordPiece>>,
}

/// What [`TextEncoder::tokens`] tells of a text.
pub struct Tokens {
    pub ids: Vec<u32>,
    /// Each token's word and bytes of the text; special tokens have none.
    pub words: Vec<Option<(u32, Range<usize>)>>,
    /// Whether the end of the text is missing.
    pub truncated: bool,
}

impl TextEncoder {
    /// `max_length` counts the special tokens; longer texts lose their end.
    pub fn new(tokenizer: Tokenizer, pad_token_id: u32, max_length: usize) -> Result<TextEncoder> {
        let mut tokenizer = tokenizer;
        tokenizer.with_padding(None);
        let empty = tokenizer
            .encode_fast("", true)
            .map_err(|error| anyhow!("tokenize: {error}"))?;
        ensure!(
            !empty.is_empty(),
            "the tokenizer puts no token before a text, which the classification head would read: \
             its post_processor is missing"
        );
        let special = empty.len();
        ensure!(
            max_length > special,
            "max_seq_length {max_length} leaves no room for a token beside the {special} special ones"
        );
        let truncation = tokenizers::TruncationParams {
            max_length,
            ..Default::default()
        };
        tokenizer
            .with_truncation(Some(truncation))
            .map_err(|error| anyhow!("set truncation: {error}"))?;
        Ok(TextEncoder {
            ascii: AsciiWordPiece::of(&tokenizer).map(Arc::new),
            tokenizer,
            pad_token_id,
            max_length,
        })
    }

    pub fn max_length(&self) -> usize {
        self.max_length
    }

    pub fn pad_token_id(&self) -> u32 {
        self.pad_token_id
    }

    /// One more than the largest id, which may exceed the number of tokens.
    pub fn vocab_size(&self) -> usize {
        let ids = self.tokenizer.get_vocab(true).into_values();
        ids.max().map_or(0, |largest| largest as usize + 1)
    }

    /// Ids of each text with its special tokens, on all threads.
    pub fn encode<T: AsRef<str> + Sync>(&self, texts: &[T]) -> Result<Vec<Vec<u32>>> {
        let texts = texts.par_iter();
        texts.map(|text| self.ids(text.as_ref())).collect()
    }

    fn ids(&self, text: &str) -> Result<Vec<u32>> {
        let text = beginning(text);
        let ascii = self.ascii.as_ref();
        if let Some(ids) = ascii.and_then(|ascii| ascii.encode(text, self.max_length)) {
            return Ok(ids);
        }
        let encoded = self.tokenizer.encode_fast(text, true);
        let encoded = encoded.map_err(|error| anyhow!("tokenize: {error}"))?;
        Ok(encoded.get_ids().to_vec())
    }

    /// How many of the texts lose their end.
    pub fn too_long<T: AsRef<str> + Sync>(&self, texts: &[T]) -> Result<usize> {
        let longer = texts.par_iter().map(|text| self.is_too_long(text.as_ref()));
        let longer: Result<Vec<bool>> = longer.collect();
        Ok(longer?.into_iter().filter(|longer| *longer).count())
    }

    fn is_too_long(&self, text: &str) -> Result<bool> {
        if beginning(text).len() < text.len() {
            return Ok(true);
        }
        let ascii = self.ascii.as_ref();
        match ascii.and_then(|ascii| ascii.encode(text, self.max_length + 1)) {
            Some(ids) => Ok(ids.len() > self.max_length),
            None => Ok(self.tokens(text)?.truncated),
        }
    }

    /// One text's tokens with the words they are pieces of.
    pub fn tokens(&self, text: &str) -> Result<Tokens> {
        let encoding = self
            .tokenizer
            .encode(beginning(text), true)
            .map_err(|error| anyhow!("tokenize: {error}"))?;
        let special = encoding.get_special_tokens_mask().iter();
        let places = encoding.get_word_ids().iter().zip(encoding.get_offsets());
        let words = special.zip(places).map(|(special, (word, (start, end)))| {
            let word = word.filter(|_| *special == 0)?;
            Some((word, *start..*end))
        });
        Ok(Tokens {
            words: words.collect(),
            ids: encoding.get_ids().to_vec(),
            truncated: !encoding.get_overflowing().is_empty() || beginning(text).len() < text.len(),
        })
    }

    /// `tokenizer.json` and `tokenizer_config.json`.
    pub fn save(&self, folder: &Path) -> Result<()> {
        let mut tokenizer = self.tokenizer.clone();
        tokenizer
            .with_truncation(None)
            .map_err(|error| anyhow!("reset truncation: {error}"))?;
        files::save(&tokenizer, self.max_length, folder)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{self, folder};

    #[test]
    fn a_text_that_just_fits_is_not_too_long() {
        let tokenizer = folder().encoder.tokenizer;
        let at = |length| TextEncoder::new(tokenizer.clone(), 0, length).unwrap();
        // A text with an accent takes the general tokenizer.
        let texts = testing::texts(40).into_iter();
        let texts: Vec<String> = texts.flat_map(|text| [format!("{text} é"), text]).collect();
        let whole = at(100).encode(&texts).unwrap();
        for length in 4..14 {
            let longer = whole.iter().filter(|ids| ids.len() > length).count();
            assert_eq!(at(length).too_long(&texts).unwrap(), longer, "{length}");
        }
        assert!(whole.iter().any(|ids| (5..13).contains(&ids.len())));
    }
}
