//! The part of a text that is looked at.

/// Characters of one text that are looked at, besides white space. A token is rarely longer than a
/// few, and models take hundreds: what lies further out hardly matters, but would cost time.
const MAX_CHARACTERS: usize = 16_384;

pub fn beginning(text: &str) -> &str {
    if text.len() <= MAX_CHARACTERS {
        return text;
    }
    let visible = |(_, c): &(usize, char)| !c.is_whitespace();
    match text.char_indices().filter(visible).nth(MAX_CHARACTERS) {
        Some((end, _)) => &text[..end],
        None => text,
    }
}
