//! CSV, without a header.

use contracts::prediction::Fields;
use tables::RowError;
use tables::csv::{Broken, Record, Records};

use super::reading::{Reading, Refusal, Row, Shape, not_blank, utf8};

/// A text a record, or the fields of the model's text columns in their order, quoted strictly: a
/// mistake in a record is its own error. Blank lines are no records and are not counted. There is
/// no header, as SageMaker has it: a first line of column names would be answered like any text.
pub fn records(reading: &Reading, body: &[u8]) -> Result<Vec<Row>, Refusal> {
    let names: Vec<&str> = reading
        .columns
        .map_or_else(Vec::new, |columns| columns.names().collect());
    let mut count = 0;
    each(body, names.len(), |_| count += 1)?;
    reading.within_limit(count)?;
    let mut rows = Vec::with_capacity(count);
    each(body, names.len(), |record| {
        let text = match record {
            Ok(record) => text(reading, &names, record),
            Err(broken) => Err(reason(broken, &names)),
        };
        rows.push(Row {
            text: text.map_err(|reason| format!("row {}: {reason}", rows.len() + 1)),
            shape: Shape::Prediction,
        });
    })?;
    Ok(rows)
}

/// A model whose columns have no names takes one text.
fn each(
    body: &[u8],
    columns: usize,
    mut take: impl FnMut(Result<Record<'_>, Broken>),
) -> Result<(), Refusal> {
    let mut records = Records::of_width_or_one(body, b',', columns.max(1));
    let unreadable = |error: std::io::Error| Refusal::Unreadable(error.to_string());
    while let Some(entry) = records.next_record().map_err(unreadable)? {
        take(entry.record);
    }
    Ok(())
}

fn text(reading: &Reading, names: &[&str], record: Record<'_>) -> Result<String, String> {
    if record.len() == 1 {
        let value = record.get(0).unwrap_or_default();
        return not_blank(utf8(&value)?.to_owned());
    }
    let fields = names.iter().zip(record.iter()).map(|(name, value)| {
        let value = utf8(&value)?.to_owned();
        Ok(((*name).to_owned(), Some(value)))
    });
    reading.joined(fields.collect::<Result<Fields, String>>()?)
}

fn reason(broken: Broken, names: &[&str]) -> String {
    match broken {
        Broken::Fields { found, .. } if names.len() < 2 => {
            format!("expected 1 field, found {found}: put the text in double quotes")
        }
        Broken::Fields { found, expected } => format!(
            "expected {expected} fields ({}), found {found}: \
             put values that contain commas in double quotes",
            names.join(", ")
        ),
        broken => RowError::from(broken).reason(),
    }
}
