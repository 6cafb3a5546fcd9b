//! JSON Lines and JSON.

use std::fmt::{self, Formatter};

use contracts::prediction::{Fields, InstanceLine};
use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::reading::{Reading, Refusal, Row, Shape, not_blank, utf8};

/// `{"features":["text"]}`, `{"fields":{"Title":"..."}}`, `BlazingText`'s `{"source":"text","k":1}` or Hugging Face's
/// `{"inputs":"text"}`.
#[derive(Deserialize)]
struct Line {
    features: Option<Vec<String>>,
    fields: Option<Fields>,
    source: Option<String>,
    k: Option<usize>,
    inputs: Option<String>,
    parameters: Option<Parameters>,
}

/// Of Hugging Face's text classification.
#[derive(Default, Deserialize)]
struct Parameters {
    /// `null`, unlike nothing, asks for all labels.
    #[serde(default, deserialize_with = "given")]
    top_k: Option<Option<usize>>,
}

fn given<'de, D: Deserializer<'de>>(value: D) -> Result<Option<Option<usize>>, D::Error> {
    Deserialize::deserialize(value).map(Some)
}

const EXPECTED_LINE: &str = r#"expected {"features":["text"]}, {"fields":{"column":"value"}}, {"source":"text"} or {"inputs":"text"}"#;

pub fn lines(reading: &Reading, body: &[u8]) -> Result<Vec<Row>, Refusal> {
    let lines = || {
        let lines = body.split(|byte| *byte == b'\n').enumerate();
        lines.filter(|(_, line)| !line.trim_ascii().is_empty())
    };
    reading.within_limit(lines().count())?;
    let rows = lines().map(|(place, line)| {
        let invalid = |error| format!("{EXPECTED_LINE}: {error}");
        let line: Result<Line, String> =
            utf8(line).and_then(|line| serde_json::from_str(line).map_err(invalid));
        let (text, shape) = match line {
            Ok(line) => line.read(reading),
            Err(reason) => (Err(reason), Shape::Prediction),
        };
        Row {
            text: text.map_err(|reason| format!("line {}: {reason}", place + 1)),
            shape,
        }
    });
    Ok(rows.collect())
}

impl Line {
    fn read(self, reading: &Reading) -> (Result<String, String>, Shape) {
        match (self.source, self.inputs) {
            (None, None) => {
                let (features, fields) = (self.features, self.fields);
                let instance = InstanceLine { features, fields };
                (instance_text(reading, instance), Shape::Prediction)
            }
            (Some(text), None) if self.features.is_none() && self.fields.is_none() => {
                (not_blank(text), blazing_text(self.k))
            }
            (None, Some(text)) if self.features.is_none() && self.fields.is_none() => {
                (not_blank(text), hugging_face(self.parameters, false))
            }
            _ => (
                Err(format!("{EXPECTED_LINE}, one of them")),
                Shape::Prediction,
            ),
        }
    }
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
    /// A text or a list of them.
    #[serde(borrow)]
    inputs: Option<&'a RawValue>,
    parameters: Option<Parameters>,
}

#[derive(Default, Deserialize)]
struct Configuration {
    k: Option<usize>,
}

pub fn document(reading: &Reading, body: &[u8]) -> Result<Vec<Row>, Refusal> {
    let expected = r#"expected {"instances":[...]}, {"features":[...]} or {"inputs":...}"#;
    let unreadable = |reason: String| Refusal::Unreadable(format!("{expected}: {reason}"));
    let invalid = |error: serde_json::Error| unreadable(error.to_string());
    let body = utf8(body).map_err(unreadable)?;
    let body: Document = serde_json::from_str(body).map_err(invalid)?;
    let (list, shape) = match (body.instances, body.features, body.inputs) {
        (Some(list), None, None) => (list, blazing_text(body.configuration.k)),
        (None, Some(list), None) => (list, Shape::Prediction),
        (None, None, Some(text)) if text.get().starts_with('"') => {
            let text = value_text(reading, text).map_err(|reason| format!("row 1: {reason}"));
            let shape = hugging_face(body.parameters, false);
            return Ok(vec![Row { text, shape }]);
        }
        (None, None, Some(list)) => (list, hugging_face(body.parameters, true)),
        (None, None, None) => return Err(Refusal::Unreadable(expected.to_owned())),
        _ => return Err(Refusal::Unreadable(format!("{expected}, one of them"))),
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

/// The best label of each text of a list is an entry of one list; with `top_k` each text has a list of its own.
fn hugging_face(parameters: Option<Parameters>, is_list: bool) -> Shape {
    let top_k = parameters.unwrap_or_default().top_k;
    Shape::HuggingFace {
        k: top_k.unwrap_or(Some(1)).map_or(usize::MAX, |k| k.max(1)),
        nested: is_list && top_k.is_some(),
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
