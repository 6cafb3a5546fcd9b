//! Rows, and the bounds and columns that they are read by, whatever the format.

use contracts::prediction::Fields;
use policy::text::TextColumns;

/// One row of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    pub text: Result<String, String>,
    pub shape: Shape,
}

/// The shape of a row's answer, which follows that of the request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shape {
    /// A label with its probability, and all the others'.
    #[default]
    Prediction,
    /// `BlazingText`'s lists of the `k` most likely labels and their probabilities.
    BlazingText { k: usize },
    /// Hugging Face's lists of the `k` most likely labels and their scores; `nested` where each row keeps its list.
    HuggingFace { k: usize, nested: bool },
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
    pub fn within_limit(&self, rows: usize) -> Result<(), Refusal> {
        let limit = self.limit;
        if rows > limit {
            return Err(Refusal::TooManyRows { rows, limit });
        }
        Ok(())
    }

    /// The text that the model reads of a review's fields.
    pub fn joined(&self, fields: Fields) -> Result<String, String> {
        let columns = self
            .columns
            .ok_or(r#"the model's card names no text columns: send {"features": ["text"]}"#)?;
        let review = columns.apart(fields)?;
        let text = not_blank(review.text)?;
        Ok(columns.joined(&review.context, &text))
    }
}

pub fn not_blank(text: String) -> Result<String, String> {
    if text.trim().is_empty() {
        Err("the text is empty".to_owned())
    } else {
        Ok(text)
    }
}

pub fn utf8(bytes: &[u8]) -> Result<&str, String> {
    std::str::from_utf8(bytes)
        .map_err(|error| format!("not UTF-8 from byte {} on", error.valid_up_to() + 1))
}
