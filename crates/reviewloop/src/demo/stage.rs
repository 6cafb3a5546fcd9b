//! What every part of the demo needs.

use local_aws::LocalAws;

use crate::account::Account;
use crate::arguments::Reviewers;
use crate::progress::Progress;

pub struct Stage<'a> {
    pub account: Account,
    pub aws: &'a LocalAws,
    pub progress: &'a Progress,
    pub reviewers: Reviewers,
}
