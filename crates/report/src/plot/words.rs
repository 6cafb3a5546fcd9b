//! The words that spoke most for each label, side by side.

use crate::format::{count, shortened};
use crate::markup::{Anchor, Svg};
use crate::values::{Class, TellingWord};

const WIDTH: f64 = 1160.0;
const TOP: f64 = 34.0;
const ROW: f64 = 25.0;
const NAME: f64 = 118.0;
const GAP: f64 = 28.0;
const VALUE: f64 = 88.0;
/// Classes beside each other; further ones stand below.
const ACROSS: usize = 3;
/// Characters of a word.
const FITS: usize = 14;

/// `words` holds one list per class.
pub fn words(id: &str, words: &[Vec<TellingWord>], classes: &[Class]) -> String {
    let rows = words.iter().map(Vec::len).max().unwrap_or(0).max(1) as f64;
    let block = TOP + rows * ROW + 6.0;
    let column = (WIDTH + GAP) / classes.len().clamp(1, ACROSS) as f64;
    let longest = words
        .iter()
        .flatten()
        .map(|word| word.attribution)
        .fold(f64::MIN_POSITIVE, f64::max);
    let mut svg = Svg::new(id, WIDTH, block * classes.len().div_ceil(ACROSS) as f64);
    for (place, (class, words)) in classes.iter().zip(words).enumerate() {
        let left = (place % ACROSS) as f64 * column;
        let top = (place / ACROSS) as f64 * block;
        svg.text(
            "name",
            (left + NAME, top + 16.0),
            Anchor::Start,
            &class.name,
        );
        if words.is_empty() {
            let y = top + TOP + ROW / 2.0;
            svg.text(
                "label",
                (left + NAME, y),
                Anchor::Start,
                "no word in enough rows",
            );
        }
        for (place, word) in words.iter().enumerate() {
            let y = top + TOP + place as f64 * ROW;
            let width = word.attribution / longest * (column - NAME - GAP - VALUE);
            svg.text(
                "value",
                (left + NAME - 10.0, y + 14.0),
                Anchor::End,
                &shortened(&word.word, FITS),
            );
            svg.rect(
                "bar kept",
                (left + NAME, y + 2.0),
                (width.max(1.0), ROW - 9.0),
            );
            svg.text(
                "label",
                (left + NAME + width + 7.0, y + 14.0),
                Anchor::Start,
                &format!("{:+.2} ×{}", word.mean_attribution, count(word.rows)),
            );
        }
    }
    let described = classes.iter().zip(words).map(|(class, words)| {
        let words: Vec<&str> = words.iter().map(|word| word.word.as_str()).collect();
        format!("For {}: {}", class.name, words.join(", "))
    });
    svg.finish(
        "Telling words per class",
        &format!("{}.", described.collect::<Vec<_>>().join(". ")),
    )
}
