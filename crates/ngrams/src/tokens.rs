//! The words of a text.

use std::ops::Range;

const APOSTROPHES: [char; 2] = ['\'', '’'];

/// A word in lower case, and its place in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    pub word: String,
    pub bytes: Range<usize>,
}

/// Runs of letters, digits and apostrophes, of which the typographic one is read as the plain one.
pub fn tokens(text: &str) -> Vec<Token> {
    let belongs = |character: char| character.is_alphanumeric() || APOSTROPHES.contains(&character);
    let mut tokens = Vec::new();
    let mut start = None;
    let end_of_text = std::iter::once((text.len(), ' '));
    for (place, character) in text.char_indices().chain(end_of_text) {
        match (start, belongs(character)) {
            (None, true) => start = Some(place),
            (Some(first), false) => {
                let bytes = first..place;
                let word = text[bytes.clone()].to_lowercase().replace('’', "'");
                tokens.push(Token { word, bytes });
                start = None;
            }
            _ => {}
        }
    }
    tokens
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_runs_of_letters_digits_and_apostrophes() {
        let text = "It’s  GREAT—café, 34B!";
        let found = tokens(text);
        let words: Vec<&str> = found.iter().map(|token| token.word.as_str()).collect();
        assert_eq!(words, ["it's", "great", "café", "34b"]);
        assert_eq!(&text[found[2].bytes.clone()], "café");
        assert!(tokens(" .!? ").is_empty());
    }
}
