//! This version against the last.

use contracts::exploration::Exploration;
use report::format::{count, p_value};
use report::{Card, Change, Changes, Drawing, PictureSection, Source};

use super::view::{View, number, table};
use crate::drift::{Drift, Moved, Unit, drift};

/// Comparisons of a picture.
const DRAWN: usize = 24;
/// Comparisons of the table.
const LISTED: usize = 60;

pub fn section(before: &Exploration, view: &View) -> PictureSection {
    let it = drift(before, view.exploration);
    let names = [before.number, view.exploration.number].map(|number| format!("version {number}"));
    let shares = |subject: &str| -> Vec<&Moved> {
        let of = it.compared.iter().filter(|moved| moved.subject == subject);
        of.take(DRAWN).collect()
    };
    let mut cards = Vec::new();
    for (subject, title) in [("label", "Classes, this version against the last"), ("category", "Categories, this version against the last")] {
        let moved = shares(subject);
        if !moved.is_empty() {
            cards.push(card(subject, title, &moved, &names));
        }
    }
    let others = it.compared.iter().filter(|moved| {
        moved.unit == Unit::Share && !["label", "category"].contains(&moved.subject.as_str())
    });
    let mut others: Vec<&Moved> = others.collect();
    others.sort_by(|a, b| surprise(a).total_cmp(&surprise(b)));
    others.truncate(DRAWN);
    if !others.is_empty() {
        cards.push(card("column", "Columns, this version against the last", &others, &names));
    }
    cards.push(all(&it, &names));
    PictureSection {
        title: "This version against the last".to_owned(),
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
        std::cmp::Ordering::Greater => format!("{} rows more", count(after - before)),
        std::cmp::Ordering::Less => format!("{} rows fewer", count(before - after)),
        std::cmp::Ordering::Equal => "As many rows".to_owned(),
    };
    let listed = |names: &[(&'static str, String)]| {
        let names = names.iter().map(|(kind, name)| format!("{kind} {name}"));
        names.take(12).collect::<Vec<_>>().join(", ")
    };
    let mut text = vec![format!("{rows}: {} after {}.", count(after), count(before))];
    for (verb, names) in [("Came", &drift.came), ("Went", &drift.went)] {
        if !names.is_empty() {
            let more = match names.len().saturating_sub(12) {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            text.push(format!("{verb}: {}{more}.", listed(names)));
        }
    }
    let tests = drift.compared.iter().filter(|moved| moved.p.is_some()).count();
    let moved = drift.compared.iter().filter(|moved| moved.is_more_than_chance()).count();
    let sample = if drift.only_adds {
        "The version only adds uploads to the last one, so the rows that came are tested against those that were there."
    } else {
        "The versions are tested as two samples; where they share rows, less is found than there is."
    };
    text.push(format!(
        "{moved} of {tests} comparisons moved by more than chance (z-test of two shares, Welch's z-test of two means, \
         p after Holm's adjustment below 0.05); they are red. {sample}"
    ));
    text.join(" ")
}

fn card(name: &str, title: &str, moved: &[&Moved], names: &[String; 2]) -> Card {
    let rows = moved.iter().map(|moved| Change {
        name: short(moved, name),
        before: moved.before,
        after: moved.after,
        told: points(moved),
        is_marked: moved.is_more_than_chance(),
    });
    Card {
        name: format!("changes-{name}"),
        title: title.to_owned(),
        caption: "Share of the rows in either version, and the difference in percentage points.".to_owned(),
        drawing: Some(Drawing::Changes(Changes {
            before: names[0].clone(),
            after: names[1].clone(),
            rows: rows.collect(),
        })),
        table: table(&columns(names), moved.iter().map(|moved| row(moved)).collect()),
        source: said(),
        is_wide: false,
    }
}

fn short(moved: &Moved, name: &str) -> String {
    if name == "column" {
        format!("{}: {}", moved.subject, moved.what)
    } else {
        moved.what.clone()
    }
}

fn said() -> Source {
    Source::Said(
        "From the figures that were stored with either version (exploration.json): the table holds the newest one alone."
            .to_owned(),
    )
}

fn all(drift: &Drift, names: &[String; 2]) -> Card {
    let mut compared: Vec<&Moved> = drift.compared.iter().collect();
    compared.sort_by(|a, b| surprise(a).total_cmp(&surprise(b)));
    let more = match compared.len().saturating_sub(LISTED) {
        0 => String::new(),
        more => format!(" {more} more are not listed."),
    };
    compared.truncate(LISTED);
    Card {
        name: "changes".to_owned(),
        title: "All comparisons".to_owned(),
        caption: format!("The most surprising first; without a p-value there are too few rows to test.{more}"),
        drawing: None,
        table: table(&columns(names), compared.into_iter().map(row).collect()),
        source: said(),
        is_wide: true,
    }
}

fn columns(names: &[String; 2]) -> [&str; 5] {
    ["what", &names[0], &names[1], "difference", "p after Holm"]
}

fn row(moved: &Moved) -> Vec<String> {
    let value = |value: f64| match moved.unit {
        Unit::Share => format!("{:.2} %", value * 100.0),
        Unit::Number => number(value),
    };
    let name = format!("{}: {}", moved.subject, moved.what);
    vec![
        name,
        value(moved.before),
        value(moved.after),
        points(moved),
        moved.p.map_or("–".to_owned(), p_value),
    ]
}

fn points(moved: &Moved) -> String {
    let difference = moved.after - moved.before;
    match moved.unit {
        Unit::Share => format!("{:+.1}", difference * 100.0),
        Unit::Number => format!("{difference:+.2}"),
    }
}
