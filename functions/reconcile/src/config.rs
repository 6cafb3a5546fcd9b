//! What reconcile is told by its environment.

use anyhow::Result;
use lambda_main::{parsed, variable};
use policy::hosting::Hosting;
use policy::single_flight::Bounds;

#[derive(Debug, Clone)]
pub struct Config {
    pub bucket: String,
    pub dataset_name: String,
    pub pipeline_name: String,
    pub model_package_group: String,
    pub endpoint_name: String,
    pub hosting: Hosting,
    pub execution_role_arn: String,
    /// `None` where the stack has no human review.
    pub flow_definition_arn: Option<String>,
    pub bounds: Bounds,
    /// Human loops a day.
    pub daily_cap: usize,
    /// `reviewloop-`: the functions are called `<prefix><name>`.
    pub function_prefix: String,
}

impl Config {
    pub fn from_env() -> Result<Self> {
        let flow_definition_arn = variable("FLOW_DEFINITION_ARN")?;
        Ok(Self {
            bucket: variable("BUCKET")?,
            dataset_name: variable("DATASET_NAME")?,
            pipeline_name: variable("PIPELINE_NAME")?,
            model_package_group: variable("MODEL_PACKAGE_GROUP")?,
            endpoint_name: variable("ENDPOINT_NAME")?,
            hosting: parsed("HOSTING")?,
            execution_role_arn: variable("EXECUTION_ROLE_ARN")?,
            flow_definition_arn: Some(flow_definition_arn).filter(|arn| !arn.is_empty()),
            bounds: Bounds::each(parsed("MAXIMUM_ATTEMPTS")?),
            daily_cap: parsed("REVIEW_DAILY_CAP")?,
            function_prefix: variable("FUNCTION_PREFIX")?,
        })
    }
}
