//! CSV, without a header.

use contracts::prediction::Fields;

use super::{Reading, Refusal, Row, Shape, filled, utf8};

/// A text a record, or the fields of the model's text columns in their order. Blank lines are no
/// records and are not counted. There is no header, as SageMaker has it: a first line of column
/// names would be answered like any text.
pub fn records(reading: &Reading, body: &[u8]) -> Result<Vec<Row>, Refusal> {
    let reader = || {
        csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .from_reader(body)
    };
    let (mut counting, mut record, mut count) = (reader(), csv::ByteRecord::new(), 0);
    while counting.read_byte_record(&mut record).unwrap_or(false) {
        count += 1;
    }
    reading.within_limit(count)?;
    let mut reader = reader();
    let rows = reader.byte_records().enumerate().map(|(place, record)| {
        let record = record.map_err(|error| error.to_string());
        let text = record.and_then(|record| text(reading, record.iter().collect()));
        Row {
            text: text.map_err(|reason| format!("row {}: {reason}", place + 1)),
            shape: Shape::Prediction,
        }
    });
    Ok(rows.collect())
}

fn text(reading: &Reading, values: Vec<&[u8]>) -> Result<String, String> {
    let (found, columns) = (values.len(), reading.columns);
    let names: Vec<&str> = columns.map_or_else(Vec::new, |columns| columns.names().collect());
    match names.len() {
        // One column needs no name.
        0 | 1 => match values[..] {
            [text] => filled(utf8(text)?.to_owned()),
            _ => Err(format!("{found} fields, one text is expected: quote it")),
        },
        expected if expected == found => {
            let fields = names.into_iter().zip(values).map(|(name, value)| {
                let value = utf8(value)?.to_owned();
                Ok((name.to_owned(), Some(value)))
            });
            reading.joined(fields.collect::<Result<Fields, String>>()?)
        }
        expected => Err(format!(
            "{found} fields, {expected} are expected ({}): quote what holds commas",
            names.join(", ")
        )),
    }
}
