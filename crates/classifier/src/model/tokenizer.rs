//! Texts to token ids: a WordPiece vocabulary trained here, or a checkpoint's own tokenizer.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::{Context, Result, anyhow, bail};
use rayon::prelude::*;
use tokenizers::models::wordpiece::{WordPiece, WordPieceTrainerBuilder};
use tokenizers::normalizers::BertNormalizer;
use tokenizers::pre_tokenizers::bert::BertPreTokenizer;
use tokenizers::processors::bert::BertProcessing;
use tokenizers::{
    AddedToken, Model, NormalizedString, Normalizer, OffsetReferential, OffsetType,
    PreTokenizedString, PreTokenizer, Tokenizer, Trainer, decoders,
};

/// Characters of one text that are looked at. A token is rarely longer than a few, and at most
/// 512 tokens are kept: what lies further out cannot matter, but would cost time.
const MAX_CHARACTERS: usize = 16_384;

/// Characters of a vocabulary trained here: Latin with its accents, digits and punctuation, several
/// times over.
const ALPHABET: usize = 200;

const SPECIAL_TOKENS: [&str; 5] = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"];

/// A tokenizer and the number of tokens that the model takes.
#[derive(Clone)]
pub struct TextEncoder {
    tokenizer: Tokenizer,
    pad_token_id: u32,
    max_length: usize,
}

impl TextEncoder {
    /// `max_length` counts `[CLS]` and `[SEP]`; longer texts lose their end.
    pub fn new(tokenizer: Tokenizer, max_length: usize) -> Result<TextEncoder> {
        for token in ["[PAD]", "[UNK]", "[CLS]", "[SEP]"] {
            if tokenizer.token_to_id(token).is_none() {
                bail!(
                    "tokenizer has no {token} token: only BERT's WordPiece tokenizers are supported"
                );
            }
        }
        if max_length < 3 {
            bail!("max_seq_length {max_length} leaves no room for a token between [CLS] and [SEP]");
        }
        let mut tokenizer = tokenizer;
        tokenizer.with_padding(None);
        let truncation = tokenizers::TruncationParams {
            max_length,
            ..Default::default()
        };
        tokenizer
            .with_truncation(Some(truncation))
            .map_err(|error| anyhow!("set truncation: {error}"))?;
        let pad_token_id = tokenizer.token_to_id("[PAD]").expect("checked above");
        Ok(TextEncoder {
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

    pub fn vocab_size(&self) -> usize {
        self.tokenizer.get_vocab_size(true)
    }

    /// Ids of each text, `[CLS]` first and `[SEP]` last, on all threads.
    pub fn encode<T: AsRef<str> + Sync>(&self, texts: &[T]) -> Result<Vec<Vec<u32>>> {
        let texts: Vec<&str> = texts.iter().map(|text| beginning(text.as_ref())).collect();
        let encoded = self
            .tokenizer
            .encode_batch_fast(texts, true)
            .map_err(|error| anyhow!("tokenize: {error}"))?;
        Ok(encoded
            .iter()
            .map(|encoding| encoding.get_ids().to_vec())
            .collect())
    }

    /// `tokenizer.json` and `tokenizer_config.json`.
    pub fn save(&self, folder: &Path) -> Result<()> {
        let mut tokenizer = self.tokenizer.clone();
        tokenizer
            .with_truncation(None)
            .map_err(|error| anyhow!("reset truncation: {error}"))?;
        let path = folder.join("tokenizer.json");
        tokenizer
            .save(&path, false)
            .map_err(|error| anyhow!("write {}: {error}", path.display()))?;
        let config = serde_json::json!({
            "tokenizer_class": "BertTokenizer",
            "do_lower_case": true,
            "model_max_length": self.max_length,
            "unk_token": "[UNK]", "sep_token": "[SEP]", "pad_token": "[PAD]",
            "cls_token": "[CLS]", "mask_token": "[MASK]",
        });
        crate::files::write_json(&folder.join("tokenizer_config.json"), &config)
    }
}

/// A lower-casing WordPiece tokenizer with a vocabulary for these texts: the same texts give the
/// same vocabulary.
pub fn train<T: AsRef<str> + Sync>(texts: &[T], vocab_size: usize) -> Result<Tokenizer> {
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
    with_special_tokens(bert_tokenizer(model))
}

/// Words as the tokenizer cuts them, with their numbers.
fn count_words<T: AsRef<str> + Sync>(texts: &[T]) -> Result<BTreeMap<String, usize>> {
    let words_of = |text: &T| {
        let mut normalized = NormalizedString::from(beginning(text.as_ref()));
        BertNormalizer::default().normalize(&mut normalized)?;
        let mut cut = PreTokenizedString::from(normalized);
        BertPreTokenizer.pre_tokenize(&mut cut)?;
        let words = cut.get_splits(OffsetReferential::Normalized, OffsetType::Byte);
        Ok(words
            .into_iter()
            .map(|(word, ..)| word.to_owned())
            .collect())
    };
    let words = texts
        .par_iter()
        .map(words_of)
        .collect::<tokenizers::Result<Vec<Vec<String>>>>();
    let mut counts = BTreeMap::new();
    for word in words
        .map_err(|error| anyhow!("cut texts into words: {error}"))?
        .into_iter()
        .flatten()
    {
        *counts.entry(word).or_default() += 1;
    }
    Ok(counts)
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

/// The tokenizer of a Hugging Face folder: `tokenizer.json`, else `vocab.txt`.
pub fn load(folder: &Path) -> Result<Tokenizer> {
    let (json, vocabulary) = (folder.join("tokenizer.json"), folder.join("vocab.txt"));
    if json.is_file() {
        return Tokenizer::from_file(&json)
            .map_err(|error| anyhow!("read {}: {error}", json.display()));
    }
    if !vocabulary.is_file() {
        bail!(
            "{} holds neither tokenizer.json nor vocab.txt",
            folder.display()
        );
    }
    let path = vocabulary
        .to_str()
        .with_context(|| format!("{} is not UTF-8", vocabulary.display()))?;
    let model = WordPiece::from_file(path)
        .unk_token("[UNK]".to_owned())
        .build();
    let model = model.map_err(|error| anyhow!("read {path}: {error}"))?;
    with_special_tokens(bert_tokenizer(model))
}

fn bert_tokenizer(model: WordPiece) -> Tokenizer {
    let mut tokenizer = Tokenizer::new(model);
    tokenizer
        .with_normalizer(Some(BertNormalizer::default()))
        .expect("normalising touches no added token yet");
    tokenizer.with_pre_tokenizer(Some(BertPreTokenizer));
    tokenizer.with_decoder(Some(decoders::wordpiece::WordPiece::default()));
    tokenizer
}

fn with_special_tokens(mut tokenizer: Tokenizer) -> Result<Tokenizer> {
    let special = |name: &str| {
        let id = tokenizer
            .get_model()
            .token_to_id(name)
            .with_context(|| format!("vocabulary has no {name}"))?;
        anyhow::Ok((name.to_owned(), id))
    };
    let processing = BertProcessing::new(special("[SEP]")?, special("[CLS]")?);
    tokenizer.with_post_processor(Some(processing));
    let tokens = SPECIAL_TOKENS.map(|token| AddedToken::from(token, true));
    tokenizer
        .add_special_tokens(tokens)
        .map_err(|error| anyhow!("add special tokens: {error}"))?;
    Ok(tokenizer)
}

fn beginning(text: &str) -> &str {
    match text.char_indices().nth(MAX_CHARACTERS) {
        Some((end, _)) => &text[..end],
        None => text,
    }
}
