//! The daily cap of human loops as the environment tells of it, alike for every function that
//! keeps it.

use anyhow::{Error, Result};
use policy::review::Caps;

use crate::variables::parsed;

/// Called by a `Config::from_env`.
pub fn caps() -> Result<Caps> {
    Caps::new(
        parsed("REVIEW_DAILY_CAP")?,
        parsed("AUDIT_SHARE")?,
        parsed("AUDIT_RATE")?,
    )
    .map_err(Error::msg)
}
