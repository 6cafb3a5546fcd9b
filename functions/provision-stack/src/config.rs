//! provision-stack is told everything by its events.

use anyhow::Result;

#[derive(Debug, Clone)]
pub struct Config {}

impl Config {
    /// Shaped like every other function's, so that the mains are alike.
    pub fn from_env() -> Result<Self> {
        Ok(Self {})
    }
}
