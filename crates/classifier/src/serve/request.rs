//! From a request's bytes to its rows: each a text, or what is wrong with it.

use std::fmt::{self, Formatter};

use contracts::prediction::InstanceLine;
use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, SeqAccess, Visitor};
use serde_json::value::RawValue;

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

/// Why a request as a whole is not answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    Unreadable(String),
    TooManyRows { rows: usize, limit: usize },
}

/// The rows, at most `limit`. They are counted before any is kept: a row takes a hundred times
/// the memory of its byte in the body.
pub fn read(format: Format, body: &[u8], limit: usize) -> Result<Vec<Row>, Refusal> {
    let body = body.strip_prefix(BYTE_ORDER_MARK).unwrap_or(body);
    let rows = match format {
        Format::JsonLines => read_json_lines(body, limit)?,
        Format::Json => read_json(body, limit)?,
        Format::Csv => read_csv(body, limit)?,
    };
    if rows.is_empty() {
        return Err(Refusal::Unreadable("the request holds no rows".to_owned()));
    }
    Ok(rows)
}

/// UTF-8's, which spreadsheets and Windows put in front of a text. It is no part of it.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

fn within(limit: usize, rows: usize) -> Result<(), Refusal> {
    if rows > limit {
        return Err(Refusal::TooManyRows { rows, limit });
    }
    Ok(())
}

/// `{"features":["text"]}`, or `BlazingText`'s `{"source":"text","k":1}`.
#[derive(Deserialize)]
struct Line {
    features: Option<Vec<String>>,
    source: Option<String>,
    k: Option<usize>,
}

fn read_json_lines(body: &[u8], limit: usize) -> Result<Vec<Row>, Refusal> {
    let lines = || {
        let lines = body.split(|byte| *byte == b'\n').enumerate();
        lines.filter(|(_, line)| !line.trim_ascii().is_empty())
    };
    within(limit, lines().count())?;
    let rows = lines().map(|(place, line)| {
        let invalid = |error| format!("{EXPECTED_LINE}: {error}");
        let line = utf8(line).and_then(|line| serde_json::from_str(line).map_err(invalid));
        let (text, shape) = match line {
            Ok(Line {
                features: Some(features),
                ..
            }) => (one_text(features), Shape::Prediction),
            Ok(Line {
                source: Some(source),
                k,
                ..
            }) => (filled(source), blazing_text(k)),
            Ok(_) => (Err(EXPECTED_LINE.to_owned()), Shape::Prediction),
            Err(reason) => (Err(reason), Shape::Prediction),
        };
        Row {
            text: text.map_err(|reason| format!("line {}: {reason}", place + 1)),
            shape,
        }
    });
    Ok(rows.collect())
}

const EXPECTED_LINE: &str = r#"expected {"features":["text"]} or {"source":"text"}"#;

/// Lists stay as they are written until their elements are counted.
#[derive(Deserialize)]
struct Body<'a> {
    #[serde(borrow)]
    instances: Option<&'a RawValue>,
    #[serde(borrow)]
    features: Option<&'a RawValue>,
    #[serde(default)]
    configuration: Configuration,
}

#[derive(Default, Deserialize)]
struct Configuration {
    k: Option<usize>,
}

fn read_json(body: &[u8], limit: usize) -> Result<Vec<Row>, Refusal> {
    let expected = r#"expected {"instances":[...]} or {"features":[...]}"#;
    let unreadable = |reason: String| Refusal::Unreadable(format!("{expected}: {reason}"));
    let invalid = |error: serde_json::Error| unreadable(error.to_string());
    let body = utf8(body).map_err(unreadable)?;
    let body: Body = serde_json::from_str(body).map_err(invalid)?;
    let (list, shape) = match (body.instances, body.features) {
        (Some(list), None) => (list, blazing_text(body.configuration.k)),
        (None, Some(list)) => (list, Shape::Prediction),
        (Some(_), Some(_)) => return Err(Refusal::Unreadable(format!("{expected}, not both"))),
        (None, None) => return Err(Refusal::Unreadable(expected.to_owned())),
    };
    let Length(length) = serde_json::from_str(list.get()).map_err(invalid)?;
    within(limit, length)?;
    let values: Vec<&RawValue> = serde_json::from_str(list.get()).map_err(invalid)?;
    let rows = values.into_iter().enumerate().map(|(place, value)| Row {
        text: text_of(value).map_err(|reason| format!("row {}: {reason}", place + 1)),
        shape,
    });
    Ok(rows.collect())
}

/// A text, or an object with one.
fn text_of(value: &RawValue) -> Result<String, String> {
    let invalid = |error| format!("expected a text or {{\"features\": [\"text\"]}}: {error}");
    if value.get().starts_with('"') {
        return serde_json::from_str(value.get())
            .map_err(invalid)
            .and_then(filled);
    }
    let instance: InstanceLine = serde_json::from_str(value.get()).map_err(invalid)?;
    one_text(instance.features)
}

/// How many elements a list has; none is kept.
struct Length(usize);

impl<'de> Deserialize<'de> for Length {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Length, D::Error> {
        deserializer.deserialize_seq(Counting)
    }
}

struct Counting;

impl<'de> Visitor<'de> for Counting {
    type Value = Length;

    fn expecting(&self, formatter: &mut Formatter) -> fmt::Result {
        formatter.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Length, A::Error> {
        let mut length = 0;
        while list.next_element::<IgnoredAny>()?.is_some() {
            length += 1;
        }
        Ok(Length(length))
    }
}

/// A text a record; blank lines are none, and are not counted. There is no header, as SageMaker
/// has it: a first line of column names would be answered like any text.
fn read_csv(body: &[u8], limit: usize) -> Result<Vec<Row>, Refusal> {
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
    within(limit, count)?;
    let mut reader = reader();
    let rows = reader.byte_records().enumerate().map(|(place, record)| {
        let text = record.map_err(|error| error.to_string());
        let text = text.and_then(|record| match record.len() {
            1 => utf8(&record[0]).map(str::to_owned),
            fields => Err(format!("{fields} fields, one text is expected: quote it")),
        });
        Row {
            text: text
                .and_then(filled)
                .map_err(|reason| format!("row {}: {reason}", place + 1)),
            shape: Shape::Prediction,
        }
    });
    Ok(rows.collect())
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
