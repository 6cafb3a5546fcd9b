//! What a word is here, and in the pages' SQL: letters and digits, with apostrophes between them.

/// The words of a normalised text, each with its place.
pub fn words(normal: &str) -> impl Iterator<Item = &str> {
    let mut characters = normal.char_indices().peekable();
    std::iter::from_fn(move || {
        let (start, _) = characters.find(|(_, character)| character.is_alphanumeric())?;
        let mut end = normal.len();
        while let Some(&(place, character)) = characters.peek() {
            let joins = character == '\''
                && normal[place + 1..].starts_with(|next: char| next.is_alphanumeric());
            if !character.is_alphanumeric() && !joins {
                end = place;
                break;
            }
            characters.next();
        }
        Some(&normal[start..end])
    })
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn a_word_has_letters_digits_and_apostrophes_within() {
        for (text, expected) in [
            ("i'm 5'4\", it's 'great'!", "i'm|5'4|it's|great"),
            ("so--so café 34b", "so|so|café|34b"),
            ("a''b x'", "a|b|x"),
            (" . ", ""),
        ] {
            assert_eq!(words(text).collect::<Vec<_>>().join("|"), expected);
        }
    }
}
