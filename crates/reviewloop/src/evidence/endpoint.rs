//! The stack's endpoint as it is now, and the model version behind it.

use aws_sdk_sagemaker::types::ProductionVariantSummary;
use contracts::deployment::Deployment;
use contracts::{keys, names};

use crate::account::Account;
use crate::sentence::{Sentence, is_missing};

#[derive(Debug, Clone)]
pub struct Endpoint {
    pub status: String,
    pub config: String,
    /// That of an update under way.
    pub pending_config: Option<String>,
    pub failure_reason: Option<String>,
    pub variants: Vec<ProductionVariantSummary>,
}

/// The endpoint and the model version behind it.
#[derive(Debug, Clone)]
pub struct Served {
    pub endpoint: Endpoint,
    /// `None` where no deployment record says what the endpoint's config serves.
    pub model_package_arn: Option<String>,
}

impl Endpoint {
    /// The config that it has, or that an update under way gives it.
    pub fn target(&self) -> &str {
        self.pending_config.as_deref().unwrap_or(&self.config)
    }
}

/// `None` where there is none.
pub async fn endpoint(account: &Account) -> anyhow::Result<Option<Endpoint>> {
    let name = names::endpoint(&account.stack);
    match account
        .sagemaker
        .describe_endpoint()
        .endpoint_name(name)
        .send()
        .await
    {
        Ok(found) => Ok(Some(Endpoint {
            status: found
                .endpoint_status()
                .map_or("unknown", |status| status.as_str())
                .to_owned(),
            config: found.endpoint_config_name().unwrap_or_default().to_owned(),
            pending_config: found
                .pending_deployment_summary()
                .and_then(|pending| pending.endpoint_config_name())
                .map(str::to_owned),
            failure_reason: found.failure_reason().map(str::to_owned),
            variants: found.production_variants().to_vec(),
        })),
        Err(error) if is_missing(&error) => Ok(None),
        Err(error) => Err(error.sentence("describe the endpoint")),
    }
}

/// The endpoint as it is now.
pub async fn served(account: &Account) -> anyhow::Result<Option<Served>> {
    let Some(endpoint) = endpoint(account).await? else {
        return Ok(None);
    };
    let deployment: Option<Deployment> =
        account.object(&keys::deployment(&endpoint.config)).await?;
    Ok(Some(Served {
        model_package_arn: deployment.map(|deployment| deployment.champion().to_owned()),
        endpoint,
    }))
}
