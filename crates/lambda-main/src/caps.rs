//! The daily cap of human loops as the environment tells of it, alike for every function that
//! keeps it.

use policy::review::Caps;

use crate::{Error, parsed};

/// Called by a `Config::from_env`.
pub fn caps() -> Result<Caps, Error> {
    Caps::new(
        parsed("REVIEW_DAILY_CAP")?,
        parsed("AUDIT_SHARE")?,
        parsed("AUDIT_RATE")?,
    )
    .map_err(Error::msg)
}
