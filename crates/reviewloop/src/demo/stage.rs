//! What every part of the demo needs.

use local_aws::LocalAws;
use serde_json::{Value, json};

use crate::account::Account;
use crate::arguments::Reviewers;
use crate::local;
use crate::progress::Progress;

pub struct Stage<'a> {
    pub account: Account,
    pub aws: &'a LocalAws,
    pub progress: &'a Progress,
    pub reviewers: Reviewers,
}

impl Stage<'_> {
    /// Of the pages on which reviewers answer.
    pub async fn portal_url(&self) -> anyhow::Result<String> {
        local::portal_url(self.aws, &self.account).await
    }
}

/// What a function's schedule sends; the demo does not wait for it.
pub fn scheduled() -> Value {
    json!({ "version": "0", "source": "aws.scheduler", "detail-type": "Scheduled Event", "detail": {} })
}
