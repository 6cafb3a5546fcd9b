//! Words per review: all together, and class by class.

use report::format::count;
use report::{Bins, Boxes, Card, Drawing, Source, Spread};

use super::view::{View, table};
use crate::sql;

/// None without rows.
pub fn cards(view: &View) -> Vec<Card> {
    if view.exploration.words.bins.is_empty() {
        return Vec::new();
    }
    vec![all(view), classes(view)]
}

fn all(view: &View) -> Card {
    let words = &view.exploration.words;
    let rows: Vec<u64> = words.bins.iter().map(|bin| bin.iter().sum()).collect();
    let last = rows.len() as u64 - 1;
    let is_open = words.maximum >= (last + 1) * words.width;
    let named = rows.iter().zip(0..).map(|(rows, place)| {
        let from = place * words.width;
        let name = match place {
            _ if place == last && is_open => format!("{from} and more"),
            _ if words.width == 1 => from.to_string(),
            _ => format!("{from} to {}", from + words.width - 1),
        };
        vec![name, count(*rows)]
    });
    let named = named.collect();
    Card {
        name: "words-per-review".to_owned(),
        title: "Words per review".to_owned(),
        caption: format!(
            "{:.2} words on average (standard deviation {:.1}), at most {}; split at white space.{}",
            words.all.mean,
            words.all.deviation,
            count(words.maximum),
            if is_open {
                " The pale bar has all longer ones."
            } else {
                ""
            }
        ),
        drawing: Some(Drawing::Bins(Bins {
            width: words.width as f64,
            rows,
            is_open,
            x: "words".to_owned(),
            y: "reviews".to_owned(),
            mark: Some((format!("mean {:.1}", words.all.mean), words.all.mean)),
        })),
        table: table(&["words", "reviews"], named),
        source: Source::Sql(format!(
            "SELECT least({words} - {words} % {width}, {last}) AS words_from, count(*) AS reviews\nFROM reviews\n\
             GROUP BY 1\nORDER BY 1",
            words = sql::WORDS,
            width = words.width,
            last = last * words.width
        )),
        is_wide: false,
    }
}

fn classes(view: &View) -> Card {
    let exploration = view.exploration;
    let filled = || {
        let classes = exploration.words.classes.iter().zip(&exploration.by_label);
        let filled = classes.enumerate().filter(|(_, (_, rows))| **rows > 0);
        filled.map(|(label, (class, _))| (label, class))
    };
    let name = |label: usize| exploration.labels[label].clone();
    let boxes = filled().map(|(label, class)| Spread {
        name: name(label),
        tone: view.shade(label),
        p5: class.p5,
        p25: class.p25,
        p50: class.p50,
        p75: class.p75,
        p95: class.p95,
    });
    let rows = filled().map(|(label, class)| {
        let quantiles = [class.p5, class.p25, class.p50, class.p75, class.p95];
        let quantiles = quantiles.map(|it| format!("{it:.0}"));
        let start = [name(label), format!("{:.1}", class.mean)];
        start.into_iter().chain(quantiles).collect()
    });
    Card {
        name: "words-per-class".to_owned(),
        title: "Words per review by class".to_owned(),
        caption: "The box is the middle half with its median; the line ends where one in twenty is shorter, and one \
                  in twenty longer."
            .to_owned(),
        table: table(&["class", "mean", "5 %", "25 %", "median", "75 %", "95 %"], rows.collect()),
        drawing: Some(Drawing::Boxes(Boxes {
            x: "words".to_owned(),
            rows: boxes.collect(),
        })),
        source: Source::Sql(format!(
            "SELECT sentiment, avg({words}) AS mean,\n       \
             approx_percentile({words}, ARRAY[0.05, 0.25, 0.5, 0.75, 0.95]) AS quantiles\nFROM reviews\n\
             GROUP BY sentiment\nORDER BY sentiment",
            words = sql::WORDS
        )),
        is_wide: false,
    }
}
