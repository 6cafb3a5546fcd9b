//! What deploy-model is told by its environment.

use anyhow::{Result, bail};
use lambda_main::{parsed, variable};

#[derive(Debug, Clone)]
pub struct Config {
    pub bucket: String,
    pub model_package_group: String,
    pub endpoint_name: String,
    pub hosting: Hosting,
    pub execution_role_arn: String,
    pub maximum_attempts: u32,
}

/// What the endpoint's one variant runs on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hosting {
    Serverless {
        memory_mb: i32,
        max_concurrency: i32,
    },
    Instance {
        instance_type: String,
    },
}

impl Config {
    pub fn from_env() -> Result<Self> {
        let hosting = match variable("ENDPOINT_TYPE")?.as_str() {
            "serverless" => Hosting::Serverless {
                memory_mb: parsed("SERVERLESS_MEMORY_MB")?,
                max_concurrency: parsed("SERVERLESS_MAX_CONCURRENCY")?,
            },
            "instance" => Hosting::Instance {
                instance_type: variable("INSTANCE_TYPE")?,
            },
            other => bail!("ENDPOINT_TYPE is {other:?}: it must be serverless or instance"),
        };
        Ok(Self {
            bucket: variable("BUCKET")?,
            model_package_group: variable("MODEL_PACKAGE_GROUP")?,
            endpoint_name: variable("ENDPOINT_NAME")?,
            hosting,
            execution_role_arn: variable("EXECUTION_ROLE_ARN")?,
            maximum_attempts: parsed("MAXIMUM_ATTEMPTS")?,
        })
    }
}
