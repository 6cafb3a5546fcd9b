//! What the portal is told by its environment.

use anyhow::Result;
use lambda_main::variable;

#[derive(Debug, Clone)]
pub struct Config {
    pub bucket: String,
    /// As tasks name it: `review-portal/STACK`.
    pub reviewers: String,
    pub user_pool_id: String,
    pub client_id: String,
    /// Of the reviewers in the pool.
    pub group: String,
}

impl Config {
    pub fn from_env() -> Result<Self> {
        Ok(Self {
            bucket: variable("BUCKET")?,
            reviewers: variable("REVIEWERS")?,
            user_pool_id: variable("USER_POOL_ID")?,
            client_id: variable("USER_POOL_CLIENT_ID")?,
            group: variable("REVIEWER_GROUP")?,
        })
    }
}
