//! What could not become rows, and why.

use contracts::exploration::QuarantineReason;
use report::format::{count, percent};
use report::{Bar, Bars, Card, Drawing, Source};

use super::view::{View, table};

pub fn card(view: &View) -> Card {
    let quarantine = &view.exploration.quarantine;
    let reasons = &quarantine.reasons.first;
    let bars = reasons.iter().map(|reason| Bar {
        name: name(reason),
        value: reason.rows as f64,
        told: count(reason.rows),
        is_marked: true,
    });
    let rows = reasons.iter().map(|reason| {
        let first = reason.first.iter().map(ToString::to_string);
        let first = first.collect::<Vec<_>>().join("; row ");
        vec![name(reason), count(reason.rows), format!("row {first}")]
    });
    let all = quarantine.rows + view.exploration.rows();
    let mut caption = match quarantine.rows {
        0 => "No row of the version's uploads is in quarantine.".to_owned(),
        rows => format!(
            "{} rows of the version's uploads are not in it ({}).",
            count(rows),
            percent(rows as f64 / all.max(1) as f64)
        ),
    };
    if quarantine.named < quarantine.rows {
        caption += &format!(
            " {} of them are named one by one, and counted here.",
            count(quarantine.named)
        );
    }
    if quarantine.reasons.more > 0 {
        caption += &format!(
            " {} rarer reasons are not listed.",
            count(quarantine.reasons.more)
        );
    }
    Card {
        name: "quarantine".to_owned(),
        title: "What the quarantine holds".to_owned(),
        caption,
        drawing: (!reasons.is_empty()).then(|| {
            Drawing::Bars(Bars {
                rows: bars.collect(),
                full: 0.0,
            })
        }),
        table: table(&["reason", "rows", "the first"], rows.collect()),
        source: Source::Said(
            "From the quarantine files of the version's parts, which name every row, its lines and its column; the \
             table has good rows only."
                .to_owned(),
        ),
        is_wide: false,
    }
}

fn name(reason: &QuarantineReason) -> String {
    match reason.column.as_str() {
        "" => reason.reason.clone(),
        column => format!("{column}: {}", reason.reason),
    }
}
