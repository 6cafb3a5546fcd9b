//! Who approves.

use std::str::FromStr;

/// Whether a passed gate, or a rollout, approves or only recommends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ApprovalMode {
    Automatic,
    Manual,
}

impl FromStr for ApprovalMode {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "automatic" => Ok(Self::Automatic),
            "manual" => Ok(Self::Manual),
            _ => Err("it must be automatic or manual".to_owned()),
        }
    }
}
