//! What makes two texts the same. Frozen with [`crate::split::VERSION`].

mod columns;

use contracts::dataset::Context;
use unicode_normalization::UnicodeNormalization;

use crate::content_name::{self, content_bits, content_name};

pub use columns::{Reviewed, TextColumns, filled, joined};

/// The longest review, its context counted: register-dataset puts longer ones in quarantine, and
/// no reviewer is asked about them. As JSON it stays far below the 3 MiB that A2I takes.
pub const MAXIMUM_CHARACTERS: usize = 100_000;

/// The characters of a review and its context, which [`MAXIMUM_CHARACTERS`] bounds.
pub fn characters(context: &Context, text: &str) -> usize {
    let fields = context.values().map(String::as_str).chain([text]);
    fields.map(|field| field.chars().count()).sum()
}

/// NFC, lower case, runs of white space as one blank, none at the ends.
pub fn normalise(text: &str) -> String {
    if text.is_ascii() {
        return normalise_ascii(text);
    }
    let lower: String = text.nfc().flat_map(char::to_lowercase).collect();
    // Lower-casing can leave a sequence that NFC would compose.
    let words: Vec<&str> = lower.split_whitespace().collect();
    words.join(" ").nfc().collect()
}

/// The same where NFC and Unicode's lower case have nothing to do: ten times as fast.
fn normalise_ascii(text: &str) -> String {
    let mut normal = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !normal.is_empty() {
            normal.push(' ');
        }
        normal.push_str(word);
    }
    normal.make_ascii_lowercase();
    normal
}

/// The name of a review: of its own text, normalised. Its context has no part in it.
pub fn row_hash(text: &str) -> String {
    content_name(&[b"text", normalise(text).as_bytes()])
}

/// The same in 16 bytes, for sets of millions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RowHash([u8; 16]);

impl RowHash {
    pub fn of(text: &str) -> Self {
        Self(content_bits(&[b"text", normalise(text).as_bytes()]))
    }

    /// Of a [`row_hash`]; `None` where it is none.
    pub fn parse(row_hash: &str) -> Option<Self> {
        content_name::parse(row_hash).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(normalise(text), expected);
        assert_eq!(
            normalise(expected),
            expected,
            "normalising twice changes nothing"
        );
    }

    #[test]
    fn a_hash_in_bytes_is_the_one_that_keys_have() {
        let hash = row_hash("Love  it");
        assert_eq!(RowHash::parse(&hash), Some(RowHash::of("love it")));
        assert_ne!(RowHash::parse(&hash), Some(RowHash::of("hate it")));
        for other in ["", "a", &hash[1..], &hash.to_uppercase()] {
            assert_eq!(RowHash::parse(other), None, "{other}");
        }
    }

    #[test]
    fn texts_that_differ_in_case_space_or_composition_are_the_same() {
        check("  Love\r\n this\tDRESS ", "love this dress");
        check("cafe\u{301}", "caf\u{e9}");
        check("STRASSE \u{212a}", "strasse k");
        check("\u{3000}wide\u{a0}space", "wide space");
        check("", "");
        check("\u{b}A\u{c}\tB\u{1f} c\u{0}", "a b\u{1f} c\u{0}");
    }
}
