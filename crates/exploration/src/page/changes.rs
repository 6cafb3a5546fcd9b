//! This version against the last.

use contracts::exploration::Exploration;
use report::format::{count, p_value};
use report::{Axis, Card, Dot, Dots, Drawing, PictureSection, Source};

use super::view::{View, number, signed, slug, table};
use crate::drift::{Drift, Moved, Topic, drift};

/// Comparisons of a picture, and pictures of columns' values.
const DRAWN: usize = 24;
const COLUMNS: usize = 4;
/// Comparisons of the table; names in the text.
const LISTED: usize = 60;
const NAMED: usize = 12;

pub fn section(before: &Exploration, view: &View) -> PictureSection {
    let it = drift(before, view.exploration);
    let mut topics = vec![
        Topic::Labels,
        Topic::Means,
        Topic::Missing,
        Topic::Categories,
    ];
    let mut values: Vec<&Moved> = it.compared.iter().collect();
    values.sort_by(|a, b| surprise(a).total_cmp(&surprise(b)));
    for moved in values {
        let drawn = topics.len() < 4 + COLUMNS;
        if drawn && matches!(moved.topic, Topic::Values(_)) && !topics.contains(&moved.topic) {
            topics.push(moved.topic.clone());
        }
    }
    let cards = topics.iter().enumerate();
    let cards = cards.filter_map(|(place, topic)| card(&it, topic, place));
    let mut cards: Vec<Card> = cards.collect();
    cards.push(all(&it, [before.number, view.exploration.number]));
    PictureSection {
        title: format!(
            "Version {} against version {}",
            view.exploration.number, before.number
        ),
        text: told(&it),
        cards,
    }
}

/// The least first.
fn surprise(moved: &Moved) -> f64 {
    moved.p.unwrap_or(2.0)
}

fn told(drift: &Drift) -> String {
    let (before, after) = (drift.before_rows, drift.after_rows);
    let rows = match after.cmp(&before) {
        std::cmp::Ordering::Greater => format!("{} more rows", count(after - before)),
        std::cmp::Ordering::Less => format!("{} fewer rows", count(before - after)),
        std::cmp::Ordering::Equal => "As many rows".to_owned(),
    };
    let mut text = vec![format!("{rows}: {} after {}.", count(after), count(before))];
    for (verb, names) in [("New", &drift.came), ("Gone", &drift.went)] {
        let listed = names.iter().take(NAMED);
        let listed: Vec<String> = listed
            .map(|(kind, name)| format!("{kind} {name}"))
            .collect();
        match names.len().saturating_sub(NAMED) {
            _ if names.is_empty() => {}
            0 => text.push(format!("{verb}: {}.", listed.join(", "))),
            more => text.push(format!("{verb}: {} and {more} more.", listed.join(", "))),
        }
    }
    let tests = drift
        .compared
        .iter()
        .filter(|moved| moved.p.is_some())
        .count();
    let moved = drift
        .compared
        .iter()
        .filter(|moved| moved.is_more_than_chance())
        .count();
    text.push(if drift.only_adds {
        "The version only adds uploads, so the rows that came are compared with those that were there.".to_owned()
    } else {
        "The versions are compared as two samples; where they share rows, less is found than there is.".to_owned()
    });
    text.push(format!(
        "{moved} of {tests} comparisons differ by more than chance (z-test of two shares, Welch's z-test of two means, \
         p below 0.05 after Holm's adjustment for all of them); they are red."
    ));
    text.join(" ")
}

fn card(drift: &Drift, topic: &Topic, place: usize) -> Option<Card> {
    let moved = drift.compared.iter().filter(|moved| moved.topic == *topic);
    let moved: Vec<&Moved> = moved.take(DRAWN).collect();
    if moved.is_empty() {
        return None;
    }
    let is_mean = *topic == Topic::Means;
    let rows = moved.iter().map(|moved| Dot {
        name: moved.what.clone(),
        low: moved.difference.low,
        value: moved.difference.value,
        high: moved.difference.high,
        told: difference(moved),
        is_marked: moved.is_more_than_chance(),
    });
    let (name, title) = match topic {
        Topic::Labels => ("changes-classes".to_owned(), "Change of classes".to_owned()),
        Topic::Categories => (
            "changes-categories".to_owned(),
            "Change of categories".to_owned(),
        ),
        Topic::Means => ("changes-means".to_owned(), "Change of means".to_owned()),
        Topic::Missing => (
            "changes-missing".to_owned(),
            "Change of missing values".to_owned(),
        ),
        Topic::Values(column) => (
            slug("changes-of", column, place),
            format!("Change of {column}"),
        ),
    };
    let unit = if is_mean {
        "standard deviations"
    } else {
        "percentage points of the rows"
    };
    let later = if drift.only_adds {
        "Rows that came"
    } else {
        "This version"
    };
    Some(Card {
        name,
        title,
        caption: format!("{later} less the last version, in {unit}, with 95 % intervals."),
        drawing: Some(Drawing::Dots(Dots {
            axis: if is_mean { Axis::Number } else { Axis::Points },
            mark: Some(("no change".to_owned(), 0.0)),
            rows: rows.collect(),
        })),
        table: table(&COLUMNS_OF_TABLE, moved.into_iter().map(row).collect()),
        source: said(),
        is_wide: false,
    })
}

fn said() -> Source {
    Source::Said(
        "From the figures stored with either version: the table holds the newest alone.".to_owned(),
    )
}

fn all(drift: &Drift, numbers: [u32; 2]) -> Card {
    let mut compared: Vec<&Moved> = drift.compared.iter().collect();
    compared.sort_by(|a, b| surprise(a).total_cmp(&surprise(b)));
    let more = match compared.len().saturating_sub(LISTED) {
        0 => String::new(),
        more => format!(" {more} more are not listed."),
    };
    compared.truncate(LISTED);
    let rows = compared.into_iter().map(|moved| {
        let topic = match &moved.topic {
            Topic::Labels => "class",
            Topic::Categories => "category",
            Topic::Means => "mean",
            Topic::Missing => "missing",
            Topic::Values(column) => column,
        };
        let mut row = row(moved);
        row[0] = format!("{topic}: {}", moved.what);
        row
    });
    Card {
        name: "changes".to_owned(),
        title: format!(
            "All comparisons of version {} with version {}",
            numbers[1], numbers[0]
        ),
        caption: format!(
            "The most surprising first. Differences of means are in standard deviations. Without p there are too few \
             rows to test.{more}"
        ),
        drawing: None,
        table: table(&COLUMNS_OF_TABLE, rows.collect()),
        source: said(),
        is_wide: true,
    }
}

const COLUMNS_OF_TABLE: [&str; 5] = [
    "what",
    "last version",
    "this version",
    "difference (95 %)",
    "p (Holm)",
];

fn row(moved: &Moved) -> Vec<String> {
    let value = |value: f64| match moved.topic {
        Topic::Means => number(value),
        _ => format!("{:.2} %", value * 100.0),
    };
    let [low, high] =
        [moved.difference.low, moved.difference.high].map(|end| told_difference(moved, end));
    vec![
        moved.what.clone(),
        signed(&value(moved.before)),
        signed(&value(moved.after)),
        format!("{} ({low} to {high})", difference(moved)),
        moved.p.map_or("–".to_owned(), p_value),
    ]
}

fn difference(moved: &Moved) -> String {
    told_difference(moved, moved.difference.value)
}

/// "+0.3", "−1.2"; what rounds to nothing has no sign.
fn told_difference(moved: &Moved, value: f64) -> String {
    let told = match moved.topic {
        Topic::Means => format!("{value:+.2}"),
        _ => format!("{:+.1}", value * 100.0),
    };
    if told[1..].chars().all(|character| "0.".contains(character)) {
        return told[1..].to_owned();
    }
    signed(&told)
}
