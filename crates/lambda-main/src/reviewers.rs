//! Who is asked, alike for every function that asks.

use anyhow::{Result, anyhow};

use crate::variables::variable;

/// A flow definition's ARN or `review-portal/STACK`; `None` where nobody is asked. Called by a
/// `Config::from_env`.
pub fn reviewers() -> Result<Option<String>> {
    let name = variable("REVIEWERS")?;
    policy::naming::reviewers(&name)
        .map_err(|reason| anyhow!("the environment variable REVIEWERS: {reason}"))
}
