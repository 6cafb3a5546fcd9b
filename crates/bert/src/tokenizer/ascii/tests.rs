//! Any text in any vocabulary: what the fast path answers is what the general tokenizer answers.

use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Map, json};
use tokenizers::models::wordpiece::WordPiece;
use tokenizers::normalizers::BertNormalizer;
use tokenizers::{Tokenizer, TruncationParams};

use super::super::TextEncoder;
use super::super::files::{SPECIAL_TOKENS, word_piece};
use super::AsciiWordPiece;

/// Few letters, so that words are often found whole, in pieces, and with a rest that is in no piece.
const PIECE: &str = "(##)?[a-cA-C]{1,3}|(##)?[0-9!#.']|##|é|##é";

/// With these every word of letters in lower case has pieces.
const ALPHABET: [&str; 6] = ["a", "b", "c", "##a", "##b", "##c"];

/// Words of these letters, some longer than a word may be, among all that ASCII has without `[`.
const PLAIN: &str = "([a-cA-C]{1,12}|[a-c]{20,40}|[ -Z\\\\-~]|[\t\n\r ]{1,3}){0,30}";

/// Also accents, composed and not, control characters, white space, Chinese and special tokens; few
/// of them, so that many texts are ASCII but for one.
const ANY: &str = "([a-cA-C]{1,9}|[ -~]|[\u{0}-\u{1f}\u{7f}]|[éÉñÅßİſK]|[a-cA-C]\u{301}|[\u{85}\u{a0}\u{2003}\u{2028}\u{fffd}]|[中日]|\\[(CLS|UNK|MASK)\\]|\\PC){0,6}";

prop_compose! {
    fn tokenizer()(
        pieces in vec(PIECE, 0..40),
        whole_alphabet in any::<bool>(),
        longest in 1usize..14,
        clean in any::<bool>(),
        accents in any::<Option<bool>>(),
        lower_case in any::<bool>(),
    ) -> Tokenizer {
        let mut vocabulary = Map::new();
        let letters = ALPHABET.iter().filter(|_| whole_alphabet);
        let tokens = SPECIAL_TOKENS.iter().chain(letters).map(|token| (*token).to_owned());
        let tokens = tokens.chain(pieces);
        for token in tokens {
            let id = vocabulary.len();
            vocabulary.entry(token).or_insert(id.into());
        }
        let model = json!({
            "type": "WordPiece",
            "unk_token": "[UNK]",
            "continuing_subword_prefix": "##",
            "max_input_chars_per_word": longest,
            "vocab": vocabulary,
        });
        let model: WordPiece = serde_json::from_str(&model.to_string()).unwrap();
        word_piece(model, BertNormalizer::new(clean, true, accents, lower_case)).unwrap()
    }
}

/// The general tokenizer's, cut where the model takes no more.
fn general(tokenizer: &Tokenizer, text: &str, max_length: usize) -> Vec<u32> {
    let mut tokenizer = tokenizer.clone();
    let truncation = TruncationParams {
        max_length,
        ..Default::default()
    };
    tokenizer.with_truncation(Some(truncation)).unwrap();
    tokenizer
        .encode_fast(text, true)
        .unwrap()
        .get_ids()
        .to_vec()
}

proptest! {
    #[test]
    fn plain_text_is_covered_and_has_the_ids_of_the_general_tokenizer(
        tokenizer in tokenizer(), text in PLAIN, max_length in 3usize..60,
    ) {
        let fast = AsciiWordPiece::of(&tokenizer).unwrap();
        let expected = general(&tokenizer, &text, max_length);
        prop_assert_eq!(fast.encode(&text, max_length), Some(expected));
    }

    #[test]
    fn any_text_has_the_ids_of_the_general_tokenizer(
        tokenizer in tokenizer(), text in ANY, max_length in 3usize..60,
    ) {
        let encoder = TextEncoder::new(tokenizer.clone(), 0, max_length).unwrap();
        let expected = general(&tokenizer, &text, max_length);
        prop_assert_eq!(encoder.encode(&[text]).unwrap(), [expected]);
    }
}
