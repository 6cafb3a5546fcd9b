//! Near-duplicates: how many, and what they spoil.

use contracts::dataset::SplitPart;
use contracts::exploration::NearText;
use report::format::{count, percent};
use report::{Bar, Bars, Card, Drawing, Source};

use super::view::{View, table};

/// What near-duplicates are, and how they were looked for.
pub fn told(view: &View) -> String {
    let near = &view.exploration.near_duplicates;
    let looked = if near.examined < view.exploration.rows() {
        format!(
            "A sample of {} rows was looked at, in which near-duplicates stay together.",
            count(near.examined)
        )
    } else {
        "All rows were looked at.".to_owned()
    };
    format!(
        "Two reviews are near-duplicates if their sets of three words in a row overlap by at least {:.0} % (Jaccard); \
         MinHash in bands finds {} or more of such pairs. {looked} Texts that are the same but for case and white space \
         are one row.",
        near.similarity * 100.0,
        percent(near.recall)
    )
}

pub fn counts(view: &View) -> Card {
    let near = &view.exploration.near_duplicates;
    let rows = [
        ("groups", near.groups, false),
        ("with two labels", near.mixed_labels, near.mixed_labels > 0),
        ("across the test", near.across_test, near.across_test > 0),
    ];
    let bars = rows.iter().map(|(name, groups, is_marked)| Bar {
        name: (*name).to_owned(),
        value: *groups as f64,
        told: count(*groups),
        is_marked: *is_marked,
    });
    let told = rows.iter();
    let told = told.map(|(name, groups, _)| vec![(*name).to_owned(), count(*groups)]);
    Card {
        name: "near-duplicates".to_owned(),
        title: "Groups of near-duplicates".to_owned(),
        caption: format!(
            "{} rows in {} groups. With two labels, one may be wrong. Across the test: rows both in the test part and \
             outside it, which flatter a score.",
            count(near.rows),
            count(near.groups)
        ),
        drawing: Some(Drawing::Bars(Bars {
            rows: bars.collect(),
            full: 1.0,
        })),
        table: table(&["groups", "number"], told.collect()),
        source: Source::Said(
            "No query gives these numbers: they were found while the rows were read.".to_owned(),
        ),
        is_wide: false,
    }
}

/// None without near-duplicates.
pub fn examples(view: &View) -> Option<Card> {
    let examples = &view.exploration.near_duplicates.examples;
    if examples.first.is_empty() {
        return None;
    }
    let rows = examples.first.iter().flat_map(|near| {
        let similarity = percent(near.similarity);
        let told = |text: &NearText, first: bool| {
            vec![
                text.start.clone(),
                text.label.clone(),
                part(text.part).to_owned(),
                if first {
                    similarity.clone()
                } else {
                    String::new()
                },
                if first {
                    count(near.rows)
                } else {
                    String::new()
                },
            ]
        };
        let [one, other] = &near.pair;
        [told(one, true), told(other, false)]
    });
    let more = match examples.more {
        0 => String::new(),
        more => format!("; {} more groups are not listed", count(more)),
    };
    Some(Card {
        name: "near-duplicate-pairs".to_owned(),
        title: "Pairs of near-duplicates".to_owned(),
        caption: format!(
            "Groups with two labels first, then those across the test, then the largest{more}."
        ),
        drawing: None,
        table: table(
            &["review", "label", "part", "overlap", "rows of the group"],
            rows.collect(),
        ),
        source: Source::Said("One pair of each group.".to_owned()),
        is_wide: true,
    })
}

fn part(part: SplitPart) -> &'static str {
    match part {
        SplitPart::Train => "train",
        SplitPart::Validation => "validation",
        SplitPart::Test => "test",
    }
}
