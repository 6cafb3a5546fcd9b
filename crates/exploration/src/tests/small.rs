//! Versions of a few rows.

use std::collections::BTreeMap;

use contracts::dataset::{Origin, QuarantinedRow, Slice};
use contracts::exploration::{Exploration, Kind};
use policy::consolidation::Consolidated;

use super::{manifest, row};
use crate::{Explorer, Measure, Topic, drift, page};

fn with(row: Consolidated, category: &str, columns: &[(&str, &str)]) -> Consolidated {
    let columns = columns.iter();
    Consolidated {
        category: Some(category.to_owned()),
        columns: columns
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect(),
        ..row
    }
}

/// Rows of one text each; of every ten, `good` of the last label.
fn rows(from: usize, to: usize, good: usize, category: &str) -> Vec<Consolidated> {
    let rows = (from..to).map(|place| {
        let (word, label) = if place % 10 < good {
            ("lovely", "good")
        } else {
            ("broken", "bad")
        };
        let words: Vec<String> = (0..12).map(|word| format!("t{place}x{word}")).collect();
        let text = format!("{word} {}", words.join(" "));
        with(
            row(&text, label),
            category,
            &[("Age", &(20 + place % 40).to_string())],
        )
    });
    rows.collect()
}

fn explored(number: u32, parts: &[&str], rows: &[Consolidated]) -> Exploration {
    let mut explorer = Explorer::new(&manifest(number, &["bad", "good"], parts));
    rows.iter().for_each(|row| explorer.add(row));
    explorer.finish()
}

fn quarantined(place: u64, column: &str, reason: &str) -> QuarantinedRow {
    QuarantinedRow {
        row: place,
        first_line: place + 1,
        last_line: place + 1,
        column: column.to_owned(),
        reason: reason.to_owned(),
    }
}

#[test]
fn every_row_is_counted_once_by_what_it_is() {
    let person = Consolidated {
        human: true,
        origin: Origin::Uncertain,
        slice: Slice::Uncertain,
        ..row("a person said so", "bad")
    };
    let unknown = row("of an older version's labels", "mixed");
    let mut all = rows(0, 40, 7, "Dresses");
    all.extend([person, unknown]);
    let found = explored(1, &["a"], &all);
    assert_eq!(
        (found.by_label.clone(), found.other_labels),
        (vec![13, 28], 1)
    );
    assert_eq!((found.human, found.uncertain), (1, 1));
    assert_eq!(found.categories.first[0].by_label, [12, 28]);
    assert_eq!(found.words.maximum, 13);
    let age = found
        .columns
        .first
        .iter()
        .find(|column| column.name == "Age")
        .expect("a column");
    assert_eq!(age.missing, [1, 0]);
    let Kind::Number { bands, .. } = &age.kind else {
        panic!("{:?} is no number", age.kind);
    };
    let banded: u64 = bands.iter().flat_map(|band| &band.by_label).sum();
    assert_eq!((bands.len(), banded), (6, 40));
}

#[test]
fn the_figures_do_not_depend_on_the_order_of_the_rows_and_stay_small() {
    let mut all: Vec<Consolidated> = rows(0, 3_000, 7, "Dresses");
    for (place, row) in all.iter_mut().enumerate() {
        row.category = Some(format!("category {}", place % 700));
        row.columns
            .extend((0..90).map(|column| (format!("c{column}"), (place % 300).to_string())));
    }
    let found = explored(1, &["a"], &all);
    assert_eq!(
        (found.categories.first.len(), found.categories.more),
        (24, 676)
    );
    assert_eq!(found.categories.rows(), 3_000);
    assert_eq!((found.columns.first.len(), found.columns.more), (64, 28));
    let json = serde_json::to_string(&found).expect("figures are JSON");
    assert!(json.len() < 100_000, "{} bytes", json.len());
    let read: Exploration = serde_json::from_str(&json).expect("they are read again");
    // A float's last digit may be another one.
    assert_eq!(
        (&read.by_label, &read.categories),
        (&found.by_label, &found.categories)
    );
    assert_eq!(
        (read.columns.first.len(), &read.near_duplicates.examples),
        (64, &found.near_duplicates.examples)
    );
    all.reverse();
    let reversed = explored(1, &["a"], &all);
    assert_eq!(reversed.categories, found.categories);
    assert_eq!(reversed.telling, found.telling);
    assert_eq!(reversed.words.bins, found.words.bins);
}

#[test]
fn the_quarantine_is_told_by_reason_and_by_what_is_not_named() {
    let mut explorer = Explorer::new(&manifest(1, &["bad", "good"], &["a", "b"]));
    explorer.quarantined(&quarantined(
        3,
        "Rating",
        "unknown value: \"7\" is not one of [\"1\"]",
    ));
    explorer.quarantined(&quarantined(
        5,
        "Rating",
        "unknown value: \"8\" is not one of [\"1\"]",
    ));
    explorer.quarantined(&quarantined(9, "", "not UTF-8"));
    let found = explorer.finish().quarantine;
    assert_eq!((found.rows, found.named), (4, 3));
    let reasons = &found.reasons.first;
    assert_eq!(
        (reasons[0].reason.as_str(), reasons[0].rows),
        ("unknown value", 2)
    );
    assert_eq!(reasons[0].first[1].row, 5);
}

#[test]
fn rows_that_came_are_tested_against_those_that_were_there() {
    let old = rows(0, 1_000, 7, "Dresses");
    let before = explored(1, &["a"], &old);
    // The rows that came are worse: the share of "good" is 0.5 among them, and 0.68 in all.
    let new = [old.clone(), rows(1_000, 1_100, 5, "Dresses")].concat();
    let after = explored(2, &["a", "b"], &new);
    let found = drift(&before, &after);
    assert!(found.only_adds && found.came.is_empty() && found.went.is_empty());
    let good = found
        .compared
        .iter()
        .find(|it| it.topic == Topic::Labels && it.what == "good");
    let good = good.expect("labels are compared");
    assert!((good.difference.value + 0.2).abs() < 1e-9, "{good:?}");
    assert!(good.is_more_than_chance(), "{good:?}");
    // The same counts as two samples hide it.
    let other = explored(2, &["c"], &new);
    let whole = drift(&before, &other);
    assert!(!whole.only_adds && whole.compared.iter().all(|it| !it.is_more_than_chance()));
}

#[test]
fn what_came_and_what_went_is_named_and_an_equal_version_moves_nothing() {
    let old = rows(0, 400, 7, "Dresses");
    let before = explored(1, &["a"], &old);
    let mut new = rows(0, 400, 7, "Knits");
    for row in &mut new {
        row.columns = BTreeMap::from([("Size".to_owned(), "M".to_owned())]);
    }
    let found = drift(&before, &explored(2, &["b"], &new));
    let kinds = |names: &[(&'static str, String)]| -> Vec<String> {
        names
            .iter()
            .map(|(kind, name)| format!("{kind} {name}"))
            .collect()
    };
    assert_eq!(kinds(&found.came), ["category Knits", "column Size"]);
    assert_eq!(kinds(&found.went), ["category Dresses", "column Age"]);
    let same = drift(&before, &before);
    assert!(
        same.compared.iter().all(|it| !it.is_more_than_chance()),
        "{same:?}"
    );
}

#[test]
fn the_page_is_self_contained_and_its_pictures_too() {
    let mut all = rows(0, 200, 7, "<Dresses> & 'more'");
    all[0]
        .columns
        .insert("Women's \"fit\"".to_owned(), "</svg><script>".to_owned());
    let mut explorer = Explorer::new(&manifest(2, &["bad", "good"], &["a", "b"]));
    all.iter().for_each(|row| explorer.add(row));
    explorer.quarantined(&quarantined(9, "", "<b>"));
    let after = explorer.finish();
    assert!(matches!(
        Measure::of(&after),
        Measure::Share { place: 1, .. }
    ));
    let page = page(&after, Some(&explored(1, &["a"], &all[..100])));
    for outside in [
        "<script", "<link", "<img", "https://", "url(", "@import", "src=", "<b>\"", "<Dresses",
    ] {
        assert!(!page.html.contains(outside), "the page contains {outside}");
        let clean = page
            .pictures
            .iter()
            .all(|picture| !picture.svg.contains(outside));
        assert!(clean, "a picture contains {outside}");
    }
    let names: Vec<&str> = page
        .pictures
        .iter()
        .map(|picture| picture.name.as_str())
        .collect();
    for name in [
        "reviews-per-class",
        "words-per-review",
        "words-per-class",
        "average-per-category",
        "reviews-per-category",
        "classes-per-category",
        "words-of-class-bad",
        "by-age",
        "missing-values",
        "near-duplicates",
        "quarantine",
        "changes-classes",
        "changes-means",
    ] {
        assert!(names.contains(&name), "{name} is not among {names:?}");
    }
    let mut different = names.clone();
    different.sort_unstable();
    different.dedup();
    assert_eq!(different.len(), names.len(), "each has its own name");
    for picture in &page.pictures {
        let is_svg = picture.svg.starts_with("<svg xmlns=") && picture.svg.ends_with("</svg>\n");
        assert!(
            is_svg && picture.svg.contains("prefers-color-scheme: dark"),
            "{}",
            picture.name
        );
        let queried = picture
            .sql
            .as_ref()
            .is_some_and(|sql| sql.contains("FROM reviews"));
        let is_told = ["near-duplicates", "quarantine"].contains(&picture.name.as_str());
        assert_eq!(
            queried,
            !is_told && !picture.name.starts_with("changes"),
            "{}",
            picture.name
        );
    }
}

#[test]
fn a_version_without_rows_has_a_page() {
    let empty = explored(1, &["a"], &[]);
    let page = page(&empty, Some(&empty));
    assert!(page.html.contains("0 reviews in 2 classes"));
    assert!(!page.html.contains("NaN") && !page.html.contains("inf"));
    assert!(
        page.pictures
            .iter()
            .all(|picture| !picture.svg.contains("NaN"))
    );
}
