//! JSON Lines and JSON.

use std::fmt::{self, Formatter};

use contracts::prediction::{Fields, InstanceLine};
use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::reading::{Reading, Refusal, Row, Shape, not_blank, utf8};

/// `{"features":["text"]}`, `{"fields":{"Title":"..."}}` or `BlazingText`'s
/// `{"source":"text","k":1}`.
#[derive(Deserialize)]
struct Line {
    features: Option<Vec<String>>,
    fields: Option<Fields>,
    source: Option<String>,
    k: Option<usize>,
}

const EXPECTED_LINE: &str =
    r#"expected {"features":["text"]}, {"fields":{"column":"value"}} or {"source":"text"}"#;

pub fn lines(reading: &Reading, body: &[u8]) -> Result<Vec<Row>, Refusal> {
    let lines = || {
        let lines = body.split(|byte| *byte == b'\n').enumerate();
        lines.filter(|(_, line)| !line.trim_ascii().is_empty())
    };
    reading.within_limit(lines().count())?;
    let rows = lines().map(|(place, line)| {
        let invalid = |error| format!("{EXPECTED_LINE}: {error}");
        let line = utf8(line).and_then(|line| serde_json::from_str(line).map_err(invalid));
        let (text, shape) = match line {
            Ok(Line {
                source: Some(source),
                k,
                features: None,
                fields: None,
            }) => (not_blank(source), blazing_text(k)),
            Ok(Line {
                features,
                fields,
                source: None,
                ..
            }) => {
                let instance = InstanceLine { features, fields };
                (instance_text(reading, instance), Shape::Prediction)
            }
            Ok(_) => (
                Err(format!("{EXPECTED_LINE}, one of them")),
                Shape::Prediction,
            ),
            Err(reason) => (Err(reason), Shape::Prediction),
        };
        Row {
            text: text.map_err(|reason| format!("line {}: {reason}", place + 1)),
            shape,
        }
    });
    Ok(rows.collect())
}

/// Lists stay as they are written until their elements are counted.
#[derive(Deserialize)]
struct Document<'a> {
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

pub fn document(reading: &Reading, body: &[u8]) -> Result<Vec<Row>, Refusal> {
    let expected = r#"expected {"instances":[...]} or {"features":[...]}"#;
    let unreadable = |reason: String| Refusal::Unreadable(format!("{expected}: {reason}"));
    let invalid = |error: serde_json::Error| unreadable(error.to_string());
    let body = utf8(body).map_err(unreadable)?;
    let body: Document = serde_json::from_str(body).map_err(invalid)?;
    let (list, shape) = match (body.instances, body.features) {
        (Some(list), None) => (list, blazing_text(body.configuration.k)),
        (None, Some(list)) => (list, Shape::Prediction),
        (Some(_), Some(_)) => return Err(Refusal::Unreadable(format!("{expected}, not both"))),
        (None, None) => return Err(Refusal::Unreadable(expected.to_owned())),
    };
    let Length(length) = serde_json::from_str(list.get()).map_err(invalid)?;
    reading.within_limit(length)?;
    let values: Vec<&RawValue> = serde_json::from_str(list.get()).map_err(invalid)?;
    let rows = values.into_iter().enumerate().map(|(place, value)| Row {
        text: value_text(reading, value).map_err(|reason| format!("row {}: {reason}", place + 1)),
        shape,
    });
    Ok(rows.collect())
}

/// A text, or an object as a line of JSON Lines is.
fn value_text(reading: &Reading, value: &RawValue) -> Result<String, String> {
    let invalid = |error| {
        let objects = r#"{"features":["text"]} or {"fields":{"column":"value"}}"#;
        format!("expected a text, {objects}: {error}")
    };
    if value.get().starts_with('"') {
        let text = serde_json::from_str(value.get()).map_err(invalid)?;
        return not_blank(text);
    }
    let instance = serde_json::from_str(value.get()).map_err(invalid)?;
    instance_text(reading, instance)
}

fn instance_text(reading: &Reading, instance: InstanceLine) -> Result<String, String> {
    match (instance.features, instance.fields) {
        (Some(features), None) => one_text(features),
        (None, Some(fields)) => reading.joined(fields),
        (None, None) => Err(EXPECTED_LINE.to_owned()),
        (Some(_), Some(_)) => Err("`features` and `fields` in one row".to_owned()),
    }
}

fn one_text(features: Vec<String>) -> Result<String, String> {
    match <[String; 1]>::try_from(features) {
        Ok([text]) => not_blank(text),
        Err(features) => Err(format!(
            "`features` holds {} texts, expected one",
            features.len()
        )),
    }
}

fn blazing_text(k: Option<usize>) -> Shape {
    Shape::BlazingText {
        k: k.unwrap_or(1).max(1),
    }
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
