//! The classes: how many reviews, and how long they are.

use report::format::{count, percent};
use report::{Bar, Bars, Card, Drawing, PictureSection, Source};

use super::lengths;
use super::view::{View, table};

pub fn section(view: &View) -> PictureSection {
    let mut cards = vec![classes(view)];
    cards.extend(lengths::cards(view));
    PictureSection {
        title: "Classes and lengths".to_owned(),
        text: String::new(),
        cards,
    }
}

fn classes(view: &View) -> Card {
    let all = view.exploration.rows().max(1) as f64;
    let told = |rows: u64| format!("{} · {}", count(rows), percent(rows as f64 / all));
    let bars = view.labels().map(|(label, rows)| Bar {
        name: label.to_owned(),
        value: rows as f64,
        told: told(rows),
        is_marked: false,
    });
    let rows = view
        .labels()
        .map(|(label, rows)| vec![label.to_owned(), count(rows), percent(rows as f64 / all)]);
    let largest = view.exploration.by_label.iter().max().copied().unwrap_or(0);
    Card {
        name: "reviews-per-class".to_owned(),
        title: "Reviews per class".to_owned(),
        caption: format!(
            "Always answering the most frequent class would be right for {} of the reviews.",
            percent(largest as f64 / all)
        ),
        drawing: Some(Drawing::Bars(Bars {
            rows: bars.collect(),
            full: 0.0,
        })),
        table: table(&["class", "reviews", "share"], rows.collect()),
        source: Source::Sql(
            "SELECT sentiment, count(*) AS reviews,\n       100.0 * count(*) / sum(count(*)) OVER () AS percent\n\
             FROM reviews\nGROUP BY sentiment\nORDER BY sentiment"
                .to_owned(),
        ),
        is_wide: false,
    }
}
