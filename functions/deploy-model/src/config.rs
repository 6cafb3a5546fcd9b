//! What deploy-model is told by its environment.

use anyhow::Result;
use lambda_main::{hosted, parsed, variable};
use policy::hosting::Hosted;
use policy::routing::Routing;
use policy::scaling::Scaling;

#[derive(Debug, Clone)]
pub struct Config {
    pub bucket: String,
    pub hosted: Hosted,
    pub scaling: Scaling,
    /// How a newer champion gets the requests.
    pub routing: Routing,
}

impl Config {
    pub fn from_env() -> Result<Self> {
        Ok(Self {
            bucket: variable("BUCKET")?,
            hosted: hosted()?,
            scaling: parsed("SCALING")?,
            routing: parsed("TRAFFIC_ROUTING")?,
        })
    }
}
