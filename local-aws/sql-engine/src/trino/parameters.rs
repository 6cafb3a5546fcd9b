//! A statement's text, by the places of its tokens.

use datafusion::sql::sqlparser::tokenizer::{Location, Token, TokenWithSpan};

use crate::error::{AthenaError, Result};

/// The byte where a place (line and column, counted from one, in letters) begins.
pub fn offset(text: &str, place: Location) -> usize {
    let (mut line, mut column) = (1, 1);
    for (at, letter) in text.char_indices() {
        if (line, column) == (place.line, place.column) {
            return at;
        }
        if letter == '\n' {
            (line, column) = (line + 1, 1);
        } else {
            column += 1;
        }
    }
    text.len()
}

/// The statement with its `?` replaced, in their order; a parameter is a literal as it stands in SQL.
pub fn bind(text: &str, tokens: &[TokenWithSpan], parameters: &[String]) -> Result<String> {
    let places: Vec<_> = tokens
        .iter()
        .filter(|token| token.token == Token::Placeholder("?".to_owned()))
        .map(|token| token.span.start)
        .collect();
    if places.len() != parameters.len() {
        let message = format!(
            "INVALID_PARAMETER_USAGE: Incorrect number of parameters: expected {} but found {}",
            places.len(),
            parameters.len()
        );
        return Err(AthenaError::user(message));
    }
    let (mut bound, mut from) = (String::new(), 0);
    for (place, parameter) in places.into_iter().zip(parameters) {
        let at = offset(text, place);
        bound.push_str(&text[from..at]);
        bound.push_str(parameter);
        from = at + 1;
    }
    bound.push_str(&text[from..]);
    Ok(bound)
}
