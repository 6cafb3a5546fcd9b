//! CSV, without a header.

use contracts::prediction::Fields;
use tables::RowError;
use tables::csv::{Broken, Record, Records};

use super::{Reading, Refusal, Row, Shape, filled, utf8};

/// A text a record, or the fields of the model's text columns in their order, quoted strictly: what
/// is wrong with a record is its own error. Blank lines are no records and are not counted. There is
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
    let mut records = Records::new(body, b',', columns.max(1));
    let unreadable = |error: std::io::Error| Refusal::Unreadable(error.to_string());
    while let Some(entry) = records.next_record().map_err(unreadable)? {
        take(entry.record);
    }
    Ok(())
}

fn text(reading: &Reading, names: &[&str], record: Record<'_>) -> Result<String, String> {
    let mut values = record.iter();
    if names.len() < 2 {
        let value = values.next().unwrap_or_default();
        return filled(utf8(&value)?.to_owned());
    }
    let fields = names.iter().zip(values).map(|(name, value)| {
        let value = utf8(&value)?.to_owned();
        Ok(((*name).to_owned(), Some(value)))
    });
    reading.joined(fields.collect::<Result<Fields, String>>()?)
}

fn reason(broken: Broken, names: &[&str]) -> String {
    match broken {
        Broken::Fields { found, .. } if names.len() < 2 => {
            format!("{found} fields, one text is expected: quote it")
        }
        Broken::Fields { found, expected } => format!(
            "{found} fields, {expected} are expected ({}): quote what holds commas",
            names.join(", ")
        ),
        broken => RowError::from(broken).reason(),
    }
}
