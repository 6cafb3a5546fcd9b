//! Quamina's matcher of one pattern.

use quamina::{Quamina, QuaminaError};
use serde_json::Value;

use super::refusal::{invalid, not_honoured};
use local_core::wire::AwsError;

/// What quamina refuses for its size alone is not the user's mistake.
pub fn matcher(pattern: &Value) -> Result<Quamina<()>, AwsError> {
    let mut matcher = Quamina::new();
    match matcher.add_pattern((), &pattern.to_string()) {
        Ok(()) => Ok(matcher),
        Err(QuaminaError::PatternTooComplex(reason)) => Err(not_honoured(
            "a pattern",
            &format!("this many choices ({reason})"),
        )),
        Err(error) => Err(invalid(&error.to_string())),
    }
}
