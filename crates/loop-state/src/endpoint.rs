//! The one endpoint, as DescribeEndpoint tells of it.

use anyhow::{Context, Result};
use policy::deployment::{self, Endpoint};

/// The endpoint as it was described.
pub struct Described {
    pub status: String,
    config: String,
    pending_config: Option<String>,
    failure_reason: String,
}

impl Described {
    pub fn view(&self) -> Endpoint<'_> {
        Endpoint {
            status: deployment::status(&self.status),
            config: &self.config,
            pending_config: self.pending_config.as_deref(),
            failure_reason: &self.failure_reason,
        }
    }
}

/// `None` where there is no endpoint: SageMaker says that as a ValidationException.
pub async fn describe(
    sagemaker: &aws_sdk_sagemaker::Client,
    name: &str,
) -> Result<Option<Described>> {
    let endpoint = match sagemaker
        .describe_endpoint()
        .endpoint_name(name)
        .send()
        .await
    {
        Ok(endpoint) => endpoint,
        Err(error) => {
            let message = error
                .as_service_error()
                .and_then(|error| error.meta().message());
            return if message.is_some_and(|text| text.contains("Could not find endpoint")) {
                Ok(None)
            } else {
                Err(error).with_context(|| format!("describe the endpoint {name}"))
            };
        }
    };
    Ok(Some(Described {
        status: endpoint
            .endpoint_status
            .map(|s| s.as_str().to_owned())
            .unwrap_or_default(),
        config: endpoint.endpoint_config_name.unwrap_or_default(),
        pending_config: endpoint
            .pending_deployment_summary
            .and_then(|pending| pending.endpoint_config_name),
        failure_reason: endpoint.failure_reason.unwrap_or_default(),
    }))
}
