//! Words that stand for values.

use std::collections::BTreeSet;

/// Characters of a value that its word has at most: an answer of a form may be a sentence.
const LONGEST: usize = 40;

/// The words that are taken.
#[derive(Default)]
pub struct Words(BTreeSet<String>);

impl Words {
    /// The word for a value of a column, which no other value of any column has.
    ///
    /// Letters and digits alone, without an underscore: n-grams, fastText and BERT all part words there, and the
    /// parts ("q3", "dresses") would be mistaken for those of other columns and of the texts.
    pub fn add(&mut self, column: &str, value: &str) -> String {
        let column = or(spelt(column), "column");
        let value = or(spelt(value), "value");
        let wanted = format!("{column}is{value}");
        let mut word = wanted.clone();
        let mut number = 2;
        // "Size-1" and "size 1" are spelt alike, and so is all that is not ASCII.
        while !self.0.insert(word.clone()) {
            word = format!("{wanted}x{number}");
            number += 1;
        }
        word
    }
}

fn spelt(name: &str) -> String {
    let sign = match name.strip_prefix('-') {
        Some(rest) if rest.starts_with(|c: char| c.is_ascii_digit()) => "minus",
        _ => "",
    };
    let letters = name.chars().filter(char::is_ascii_alphanumeric);
    let letters = letters.map(|letter| letter.to_ascii_lowercase());
    sign.chars().chain(letters).take(LONGEST).collect()
}

fn or(spelt: String, otherwise: &str) -> String {
    if spelt.is_empty() {
        otherwise.to_owned()
    } else {
        spelt
    }
}
