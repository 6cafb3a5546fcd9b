//! How and where data lie: what tables and partitions share.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub type Parameters = BTreeMap<String, String>;

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct StorageDescriptor {
    pub columns: Option<Vec<Column>>,
    pub location: Option<String>,
    pub input_format: Option<String>,
    pub output_format: Option<String>,
    pub compressed: Option<bool>,
    pub number_of_buckets: Option<i64>,
    pub serde_info: Option<SerDeInfo>,
    pub bucket_columns: Option<Vec<String>>,
    pub sort_columns: Option<Vec<Order>>,
    pub parameters: Option<Parameters>,
    pub skewed_info: Option<SkewedInfo>,
    pub stored_as_sub_directories: Option<bool>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Column {
    pub name: String,
    #[serde(rename = "Type")]
    pub kind: Option<String>,
    pub comment: Option<String>,
    pub parameters: Option<Parameters>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct SerDeInfo {
    pub name: Option<String>,
    pub serialization_library: Option<String>,
    pub parameters: Option<Parameters>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Order {
    pub column: String,
    pub sort_order: i64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct SkewedInfo {
    pub skewed_column_names: Option<Vec<String>>,
    pub skewed_column_values: Option<Vec<String>>,
    pub skewed_column_value_location_maps: Option<Parameters>,
}
