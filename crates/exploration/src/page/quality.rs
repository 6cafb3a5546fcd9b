//! What a reader should not trust: values that are missing, texts that repeat, rows that were refused.

use report::{Card, PictureSection};

use super::view::View;
use super::{columns, constraints, near, quarantine};

pub fn section(view: &View) -> PictureSection {
    let check = view.exploration.check.as_ref();
    let mut cards: Vec<Card> = check.map(constraints::card).into_iter().collect();
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
