//! Keys of objects: which there can be, and how a URL spells them.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::failure::Failure;

const MAX_BYTES: usize = 1024;

/// A key that S3 can hold and XML can carry: a listing in XML has no spelling for the others.
pub(crate) fn check(key: &str) -> Result<(), Failure> {
    if key.len() > MAX_BYTES {
        return Err(Failure::KeyTooLong);
    }
    check_text(key)
}

/// Refuses text with characters that XML 1.0 cannot carry, and the last code point of Unicode, which
/// is no character: a listing's upper bound is a prefix with it.
pub(crate) fn check_text(text: &str) -> Result<(), Failure> {
    let outside_xml = |letter| matches!(letter, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}');
    if text.contains('\u{10ffff}') {
        return Err(Failure::NotImplemented(
            "names with the code point U+10FFFF".to_owned(),
        ));
    }
    if text.contains(outside_xml) {
        return Err(Failure::NotImplemented(
            "names with characters that XML cannot carry".to_owned(),
        ));
    }
    Ok(())
}

/// What stands for itself in a path: RFC 3986's unreserved characters, and the slash.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'/');

/// Percent-encodes a key for a path, or for a listing with `encoding-type=url`.
pub(crate) fn encode(key: &str) -> String {
    utf8_percent_encode(key, ENCODED).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_spelled_in_a_url_by_unreserved_characters_and_slashes() {
        assert_eq!(encode("a b/c+d*e~f-g_h.i"), "a%20b/c%2Bd%2Ae~f-g_h.i");
        assert_eq!(encode("größe?"), "gr%C3%B6%C3%9Fe%3F");
    }

    #[test]
    fn a_key_that_xml_cannot_carry_or_that_is_too_long_is_refused() {
        check("a\tb\nc\r").unwrap();
        check(&"k".repeat(1024)).unwrap();
        for key in ["a\0b", "a\u{1b}[31m", "\u{ffff}", "a/\u{10ffff}x"] {
            assert!(
                matches!(check(key), Err(Failure::NotImplemented(_))),
                "{key:?}"
            );
        }
        assert!(matches!(check(&"k".repeat(1025)), Err(Failure::KeyTooLong)));
    }
}
