//! Training of a WordPiece vocabulary.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Result, anyhow};
use rayon::prelude::*;
use tokenizers::models::wordpiece::{WordPiece, WordPieceTrainerBuilder};
use tokenizers::normalizers::BertNormalizer;
use tokenizers::pre_tokenizers::bert::BertPreTokenizer;
use tokenizers::{
    AddedToken, NormalizedString, Normalizer, OffsetReferential, OffsetType, PreTokenizedString,
    PreTokenizer, Tokenizer, Trainer,
};

use super::ascii::lower_case_words;
use super::beginning::beginning;
use super::files::SPECIAL_TOKENS;

/// Characters of a vocabulary trained here: Latin with its accents, digits and punctuation, several
/// times over.
const ALPHABET: usize = 200;

/// A lower-casing WordPiece tokenizer with a vocabulary for these texts: the same texts give the
/// same vocabulary.
pub fn train(texts: &[&str], vocab_size: usize) -> Result<Tokenizer> {
    let words = count_words(texts)?;
    let alphabet = alphabet(&words);
    // The trainer numbers continuations ("##a") in the order in which a hash map yields words,
    // and breaks ties by number. Declared beforehand, like special tokens, they have fixed ones.
    let continuations = alphabet.iter().map(|character| format!("##{character}"));
    let declared = SPECIAL_TOKENS
        .map(str::to_owned)
        .into_iter()
        .chain(continuations);
    let mut trainer = WordPieceTrainerBuilder::new()
        .vocab_size(vocab_size)
        .min_frequency(2)
        .show_progress(false)
        .special_tokens(
            declared
                .map(|token| AddedToken::from(token, true))
                .collect(),
        )
        .build();
    let known = words
        .iter()
        .filter(|(word, _)| word.chars().all(|character| alphabet.contains(&character)));
    let occurrences = known.flat_map(|(word, count)| std::iter::repeat_n(word.as_str(), *count));
    let train = |error| anyhow!("train vocabulary: {error}");
    trainer
        .feed(occurrences, |word| Ok(vec![word.to_owned()]))
        .map_err(train)?;
    let mut model = WordPiece::default();
    trainer.train(&mut model).map_err(train)?;
    super::files::word_piece(model, BertNormalizer::default())
}

/// Words as the tokenizer cuts them, with their numbers.
fn count_words(texts: &[&str]) -> Result<BTreeMap<String, usize>> {
    let words_of = |text: &&str| {
        let text = beginning(text);
        lower_case_words(text).map_or_else(|| words(text), Ok)
    };
    let words = texts.par_iter().map(words_of);
    let words: tokenizers::Result<Vec<Vec<String>>> = words.collect();
    let words = words.map_err(|error| anyhow!("cut texts into words: {error}"))?;
    let mut counts = BTreeMap::new();
    for word in words.into_iter().flatten() {
        *counts.entry(word).or_default() += 1;
    }
    Ok(counts)
}

/// The words of any text.
fn words(text: &str) -> tokenizers::Result<Vec<String>> {
    let mut normalized = NormalizedString::from(text);
    BertNormalizer::default().normalize(&mut normalized)?;
    let mut cut = PreTokenizedString::from(normalized);
    BertPreTokenizer.pre_tokenize(&mut cut)?;
    let words = cut.get_splits(OffsetReferential::Normalized, OffsetType::Byte);
    let words = words.into_iter().map(|(word, ..)| word.to_owned());
    Ok(words.collect())
}

/// The most frequent characters; words with others become `[UNK]`.
fn alphabet(words: &BTreeMap<String, usize>) -> BTreeSet<char> {
    let mut counts: BTreeMap<char, usize> = BTreeMap::new();
    for (word, count) in words {
        for character in word.chars() {
            *counts.entry(character).or_default() += count;
        }
    }
    let mut counts: Vec<(char, usize)> = counts.into_iter().collect();
    counts.sort_by_key(|(character, count)| (Reverse(*count), *character));
    counts
        .into_iter()
        .take(ALPHABET)
        .map(|(character, _)| character)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_has_the_words_of_the_general_way() {
        for text in [
            "",
            " \t\r\n",
            "Lovely DRESS, it's 50% off!!",
            "a\tb\r\nc  ...d-e_f@g~`^",
            "  (true to size) ",
        ] {
            assert_eq!(lower_case_words(text).unwrap(), words(text).unwrap());
        }
        assert_eq!(lower_case_words("caf\u{e9}"), None);
        assert_eq!(lower_case_words("a\u{0}b"), None);
    }
}
