//! Content types: what a request says it is, and what its answer shall be.

use axum::http::{HeaderMap, HeaderName};
use contracts::prediction::JSON_LINES;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A row a line, each of which may be good or bad.
    JsonLines,
    /// All rows in one document.
    Json,
    /// A row is a text, or the fields of the model's text columns in their order. There is no header.
    Csv,
}

pub const KNOWN: &str = "application/jsonlines, application/json or text/csv";

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

    /// The first that an `Accept` header names and that there is; the request's own where the
    /// header says nothing in particular. Of the weights, 0 alone counts: it is a refusal.
    pub fn accepted(self, accept: &str) -> Option<Format> {
        if accept.trim().is_empty() {
            return Some(self);
        }
        let ranges: Vec<(&str, bool)> = accept.split(',').map(range).collect();
        let refused = |format| {
            let mut refusals = ranges.iter().filter(|(_, accepted)| !accepted);
            refusals.any(|(name, _)| Format::of(name) == Some(format))
        };
        let formats = [self, Format::JsonLines, Format::Json, Format::Csv];
        let mut wanted = ranges.iter().filter(|(_, accepted)| *accepted);
        wanted.find_map(|(range, _)| {
            let mut formats = formats.into_iter();
            formats.find(|format| format.is_in(range) && !refused(*format))
        })
    }

    /// Whether an `Accept` header lets this one be the answer's.
    pub fn is_accepted(self, accept: &str) -> bool {
        let ranges = || accept.split(',').map(range);
        let is_refused = ranges().any(|(name, wanted)| !wanted && Format::of(name) == Some(self));
        let is_wanted = ranges().any(|(name, wanted)| wanted && self.is_in(name));
        accept.trim().is_empty() || (is_wanted && !is_refused)
    }

    fn is_in(self, range: &str) -> bool {
        match range {
            "*/*" => true,
            "application/*" => self != Format::Csv,
            "text/*" => self == Format::Csv,
            named => Format::of(named) == Some(self),
        }
    }

    pub fn content_type(self) -> &'static str {
        match self {
            Format::JsonLines => JSON_LINES,
            Format::Json => "application/json",
            Format::Csv => "text/csv",
        }
    }
}

/// What a header says; empty where it is missing.
pub fn said<'a>(headers: &'a HeaderMap, name: &HeaderName) -> &'a str {
    let value = headers.get(name).and_then(|value| value.to_str().ok());
    value.unwrap_or_default()
}

/// An element of an `Accept` header: its media range, and whether that is accepted.
fn range(element: &str) -> (&str, bool) {
    let mut parts = element.split(';').map(str::trim);
    let name = parts.next().unwrap_or_default();
    let is_refusal = |parameter: &str| {
        let weight = parameter.split_once('=');
        weight.is_some_and(|(name, value)| {
            name.eq_ignore_ascii_case("q") && value.parse::<f32>() == Ok(0.0)
        })
    };
    (name, !parts.any(is_refusal))
}
