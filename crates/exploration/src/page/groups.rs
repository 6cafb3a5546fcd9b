//! The measure by the values of other columns: bands of numbers, and categories.

use contracts::exploration::{Band, Column, Group, Kind, Role};
use report::format::count;
use report::{Card, Dots, Drawing, PictureSection, Source};

use super::columns;
use super::view::{View, capital, number, slug, table, with_others};
use crate::sql;

/// Columns that are drawn, those first that tell most.
const DRAWN: usize = 6;

pub fn section(view: &View) -> PictureSection {
    let columns = view.exploration.columns.first.iter();
    let columns = columns.filter(|column| column.role == Role::Other);
    let mut drawn: Vec<(f64, Card)> = columns
        .enumerate()
        .filter_map(|(place, column)| {
            let (groups, query, what) = groups(view, column)?;
            let spread = spread(view, &groups)?;
            Some((spread, card(view, place, column, &groups, query, what)))
        })
        .collect();
    drawn.sort_by(|a, b| b.0.total_cmp(&a.0));
    let more = drawn.len().saturating_sub(DRAWN);
    drawn.truncate(DRAWN);
    let more = match more {
        0 => String::new(),
        more => format!(" {more} further columns tell less."),
    };
    let mut cards: Vec<Card> = drawn.into_iter().map(|(_, card)| card).collect();
    let text = match cards.len() {
        0 => "No other column has groups to compare.".to_owned(),
        _ => format!("The columns that tell most come first.{more}"),
    };
    if !view.exploration.columns.first.is_empty() {
        cards.push(columns::kinds(view));
    }
    PictureSection {
        title: format!("{} by other columns", capital(&view.measure_name())),
        text,
        cards,
    }
}

/// The share of the measure's variance that lies between the groups, at one row more: what a group explains.
fn spread(view: &View, groups: &[Group]) -> Option<f64> {
    let all = view.measure.estimate(&view.exploration.by_label)?.value;
    let rows: u64 = groups.iter().map(Group::rows).sum();
    let terms = groups.iter().filter_map(|group| {
        let value = view.measure.estimate(&group.by_label)?.value;
        Some(group.rows() as f64 * (value - all).powi(2))
    });
    let filled = groups.iter().filter(|group| group.rows() > 0).count();
    (filled > 1).then(|| terms.sum::<f64>() / rows.max(1) as f64)
}

/// With the query and what the groups are.
fn groups(view: &View, column: &Column) -> Option<(Vec<Group>, String, &'static str)> {
    let measured = sql::measured(&view.measure);
    match &column.kind {
        Kind::Number { bands, .. } if bands.len() > 1 => {
            let value = sql::number(view.exploration, &column.name);
            let single = bands
                .iter()
                .all(|band| band.low.to_bits() == band.high.to_bits());
            let groups = bands
                .iter()
                .zip(bands.iter().skip(1).map(Some).chain([None]));
            let groups = groups.map(|(band, next)| Group {
                name: name(band, next),
                by_label: band.by_label.clone(),
            });
            let by = if single {
                value.clone()
            } else {
                let whens = bands
                    .iter()
                    .rev()
                    .map(|band| format!("WHEN {value} >= {} THEN {0}", band.low));
                let whens = whens.collect::<Vec<_>>().join("\n            ");
                format!("CASE {whens} END")
            };
            let query = format!(
                "SELECT {by} AS band_from, {measured}\nFROM reviews\nWHERE {value} IS NOT NULL\nGROUP BY 1\nORDER BY 1"
            );
            let what = if single {
                "values"
            } else {
                "bands of about equally many reviews"
            };
            Some((groups.collect(), query, what))
        }
        Kind::Category { values } if values.first.len() > 1 => {
            let value = sql::column(view.exploration, &column.name);
            let query = format!(
                "SELECT {value} AS value, {measured}\nFROM reviews\nWHERE {value} IS NOT NULL\nGROUP BY 1\n\
                 ORDER BY reviews DESC"
            );
            Some((
                with_others(values),
                query,
                "values, the most frequent first",
            ))
        }
        _ => None,
    }
}

/// "18 to 31", "5", "66 and more".
fn name(band: &Band, next: Option<&Band>) -> String {
    let (low, high) = (number(band.low), number(band.high));
    match next {
        _ if low == high => low,
        None => format!("{low} and more"),
        Some(_) => format!("{low} to {high}"),
    }
}

fn card(
    view: &View,
    place: usize,
    column: &Column,
    groups: &[Group],
    query: String,
    what: &str,
) -> Card {
    let dots = groups.iter();
    let dots = dots.filter_map(|group| view.dot(group.name.clone(), &group.by_label));
    let rows = groups.iter().map(|group| {
        let name = group.name.clone();
        vec![
            name,
            view.told_with_bounds(&group.by_label),
            count(group.rows()),
        ]
    });
    let measure = view.measure_name();
    let missing: u64 = column.missing.iter().sum();
    let without = match missing {
        0 => String::new(),
        rows => format!(" {} reviews have none.", count(rows)),
    };
    Card {
        name: slug("by", &column.name, place),
        title: format!("{} by {}", capital(&measure), column.name),
        caption: format!("Its {what}, with 95 % intervals.{without}"),
        drawing: Some(Drawing::Dots(Dots {
            axis: view.axis(),
            mark: view.mark(),
            rows: dots.collect(),
        })),
        table: table(&[&column.name, &measure, "reviews"], rows.collect()),
        source: Source::Sql(query),
        is_wide: false,
    }
}
