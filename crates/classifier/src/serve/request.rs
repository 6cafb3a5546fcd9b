//! From a request's bytes to its rows: each a text, or what is wrong with it.

mod csv;
mod json;
mod reading;

pub use reading::{Reading, Refusal, Row, Shape};

use super::format::Format;

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
}
