//! What a failed statement answers: Athena's `AthenaError`, and the names that Trino's messages begin with.

use datafusion::common::SchemaError;
use datafusion::error::DataFusionError;
use datafusion::sql::sqlparser::parser::ParserError;
use serde::Serialize;

#[derive(Debug, Serialize)]
pub struct AthenaError {
    pub message: String,
    /// 1 is the system, 2 the user (Athena API reference, `AthenaError.ErrorCategory`).
    pub category: u8,
    #[serde(rename = "type")]
    pub kind: u16,
    pub retryable: bool,
}

pub type Result<T> = std::result::Result<T, AthenaError>;

impl AthenaError {
    pub fn user(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            category: 2,
            // The catalogue's "query syntax and content" range is the only one that a statement itself causes.
            kind: 1,
            retryable: false,
        }
    }

    pub fn system(message: impl Into<String>) -> Self {
        Self {
            category: 1,
            kind: 0,
            ..Self::user(message)
        }
    }

    /// What this engine does not do, and Athena perhaps does.
    pub fn not_supported(what: impl std::fmt::Display) -> Self {
        Self::user(format!("NOT_SUPPORTED: {what}"))
    }

    pub fn syntax(what: impl std::fmt::Display) -> Self {
        Self::user(format!("SYNTAX_ERROR: {what}"))
    }
}

/// A named refusal on its way through DataFusion; it comes out as it went in.
pub fn named(message: impl Into<String>) -> DataFusionError {
    DataFusionError::External(Box::new(Named(message.into())))
}

#[derive(Debug)]
struct Named(String);

impl std::fmt::Display for Named {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for Named {}

impl From<DataFusionError> for AthenaError {
    fn from(error: DataFusionError) -> Self {
        match error.find_root() {
            DataFusionError::External(cause) => Self::from_cause(&cause.to_string()),
            DataFusionError::SchemaError(schema, _) => Self::user(schema_message(schema)),
            DataFusionError::NotImplemented(what) => Self::not_supported(what),
            DataFusionError::SQL(error, _) => parser_error(error),
            DataFusionError::Plan(message) => plan_message(message),
            DataFusionError::ArrowError(cause, _) => Self::from_cause(&cause.to_string()),
            DataFusionError::Execution(message) => Self::from_cause(message),
            other => Self::user(format!("GENERIC_INTERNAL_ERROR: {other}")),
        }
    }
}

impl AthenaError {
    fn from_cause(cause: &str) -> Self {
        if cause.contains("Divide by zero") {
            return Self::user("DIVISION_BY_ZERO: Division by zero");
        }
        if cause.contains("overflow") {
            return Self::user(format!("NUMERIC_VALUE_OUT_OF_RANGE: {cause}"));
        }
        let code = cause.split(':').next().unwrap_or_default();
        if code.len() > 3
            && code
                .bytes()
                .all(|byte| byte.is_ascii_uppercase() || byte == b'_')
        {
            return Self::user(cause);
        }
        Self::user(format!("GENERIC_USER_ERROR: {cause}"))
    }
}

pub fn parser_error(error: &ParserError) -> AthenaError {
    let text = match error {
        ParserError::TokenizerError(text) | ParserError::ParserError(text) => text.clone(),
        ParserError::RecursionLimitExceeded => "the statement is nested too deeply".to_owned(),
    };
    let place = regex::Regex::new(r" at Line: (\d+), Column: (\d+)").expect("a regex");
    match place.captures(&text) {
        Some(found) => {
            let rest = place.replace(&text, "");
            AthenaError::syntax(format!("line {}:{}: {rest}", &found[1], &found[2]))
        }
        None => AthenaError::syntax(format!("line 1:1: {text}")),
    }
}

/// The column comes without its place: DataFusion's errors have none. `select` finds the name in the text.
fn schema_message(error: &SchemaError) -> String {
    match error {
        SchemaError::FieldNotFound { field, .. } => format!(
            "COLUMN_NOT_FOUND: Column '{}' cannot be resolved",
            field.flat_name().replace('"', "")
        ),
        SchemaError::AmbiguousReference { field } => {
            format!("AMBIGUOUS_NAME: Column '{}' is ambiguous", field.name)
        }
        other => format!("SYNTAX_ERROR: {other}"),
    }
}

fn plan_message(message: &str) -> AthenaError {
    let missing = regex::Regex::new(r"table '([^']+)' not found").expect("a regex");
    if let Some(found) = missing.captures(message) {
        return AthenaError::user(format!(
            "TABLE_NOT_FOUND: Table '{}' does not exist",
            &found[1]
        ));
    }
    AthenaError::syntax(message)
}
