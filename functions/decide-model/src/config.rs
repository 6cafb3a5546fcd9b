//! What the pages are told by their environment.

use accounts::Members;
use anyhow::Result;
use lambda_main::{parsed, variable};

#[derive(Debug, Clone)]
pub struct Config {
    pub bucket: String,
    pub model_package_group: String,
    pub members: Members,
    /// How many people must approve a version.
    pub approvers: usize,
}

impl Config {
    pub fn from_env() -> Result<Self> {
        Ok(Self {
            bucket: variable("BUCKET")?,
            model_package_group: variable("MODEL_PACKAGE_GROUP")?,
            members: Members {
                user_pool_id: variable("USER_POOL_ID")?,
                client_id: variable("USER_POOL_CLIENT_ID")?,
                group: variable("USER_POOL_GROUP")?,
            },
            approvers: parsed("APPROVERS")?,
        })
    }
}
