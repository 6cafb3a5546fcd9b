//! A Hugging Face folder's tokenizer files: `tokenizer.json`, or a vocabulary, which lacks the
//! tokenizer's settings.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, anyhow, bail};
use serde_json::{Map, Value, json};
use tokenizers::models::bpe::BPE;
use tokenizers::models::wordpiece::WordPiece;
use tokenizers::normalizers::BertNormalizer;
use tokenizers::pre_tokenizers::bert::BertPreTokenizer;
use tokenizers::pre_tokenizers::byte_level::ByteLevel;
use tokenizers::processors::bert::BertProcessing;
use tokenizers::processors::roberta::RobertaProcessing;
use tokenizers::{AddedToken, Tokenizer, decoders};

use crate::files::write_json;

pub const SPECIAL_TOKENS: [&str; 5] = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"];

const ROBERTA_SPECIAL_TOKENS: [&str; 5] = ["<pad>", "<unk>", "<s>", "</s>", "<mask>"];

/// transformers' names of the special tokens, in the order of the lists above.
const ROLES: [&str; 5] = [
    "pad_token",
    "unk_token",
    "cls_token",
    "sep_token",
    "mask_token",
];

/// The tokenizer of a folder: `tokenizer.json`, else BERT's `vocab.txt`, else RoBERTa's
/// `vocab.json` and `merges.txt`.
pub fn load(folder: &Path) -> Result<Tokenizer> {
    let has = |name: &str| folder.join(name).is_file();
    if has("tokenizer.json") {
        let path = folder.join("tokenizer.json");
        return Tokenizer::from_file(&path)
            .map_err(|error| anyhow!("read {}: {error}", path.display()));
    }
    let config = tokenizer_config(folder)?;
    if has("vocab.txt") {
        return read_word_piece(&folder.join("vocab.txt"), &config);
    }
    if has("vocab.json") && has("merges.txt") {
        return read_byte_level(
            &folder.join("vocab.json"),
            &folder.join("merges.txt"),
            &config,
        );
    }
    bail!(
        "{} holds neither tokenizer.json nor vocab.txt nor vocab.json with merges.txt",
        folder.display()
    )
}

/// Writes `tokenizer.json`, and a `tokenizer_config.json` that has every version of transformers
/// take the former as it is.
pub fn save(tokenizer: &Tokenizer, max_length: usize, folder: &Path) -> Result<()> {
    let path = folder.join("tokenizer.json");
    tokenizer
        .save(&path, false)
        .map_err(|error| anyhow!("write {}: {error}", path.display()))?;
    let mut config = json!({
        "tokenizer_class": "PreTrainedTokenizerFast",
        "model_max_length": max_length,
        "model_input_names": ["input_ids", "attention_mask"],
    });
    let candidates = SPECIAL_TOKENS.iter().zip(ROBERTA_SPECIAL_TOKENS);
    for (role, (bert, roberta)) in ROLES.iter().zip(candidates) {
        let known = [*bert, roberta].into_iter();
        if let Some(token) = known
            .into_iter()
            .find(|token| tokenizer.token_to_id(token).is_some())
        {
            config[role] = token.into();
        }
    }
    write_json(&folder.join("tokenizer_config.json"), &config)
}

/// BERT's tokenizer over a vocabulary.
pub fn word_piece(model: WordPiece, normalizer: BertNormalizer) -> Result<Tokenizer> {
    let mut tokenizer = Tokenizer::new(model);
    tokenizer
        .with_normalizer(Some(normalizer))
        .expect("normalising touches no added token yet");
    tokenizer.with_pre_tokenizer(Some(BertPreTokenizer));
    tokenizer.with_decoder(Some(decoders::wordpiece::WordPiece::default()));
    let special = |name| special_token(&tokenizer, name);
    let processing = BertProcessing::new(special("[SEP]")?, special("[CLS]")?);
    tokenizer.with_post_processor(Some(processing));
    add_special_tokens(
        &mut tokenizer,
        SPECIAL_TOKENS.map(|token| AddedToken::from(token, true)),
    )?;
    Ok(tokenizer)
}

fn read_word_piece(path: &Path, config: &Map<String, Value>) -> Result<Tokenizer> {
    let model = WordPiece::from_file(utf8(path)?)
        .unk_token("[UNK]".to_owned())
        .build();
    let model = model.map_err(|error| anyhow!("read {}: {error}", path.display()))?;
    let flag = |name: &str| config.get(name).and_then(Value::as_bool);
    let normalizer = BertNormalizer::new(
        true,
        flag("tokenize_chinese_chars").unwrap_or(true),
        flag("strip_accents"),
        flag("do_lower_case").unwrap_or(true),
    );
    word_piece(model, normalizer).with_context(|| format!("read {}", path.display()))
}

fn read_byte_level(
    vocabulary: &Path,
    merges: &Path,
    config: &Map<String, Value>,
) -> Result<Tokenizer> {
    let model = BPE::from_file(utf8(vocabulary)?, utf8(merges)?).build();
    let names = || format!("read {} and {}", vocabulary.display(), merges.display());
    let model = model.map_err(|error| anyhow!("{}: {error}", names()))?;
    let flag = config.get("add_prefix_space").and_then(Value::as_bool);
    let add_prefix_space = flag.unwrap_or(false);
    let mut tokenizer = Tokenizer::new(model);
    tokenizer.with_pre_tokenizer(Some(ByteLevel::new(add_prefix_space, true, true)));
    tokenizer.with_decoder(Some(ByteLevel::default()));
    let special = |name| special_token(&tokenizer, name);
    let processing = RobertaProcessing::new(
        special("</s>").with_context(names)?,
        special("<s>").with_context(names)?,
    );
    tokenizer.with_post_processor(Some(processing.add_prefix_space(add_prefix_space)));
    // The mask stands for a word with the space before it.
    let token = |token: &str| AddedToken::from(token, true).lstrip(token == "<mask>");
    add_special_tokens(&mut tokenizer, ROBERTA_SPECIAL_TOKENS.map(token))?;
    Ok(tokenizer)
}

fn tokenizer_config(folder: &Path) -> Result<Map<String, Value>> {
    let path = folder.join("tokenizer_config.json");
    if !path.is_file() {
        return Ok(Map::new());
    }
    let json = fs::read(&path).with_context(|| format!("read {}", path.display()))?;
    serde_json::from_slice(&json).with_context(|| format!("read {}", path.display()))
}

fn special_token(tokenizer: &Tokenizer, name: &str) -> Result<(String, u32)> {
    let id = tokenizer.token_to_id(name);
    Ok((
        name.to_owned(),
        id.with_context(|| format!("the vocabulary has no {name}"))?,
    ))
}

fn add_special_tokens(tokenizer: &mut Tokenizer, tokens: [AddedToken; 5]) -> Result<()> {
    tokenizer
        .add_special_tokens(tokens)
        .map_err(|error| anyhow!("add special tokens: {error}"))?;
    Ok(())
}

fn utf8(path: &Path) -> Result<&str> {
    path.to_str()
        .with_context(|| format!("{} is not UTF-8", path.display()))
}
