//! From a request's bytes to its rows: each a text, or what is wrong with it.

use contracts::prediction::InstanceLine;
use serde::Deserialize;
use serde_json::Value;

use super::format::Format;

/// One row of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    pub text: Result<String, String>,
    pub shape: Shape,
}

/// How a row wants to be answered: as it was asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shape {
    /// A label with its probability, and all the others'.
    #[default]
    Prediction,
    /// `BlazingText`'s lists of the `k` most likely labels and their probabilities.
    BlazingText { k: usize },
}

/// The rows, or why the request as a whole cannot be read.
pub fn read(format: Format, body: &[u8]) -> Result<Vec<Row>, String> {
    let rows = match format {
        Format::JsonLines => read_json_lines(body),
        Format::Json => read_json(body)?,
        Format::Csv => read_csv(body),
    };
    if rows.is_empty() {
        Err("the request holds no rows".to_owned())
    } else {
        Ok(rows)
    }
}

/// `{"features":["text"]}`, or `BlazingText`'s `{"source":"text","k":1}`.
#[derive(Deserialize)]
#[serde(
    untagged,
    expecting = "expected {\"features\":[\"text\"]} or {\"source\":\"text\"}"
)]
enum Line {
    Features(InstanceLine),
    Source { source: String, k: Option<usize> },
}

fn read_json_lines(body: &[u8]) -> Vec<Row> {
    let lines = body.split(|byte| *byte == b'\n').enumerate();
    let lines = lines.filter(|(_, line)| !line.trim_ascii().is_empty());
    lines
        .map(|(place, line)| {
            let at = |reason: String| format!("line {}: {reason}", place + 1);
            let line = utf8(line)
                .and_then(|line| serde_json::from_str(line).map_err(|error| error.to_string()));
            match line {
                Ok(Line::Features(instance)) => Row {
                    text: one_text(instance.features).map_err(at),
                    shape: Shape::Prediction,
                },
                Ok(Line::Source { source, k }) => Row {
                    text: filled(source).map_err(at),
                    shape: blazing_text(k),
                },
                Err(reason) => Row {
                    text: Err(at(reason)),
                    shape: Shape::Prediction,
                },
            }
        })
        .collect()
}

#[derive(Deserialize)]
struct Body {
    instances: Option<Vec<Value>>,
    features: Option<Vec<Value>>,
    #[serde(default)]
    configuration: Configuration,
}

#[derive(Default, Deserialize)]
struct Configuration {
    k: Option<usize>,
}

fn read_json(body: &[u8]) -> Result<Vec<Row>, String> {
    let expected = r#"expected {"instances":[...]} or {"features":[...]}"#;
    let body: Body = utf8(body)
        .and_then(|body| serde_json::from_str(body).map_err(|error| error.to_string()))
        .map_err(|reason| format!("{expected}: {reason}"))?;
    let (values, shape) = match (body.instances, body.features) {
        (Some(values), None) => (values, blazing_text(body.configuration.k)),
        (None, Some(values)) => (values, Shape::Prediction),
        (Some(_), Some(_)) => return Err(format!("{expected}, not both")),
        (None, None) => return Err(expected.to_owned()),
    };
    let rows = values.into_iter().enumerate().map(|(place, value)| {
        let text = match value {
            Value::String(text) => filled(text),
            other => serde_json::from_value(other)
                .map_err(|error| format!("expected a text or {{\"features\": [...]}}: {error}"))
                .and_then(|instance: InstanceLine| one_text(instance.features)),
        };
        Row {
            text: text.map_err(|reason| format!("row {}: {reason}", place + 1)),
            shape,
        }
    });
    Ok(rows.collect())
}

/// A text a record; blank lines are none, and are not counted.
fn read_csv(body: &[u8]) -> Vec<Row> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(body);
    let rows = reader.byte_records().enumerate().map(|(place, record)| {
        let text = record.map_err(|error| error.to_string());
        let text =
            text.and_then(|record| utf8(record.get(0).unwrap_or_default()).map(str::to_owned));
        Row {
            text: text
                .and_then(filled)
                .map_err(|reason| format!("row {}: {reason}", place + 1)),
            shape: Shape::Prediction,
        }
    });
    rows.collect()
}

fn blazing_text(k: Option<usize>) -> Shape {
    Shape::BlazingText {
        k: k.unwrap_or(1).max(1),
    }
}

fn one_text(features: Vec<String>) -> Result<String, String> {
    match <[String; 1]>::try_from(features) {
        Ok([text]) => filled(text),
        Err(features) => Err(format!(
            "`features` holds {} texts, expected one",
            features.len()
        )),
    }
}

fn filled(text: String) -> Result<String, String> {
    if text.trim().is_empty() {
        Err("the text is empty".to_owned())
    } else {
        Ok(text)
    }
}

fn utf8(bytes: &[u8]) -> Result<&str, String> {
    std::str::from_utf8(bytes)
        .map_err(|error| format!("not UTF-8 from byte {} on", error.valid_up_to() + 1))
}
