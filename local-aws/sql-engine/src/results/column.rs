//! A column as Athena tells it.

use arrow::datatypes::DataType;
use serde::Serialize;

use crate::types;

#[derive(Clone, Debug, Serialize)]
pub struct ColumnInfo {
    pub name: String,
    pub label: String,
    #[serde(rename = "type")]
    pub kind: String,
    pub precision: u32,
    pub scale: u32,
    pub nullable: &'static str,
}

impl ColumnInfo {
    pub fn new(name: &str, kind: &DataType) -> Self {
        let (precision, scale) = types::precision(kind);
        Self {
            name: name.to_owned(),
            label: name.to_owned(),
            kind: types::result_name(kind).to_owned(),
            precision,
            scale,
            nullable: "UNKNOWN",
        }
    }

    /// Of a statement that answers lines.
    pub fn text(name: &str) -> Self {
        Self {
            kind: "string".to_owned(),
            precision: 0,
            ..Self::new(name, &DataType::Utf8)
        }
    }
}
