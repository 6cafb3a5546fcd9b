//! The formats of requests and answers.

use contracts::prediction::{InstanceLine, JSON_LINES, PredictionLine};
use serde::Deserialize;
use serde_json::Value;

/// A text, or what is wrong with the row.
pub type Row = Result<String, String>;

/// The answer's format is the request's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// `{"features":["text"]}` a line.
    JsonLines,
    /// `{"instances":[...]}` or `{"features":["text", ...]}`.
    Json,
    /// One text a row, in the first column, without a header.
    Csv,
}

impl Format {
    /// Parameters such as `charset` are ignored: JSON is UTF-8, and so is CSV here.
    pub fn of(content_type: &str) -> Option<Format> {
        match content_type.split(';').next().unwrap_or_default().trim() {
            JSON_LINES | "application/x-jsonlines" => Some(Format::JsonLines),
            "application/json" => Some(Format::Json),
            "text/csv" => Some(Format::Csv),
            _ => None,
        }
    }

    pub fn content_type(self) -> &'static str {
        match self {
            Format::JsonLines => JSON_LINES,
            Format::Json => "application/json",
            Format::Csv => "text/csv",
        }
    }

    /// The rows, or why the request as a whole cannot be read.
    pub fn read(self, body: &[u8]) -> Result<Vec<Row>, String> {
        let rows = match self {
            Format::JsonLines => read_json_lines(utf8(body)?),
            Format::Json => read_json(utf8(body)?)?,
            Format::Csv => read_csv(utf8(body)?),
        };
        if rows.is_empty() {
            Err("the request holds no rows".to_owned())
        } else {
            Ok(rows)
        }
    }

    pub fn write(self, lines: &[PredictionLine]) -> String {
        let json = |line: &PredictionLine| {
            serde_json::to_string(line).expect("strings and finite numbers are JSON")
        };
        match self {
            Format::JsonLines => lines.iter().map(|line| json(line) + "\n").collect(),
            Format::Json => format!(
                "{{\"predictions\":[{}]}}",
                lines.iter().map(json).collect::<Vec<_>>().join(",")
            ),
            Format::Csv => write_csv(lines),
        }
    }
}

fn utf8(body: &[u8]) -> Result<&str, String> {
    std::str::from_utf8(body).map_err(|error| {
        let line = 1 + body[..error.valid_up_to()]
            .iter()
            .filter(|byte| **byte == b'\n')
            .count();
        format!("line {line} is not UTF-8")
    })
}

fn read_json_lines(body: &str) -> Vec<Row> {
    let lines = body
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(place, line)| {
            let number = place + 1;
            let instance: InstanceLine =
                serde_json::from_str(line).map_err(|error| format!("line {number}: {error}"))?;
            one_text(instance).map_err(|reason| format!("line {number}: {reason}"))
        })
        .collect()
}

fn one_text(instance: InstanceLine) -> Row {
    match <[String; 1]>::try_from(instance.features) {
        Ok([text]) if text.trim().is_empty() => Err("the text is empty".to_owned()),
        Ok([text]) => Ok(text),
        Err(features) => Err(format!(
            "`features` holds {} texts, expected one",
            features.len()
        )),
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum JsonBody {
    Instances(Vec<Value>),
    Features(Vec<Value>),
}

fn read_json(body: &str) -> Result<Vec<Row>, String> {
    let expected = r#"expected {"instances":[...]} or {"features":[...]}"#;
    let body = serde_json::from_str(body).map_err(|error| format!("{expected}: {error}"))?;
    let (JsonBody::Instances(values) | JsonBody::Features(values)) = body;
    let rows = values.into_iter().enumerate().map(|(place, value)| {
        let row = match value {
            Value::String(text) => one_text(InstanceLine {
                features: vec![text],
            }),
            other => serde_json::from_value(other)
                .map_err(|error| error.to_string())
                .and_then(one_text),
        };
        row.map_err(|reason| format!("row {}: {reason}", place + 1))
    });
    Ok(rows.collect())
}

fn read_csv(body: &str) -> Vec<Row> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(body.as_bytes());
    let rows = reader.records().enumerate().map(|(place, record)| {
        let text = record
            .map(|record| record.get(0).unwrap_or_default().to_owned())
            .map_err(|error| error.to_string());
        let row = text.and_then(|text| {
            one_text(InstanceLine {
                features: vec![text],
            })
        });
        row.map_err(|reason| format!("row {}: {reason}", place + 1))
    });
    rows.collect()
}

/// `label,probability`, or two empty fields and the reason.
fn write_csv(lines: &[PredictionLine]) -> String {
    let mut writer = csv::WriterBuilder::new()
        .flexible(true)
        .from_writer(Vec::new());
    for line in lines {
        let written = match (&line.predicted_label, line.probability, &line.error) {
            (Some(label), Some(probability), _) => {
                writer.write_record([label.as_str(), &probability.to_string()])
            }
            (_, _, error) => writer.write_record(["", "", error.as_deref().unwrap_or_default()]),
        };
        written.expect("writing into memory does not fail");
    }
    let bytes = writer
        .into_inner()
        .expect("writing into memory does not fail");
    String::from_utf8(bytes).expect("labels and reasons are UTF-8")
}
