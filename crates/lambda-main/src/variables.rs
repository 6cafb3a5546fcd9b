//! Reading the environment.

use std::fmt::Display;
use std::str::FromStr;

use anyhow::{Result, anyhow};

/// A variable that must be set; only `Config::from_env` asks.
pub fn variable(name: &str) -> Result<String> {
    std::env::var(name).map_err(|_| anyhow!("the environment variable {name} is not set"))
}

/// A variable that must be set and read as a `T`.
pub fn parsed<T: FromStr<Err: Display>>(name: &str) -> Result<T> {
    let text = variable(name)?;
    text.parse()
        .map_err(|error| anyhow!("the environment variable {name} is {text:?}: {error}"))
}

/// A comma-separated list, e.g. `-1,0,1`, or a JSON array of texts where one has a comma.
pub fn list(name: &str) -> Result<Vec<String>> {
    let text = variable(name)?;
    policy::lists::texts(&text).map_err(|error| {
        anyhow!("the environment variable {name} is no JSON array of texts: {error}")
    })
}
