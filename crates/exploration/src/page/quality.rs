//! What a reader should not trust: values that are missing, texts that repeat, rows that were refused.

use report::PictureSection;

use super::view::View;
use super::{columns, near, quarantine};

pub fn section(view: &View) -> PictureSection {
    let mut cards = Vec::new();
    if !view.exploration.columns.first.is_empty() {
        cards.push(columns::missing(view));
    }
    cards.push(near::counts(view));
    cards.push(quarantine::card(view));
    cards.extend(near::examples(view));
    PictureSection {
        title: "Missing, repeated, refused".to_owned(),
        text: near::told(view),
        cards,
    }
}
