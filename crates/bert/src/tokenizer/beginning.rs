//! The beginning of a text, which alone is tokenised.

/// Characters of a text that are tokenised, besides white space. Tokens have a few characters and
/// models take hundreds of tokens, so that characters beyond hardly ever change the ids, but would
/// cost time.
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
