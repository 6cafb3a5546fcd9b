//! The endpoint as the environment tells of it, alike for every function that looks at it.

use anyhow::Result;
use policy::hosting::Hosted;

use crate::variables::{parsed, variable};

/// Called by a `Config::from_env`.
pub fn hosted() -> Result<Hosted> {
    Ok(Hosted {
        endpoint_name: variable("ENDPOINT_NAME")?,
        model_package_group: variable("MODEL_PACKAGE_GROUP")?,
        hosting: parsed("HOSTING")?,
        execution_role_arn: variable("EXECUTION_ROLE_ARN")?,
        maximum_attempts: parsed("MAXIMUM_ATTEMPTS")?,
    })
}
