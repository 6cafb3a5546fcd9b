//! Content types: what a request says it is, and what its answer shall be.

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
    /// header says nothing in particular.
    pub fn accepted(self, accept: &str) -> Option<Format> {
        if accept.trim().is_empty() {
            return Some(self);
        }
        let mut wanted = accept.split(',');
        wanted.find_map(
            |one| match one.split(';').next().unwrap_or_default().trim() {
                "*/*" | "application/*" => Some(self),
                "text/*" => Some(Format::Csv),
                named => Format::of(named),
            },
        )
    }

    pub fn content_type(self) -> &'static str {
        match self {
            Format::JsonLines => JSON_LINES,
            Format::Json => "application/json",
            Format::Csv => "text/csv",
        }
    }
}
