//! `incoming/<file>.schema.json`: the columns of one upload, where they are not the stack's.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// In the words of a version's [`crate::dataset::Mapping`]. What is left out is as the stack's parameters have it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Schema {
    /// The column of the review itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text_column: Option<String>,
    /// In the order of the stack's, and as many.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub context_columns: Option<Vec<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label_column: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category_column: Option<String>,
    /// From the column's value to one of the stack's labels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub labels: Option<BTreeMap<String, String>>,
}

/// More is no list of columns.
pub const MAXIMUM_BYTES: u64 = 64 << 10;

impl Schema {
    /// The error names the key.
    pub fn read(json: &[u8]) -> Result<Schema, String> {
        // A list would be read as well: its items as the members, in their order.
        let members: Map<String, Value> =
            serde_json::from_slice(json).map_err(|error| error.to_string())?;
        serde_json::from_slice(json)
            .map_err(|error| wrong_member(members).unwrap_or(error.to_string()))
    }
}

/// serde names a key that it does not know, and of a key with another value than it wants only the place.
fn wrong_member(members: Map<String, Value>) -> Option<String> {
    members.into_iter().find_map(|(key, value)| {
        let alone = Map::from_iter([(key.clone(), value)]);
        let error = serde_json::from_value::<Schema>(Value::Object(alone)).err()?;
        Some(format!("{key}: {error}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_schema_does_not_say_is_left_out_of_it() {
        let json = r#"{"text_column": "Body", "labels": {"good": "1"}}"#;
        let schema = Schema::read(json.as_bytes()).expect("a schema");
        assert_eq!(schema.text_column.as_deref(), Some("Body"));
        assert_eq!(schema.label_column, None);
        let again = serde_json::to_string(&schema).expect("JSON");
        assert_eq!(again, r#"{"text_column":"Body","labels":{"good":"1"}}"#);
        assert_eq!(Schema::read(b"{}"), Ok(Schema::default()));
    }

    #[test]
    fn a_wrong_key_is_named() {
        let refused = |json: &str, reason: &str| {
            let error = Schema::read(json.as_bytes()).expect_err("it is refused");
            assert!(error.starts_with(reason), "{error}");
        };
        refused(r#"{"text_colum": "Body"}"#, "text_colum: unknown field");
        refused(r#"{"label_column": 5}"#, "label_column: invalid type");
        refused(r#"{"labels": {"5": 1}}"#, "labels: invalid type");
        let twice = r#"{"text_column": "a", "text_column": "b"}"#;
        refused(twice, "duplicate field `text_column`");
        refused("[]", "invalid");
        refused("{", "EOF while parsing");
    }
}
