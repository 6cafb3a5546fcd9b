//! How texts are split into words.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use anyhow::{Result, bail};

/// A hyperparameter of training, which the training card hands on to serving.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tokenization {
    /// At white space: fastText's and BlazingText's own rule, for texts that were tokenised before.
    Whitespace,
    /// At white space and punctuation, in lower case: for texts as people write them.
    Lower,
}

impl Tokenization {
    /// The text in which the official tools would find the same words.
    pub fn tokenised(self, text: &str) -> Cow<'_, str> {
        match self {
            Tokenization::Whitespace => Cow::Borrowed(text),
            Tokenization::Lower => Cow::Owned(lower(text)),
        }
    }
}

/// The words of a tokenised text.
pub fn split(tokenised: &str) -> impl Iterator<Item = &str> {
    tokenised.split(is_space).filter(|word| !word.is_empty())
}

/// The official reader's white space; others, such as the no-break space, belong to words.
fn is_space(character: char) -> bool {
    matches!(
        character,
        ' ' | '\n' | '\r' | '\t' | '\u{b}' | '\u{c}' | '\0'
    )
}

/// Words are runs of letters, digits and apostrophes, and any other visible character alone.
fn lower(text: &str) -> String {
    let mut words = String::with_capacity(text.len() + text.len() / 8);
    let mut inside = false;
    for character in text.chars().flat_map(char::to_lowercase) {
        let belongs = character.is_alphanumeric() || character == '\'';
        let visible = belongs || !(character.is_whitespace() || character.is_control());
        if !(inside && belongs || words.is_empty() || words.ends_with(' ')) {
            words.push(' ');
        }
        if visible {
            words.push(character);
        }
        inside = belongs;
    }
    words
}

impl FromStr for Tokenization {
    type Err = anyhow::Error;

    fn from_str(name: &str) -> Result<Tokenization> {
        match name {
            "whitespace" => Ok(Tokenization::Whitespace),
            "lower" => Ok(Tokenization::Lower),
            _ => bail!("`words` is {name:?}, neither `whitespace` nor `lower`"),
        }
    }
}

impl fmt::Display for Tokenization {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Tokenization::Whitespace => "whitespace",
            Tokenization::Lower => "lower",
        })
    }
}
