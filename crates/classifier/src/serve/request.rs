//! From a request's bytes to its rows: each a text, or what is wrong with it.

mod csv;
mod json;

use contracts::prediction::Fields;
use policy::text::TextColumns;

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

/// What requests are read by.
pub struct Reading<'a> {
    /// Rows that a request may hold. They are counted before any is kept: a row takes a hundred
    /// times the memory of its byte in the body.
    pub limit: usize,
    /// The model's; none where its training card does not name them.
    pub columns: Option<&'a TextColumns>,
}

impl Reading<'_> {
    pub fn rows(&self, format: Format, body: &[u8]) -> Result<Vec<Row>, Refusal> {
        let body = tables::without_mark(body);
        let rows = match format {
            Format::JsonLines => json::lines(self, body)?,
            Format::Json => json::document(self, body)?,
            Format::Csv => csv::records(self, body)?,
        };
        if rows.is_empty() {
            return Err(Refusal::Unreadable("the request holds no rows".to_owned()));
        }
        Ok(rows)
    }

    fn within_limit(&self, rows: usize) -> Result<(), Refusal> {
        let limit = self.limit;
        if rows > limit {
            return Err(Refusal::TooManyRows { rows, limit });
        }
        Ok(())
    }

    /// The text that the model reads of a review's fields.
    fn joined(&self, fields: Fields) -> Result<String, String> {
        let columns = self
            .columns
            .ok_or(r#"the model's card names no text columns: send {"features": ["text"]}"#)?;
        let review = columns.apart(fields)?;
        let text = not_blank(review.text)?;
        Ok(columns.joined(&review.context, &text))
    }
}

fn not_blank(text: String) -> Result<String, String> {
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
