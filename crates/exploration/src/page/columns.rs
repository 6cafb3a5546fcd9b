//! What the uploads' columns are, and which values are missing.

use contracts::exploration::{Column, Kind, Role};
use report::format::{count, percent};
use report::{Bar, Bars, Card, Drawing, Source};

use super::view::{View, number, table};
use crate::sql;

fn rows_missing(column: &Column) -> u64 {
    column.missing.iter().sum()
}

pub fn missing(view: &View) -> Card {
    let exploration = view.exploration;
    let all = exploration.rows().max(1) as f64;
    let mut columns: Vec<&Column> = exploration.columns.first.iter().collect();
    columns.sort_by_key(|column| std::cmp::Reverse(rows_missing(column)));
    let bars = columns.iter().map(|column| Bar {
        name: column.name.clone(),
        value: rows_missing(column) as f64 / all,
        told: percent(rows_missing(column) as f64 / all),
        is_marked: rows_missing(column) as f64 > 0.5 * all,
    });
    let rows = columns.iter().map(|column| {
        let there = exploration.by_label.iter().zip(&column.missing);
        let there: Vec<u64> = there.map(|(all, missing)| all - missing).collect();
        vec![
            column.name.clone(),
            count(rows_missing(column)),
            percent(rows_missing(column) as f64 / all),
            view.told_with_bounds(&column.missing),
            view.told_with_bounds(&there),
        ]
    });
    let name = view.measure_name();
    let [without, with] = ["without a value", "with one"].map(|rest| format!("{name} {rest}"));
    let counted = columns.iter().take(SELECTED).map(|column| {
        let alias = format!("\"{}\"", column.name.replace('"', "\"\""));
        format!(
            "count_if({} IS NULL) AS {alias}",
            sql::column(exploration, &column.name)
        )
    });
    let counted: Vec<String> = counted.collect();
    Card {
        name: "missing-values".to_owned(),
        title: "Missing values".to_owned(),
        caption: "Rows without a value, by column. Labels that people gave bring no columns, so their rows miss those \
                  of texts that were never uploaded."
            .to_owned(),
        drawing: Some(Drawing::Bars(Bars {
            rows: bars.take(DRAWN).collect(),
            full: 1.0,
        })),
        table: table(&["column", "missing", "share", &without, &with], rows.collect()),
        source: Source::Sql(format!(
            "SELECT count(*) AS reviews,\n       {}\nFROM reviews",
            counted.join(",\n       ")
        )),
        is_wide: false,
    }
}

/// Bars of the picture; the table has all columns. Columns of the query.
const DRAWN: usize = 24;
const SELECTED: usize = 24;

pub fn kinds(view: &View) -> Card {
    let rows = view.exploration.columns.first.iter().map(|column| {
        let at_least = if column.distinct.at_least {
            "more than "
        } else {
            ""
        };
        vec![
            column.name.clone(),
            role(column.role).to_owned(),
            kind(&column.kind),
            format!("{at_least}{}", count(column.distinct.values)),
            values(&column.kind),
        ]
    });
    let more = match view.exploration.columns.more {
        0 => String::new(),
        more => format!(" {} further columns are not looked at.", count(more)),
    };
    Card {
        name: "columns".to_owned(),
        title: "What the columns hold".to_owned(),
        caption: format!(
            "Found from their values: numbers are what reads as such in 19 of 20 rows; categories have few different \
             values, or ten rows for each.{more}"
        ),
        drawing: None,
        table: table(
            &["column", "used as", "kind", "different values", "values"],
            rows.collect(),
        ),
        source: Source::Said("Counted while the rows were read.".to_owned()),
        is_wide: true,
    }
}

fn role(role: Role) -> &'static str {
    match role {
        Role::Context => "stands before the text",
        Role::Label => "label",
        Role::Category => "category",
        Role::Other => "–",
    }
}

fn kind(kind: &Kind) -> String {
    match kind {
        Kind::Number { not_numbers: 0, .. } => "number".to_owned(),
        Kind::Number { not_numbers, .. } => {
            format!("number ({} values are none)", count(*not_numbers))
        }
        Kind::Category { .. } => "category".to_owned(),
        Kind::Identifier => "identifier".to_owned(),
        Kind::Text => "free text".to_owned(),
    }
}

fn values(kind: &Kind) -> String {
    match kind {
        Kind::Number {
            minimum,
            maximum,
            moments,
            ..
        } => format!(
            "{} to {}, mean {:.2}, deviation {:.2}",
            number(*minimum),
            number(*maximum),
            moments.mean,
            moments.deviation
        ),
        Kind::Category { values } => {
            let first = values.first.iter().take(3).map(|group| group.name.clone());
            let more = (values.first.len() as u64 + values.more).saturating_sub(3);
            let more = (more > 0).then(|| format!("{} more", count(more)));
            first.chain(more).collect::<Vec<_>>().join(", ")
        }
        Kind::Identifier | Kind::Text => String::new(),
    }
}
