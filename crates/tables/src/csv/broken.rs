//! What can be wrong with a record.

use crate::{MAXIMUM_ROW_BYTES, RowError};

/// Why a record is not good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Broken {
    /// A quote was opened, and the next one closes nothing or does not come.
    UnclosedQuote,
    TextBehindQuote,
    QuoteInField,
    /// One of these mistakes, in a record with a quote behind a backslash.
    EscapedQuote,
    /// An unquoted field contains a line end, one of another kind than the file's.
    LineEndInField,
    TooLong,
    Fields {
        found: usize,
        expected: usize,
    },
}

impl Broken {
    pub fn kind(self) -> &'static str {
        match self {
            Self::UnclosedQuote => "unclosed quote",
            Self::TextBehindQuote => "text after a closing quote",
            Self::QuoteInField => "an unpaired double quote in an unquoted field",
            Self::EscapedQuote => "a quote escaped by a backslash",
            Self::LineEndInField => "a line end in an unquoted field",
            Self::TooLong => "too long",
            Self::Fields { .. } => "another number of fields",
        }
    }
}

impl From<Broken> for RowError {
    fn from(broken: Broken) -> Self {
        let detail = match broken {
            Broken::Fields { found, expected } => format!("{found}, the header has {expected}"),
            Broken::TooLong => format!("more than {MAXIMUM_ROW_BYTES} bytes"),
            Broken::EscapedQuote => "CSV doubles a quote inside quotes".to_owned(),
            Broken::LineEndInField => "put the value in double quotes".to_owned(),
            _ => String::new(),
        };
        RowError::new("", broken.kind(), detail)
    }
}
