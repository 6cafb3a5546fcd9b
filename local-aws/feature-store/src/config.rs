//! A group's two stores, as they are asked for and described.

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct OnlineStoreConfig {
    pub enable_online_store: Option<bool>,
    pub security_config: Option<SecurityConfig>,
    pub storage_type: Option<StorageType>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct SecurityConfig {
    pub kms_key_id: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum StorageType {
    Standard,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct OfflineStoreConfig {
    pub s3_storage_config: S3StorageConfig,
    pub disable_glue_table_creation: Option<bool>,
    pub data_catalog_config: Option<DataCatalogConfig>,
    pub table_format: Option<TableFormat>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct S3StorageConfig {
    pub s3_uri: String,
    pub kms_key_id: Option<String>,
    /// Where the group's rows lie; answered, and whatever a request says of it replaced.
    pub resolved_output_s3_uri: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct DataCatalogConfig {
    pub table_name: String,
    pub catalog: String,
    pub database: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum TableFormat {
    Default,
    Glue,
}

impl OnlineStoreConfig {
    pub fn is_enabled(&self) -> bool {
        self.enable_online_store == Some(true)
    }
}

impl OfflineStoreConfig {
    pub fn makes_table(&self) -> bool {
        self.disable_glue_table_creation != Some(true)
    }

    /// Where the rows lie.
    pub fn location(&self) -> &str {
        let resolved = self.s3_storage_config.resolved_output_s3_uri.as_deref();
        resolved.unwrap_or(&self.s3_storage_config.s3_uri)
    }
}
