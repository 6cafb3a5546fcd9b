//! What the portal is told by its environment.

use accounts::Members;
use anyhow::Result;
use lambda_main::variable;

#[derive(Debug, Clone)]
pub struct Config {
    pub bucket: String,
    /// As tasks name it: `review-portal/STACK`.
    pub reviewers: String,
    pub members: Members,
}

impl Config {
    pub fn from_env() -> Result<Self> {
        Ok(Self {
            bucket: variable("BUCKET")?,
            reviewers: variable("REVIEWERS")?,
            members: Members {
                user_pool_id: variable("USER_POOL_ID")?,
                client_id: variable("USER_POOL_CLIENT_ID")?,
                group: variable("USER_POOL_GROUP")?,
            },
        })
    }
}
