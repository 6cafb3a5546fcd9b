//! What deploy-model is told by its environment.

use anyhow::Result;
use lambda_main::{parsed, variable};
use policy::hosting::Hosting;

#[derive(Debug, Clone)]
pub struct Config {
    pub bucket: String,
    pub model_package_group: String,
    pub endpoint_name: String,
    pub hosting: Hosting,
    pub execution_role_arn: String,
    pub maximum_attempts: u32,
}

impl Config {
    pub fn from_env() -> Result<Self> {
        Ok(Self {
            bucket: variable("BUCKET")?,
            model_package_group: variable("MODEL_PACKAGE_GROUP")?,
            endpoint_name: variable("ENDPOINT_NAME")?,
            hosting: parsed("HOSTING")?,
            execution_role_arn: variable("EXECUTION_ROLE_ARN")?,
            maximum_attempts: parsed("MAXIMUM_ATTEMPTS")?,
        })
    }
}
