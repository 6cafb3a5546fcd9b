//! The words of a filter.

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Token {
    /// A name or a keyword.
    Word(String),
    /// A quoted text or a number.
    Literal(String),
    Sign(&'static str),
}

/// The longer ones first.
const SIGNS: [&str; 10] = ["<=", ">=", "<>", "!=", "=", "<", ">", "(", ")", ","];

pub fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let mut found = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let (token, length) = if let Some(sign) = SIGNS.iter().find(|sign| rest.starts_with(**sign))
        {
            (Token::Sign(sign), sign.len())
        } else if first == '\'' {
            quoted(rest, '\'').map(|(text, length)| (Token::Literal(text), length))?
        } else if first == '"' || first == '`' {
            quoted(rest, first).map(|(text, length)| (Token::Word(text), length))?
        } else {
            let is_part = |letter: char| letter.is_alphanumeric() || "_.-$".contains(letter);
            let length = rest.find(|letter| !is_part(letter)).unwrap_or(rest.len());
            if length == 0 {
                return Err(format!(
                    "Unsupported expression '{text}': {first} is not understood"
                ));
            }
            let word = rest[..length].to_owned();
            let is_number = word.parse::<f64>().is_ok();
            (
                if is_number {
                    Token::Literal(word)
                } else {
                    Token::Word(word)
                },
                length,
            )
        };
        found.push(token);
        rest = rest[length..].trim_start();
    }
    Ok(found)
}

/// The text between quotes, of which two stand for one, and how long it is with them.
fn quoted(rest: &str, quote: char) -> Result<(String, usize), String> {
    let mut text = String::new();
    let mut letters = rest.char_indices().skip(1).peekable();
    while let Some((at, letter)) = letters.next() {
        if letter != quote {
            text.push(letter);
        } else if letters.next_if(|(_, next)| *next == quote).is_some() {
            text.push(quote);
        } else {
            return Ok((text, at + 1));
        }
    }
    Err(format!("Unsupported expression: {rest} has no end"))
}
