//! From a table's rows to the model's texts.

use columns::Features;
use contracts::prediction::InstanceLine;
use tables::RowError;
use tables::csv::{Broken, Record, Records};

use crate::serve::request::Refusal;

/// A line of JSON for each row, which holds the values of the features' columns in their order.
pub fn texts(features: &Features, body: &[u8], most: usize) -> Result<String, Refusal> {
    let width = features.columns.len();
    let mut records = Records::new(body, b',', width);
    let mut answered = String::new();
    let mut rows = 0;
    // Of the last row's last line.
    let mut line = 0;
    let mut has_names = false;
    let unreadable = |error: std::io::Error| Refusal::Unreadable(error.to_string());
    while let Some(entry) = records.next_record().map_err(unreadable)? {
        rows += 1;
        if rows > most {
            continue;
        }
        // Nobody can tell whether an empty line is a row.
        if width == 1 && entry.lines.first > line + 1 {
            return Err(Refusal::Unreadable(format!(
                "row {rows}: an empty line: send a missing value as \"\""
            )));
        }
        line = entry.lines.last;
        let text = match entry.record {
            Ok(record) => {
                let values = values(record);
                has_names |= rows == 1 && values.as_ref().is_ok_and(|it| is_header(features, it));
                values.map(|values| features.text(&values))
            }
            Err(broken) => Err(reason(features, broken)),
        };
        let text = text.map_err(|reason| Refusal::Unreadable(format!("row {rows}: {reason}")))?;
        let line = InstanceLine {
            features: Some(vec![text]),
            fields: None,
        };
        answered += &serde_json::to_string(&line).expect("a text is JSON");
        answered.push('\n');
    }
    if rows > most {
        return Err(Refusal::TooManyRows { rows, limit: most });
    }
    // The name of an only column may be its value.
    if has_names && (width > 1 || rows > 1) {
        return Err(Refusal::Unreadable(
            "row 1: these are the columns' names: send the values alone".to_owned(),
        ));
    }
    Ok(answered)
}

fn values(record: Record<'_>) -> Result<Vec<String>, String> {
    let values = record.iter().map(|bytes| {
        let value = std::str::from_utf8(&bytes).map(|value| value.trim().to_owned());
        value.map_err(|_| "not UTF-8".to_owned())
    });
    values.collect()
}

fn is_header(features: &Features, values: &[String]) -> bool {
    let names = features.columns.iter().map(|column| &column.name);
    names.eq(values)
}

fn reason(features: &Features, broken: Broken) -> String {
    let names = features.columns.iter().map(|column| column.name.as_str());
    match broken {
        Broken::Fields { found, expected } => format!(
            "expected {expected} values ({}), found {found}: \
             put values that contain commas in double quotes",
            names.collect::<Vec<_>>().join(", ")
        ),
        broken => RowError::from(broken).reason(),
    }
}
