//! The columns, and which of them are learnt from.

use contracts::automl::{Column, ColumnKind};

use super::parts::Part;

pub fn of(names: &[&str], train: &Part) -> Vec<Column> {
    let described = names.iter().enumerate();
    let described: Vec<Column> = described
        .map(|(place, name)| train.column(name, place))
        .collect();
    if !described
        .iter()
        .any(|column| column.kind == ColumnKind::Text)
    {
        return described;
    }
    let checked = described.into_iter().enumerate();
    checked
        .map(|(place, column)| beside_texts(column, place, train))
        .collect()
}

/// A word takes its part of a row from the texts: one that tells nothing makes the answers worse. Where there are no texts
/// it takes nothing away.
fn beside_texts(column: Column, place: usize, train: &Part) -> Column {
    if !matches!(column.kind, ColumnKind::Category | ColumnKind::Number) {
        return column;
    }
    let values: Vec<&str> = train.rows.iter().map(|row| row[place].as_str()).collect();
    let labels: Vec<&str> = train.labels().collect();
    let telling = columns::telling(&column, &values, &labels);
    if telling.is_worth_its_words() {
        return column;
    }
    let reason = format!(
        "beside the texts it tells too little: {:.4} nats a row of the label, and chance may seem to tell {:.4}",
        telling.nats, telling.cost
    );
    dropped(column, reason)
}

fn dropped(column: Column, reason: String) -> Column {
    Column {
        kind: ColumnKind::Dropped,
        reason: column.reason.clone().or(Some(reason)),
        ..column
    }
}
