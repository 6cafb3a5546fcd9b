//! Confirms a deployment, or records that it was rolled back or failed.
//!
//! An update can go back silently to `InService` on the old config with no failure reason, so
//! success is `InService` and the config asked for. A version that did not make it is rejected in
//! the registry, with the reason, before anything may deploy it again.

mod config;
mod withdraw;

use anyhow::Result;
use aws_lambda_events::eventbridge::EventBridgeEvent;
use aws_types::SdkConfig;
use contracts::deployment::Deployment;
use contracts::event::Endpoint;
use contracts::keys;
use loop_state::{Bucket, deployments, endpoint, objects, packages};
use policy::deployment::{self, Step};
use policy::desired::{self, Package};
use serde::Serialize;
use tracing::{info, warn};

pub use config::Config;

pub struct Deps {
    pub config: Config,
    pub bucket: Bucket,
    pub sagemaker: aws_sdk_sagemaker::Client,
}

impl Deps {
    pub fn new(aws: &SdkConfig, config: Config) -> Self {
        Self {
            bucket: Bucket::new(aws, &config.bucket),
            config,
            sagemaker: aws_sdk_sagemaker::Client::new(aws),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "outcome")]
pub enum Outcome {
    NotOurs,
    /// Nothing was asked of the endpoint, or it is not there (yet, or any more).
    NothingAsked,
    InProgress {
        status: String,
    },
    Confirmed {
        version: i32,
        endpoint_config: String,
    },
    Withdrawn {
        version: i32,
        reason: String,
    },
    /// The hosting settings cannot be had; what is live stays.
    Stuck {
        version: i32,
        reason: String,
    },
}

pub async fn handle(deps: &Deps, event: EventBridgeEvent<Endpoint>) -> Result<Outcome> {
    let name = &deps.config.endpoint_name;
    if event.detail.endpoint_name != *name {
        return Ok(Outcome::NotOurs);
    }
    let group = &deps.config.model_package_group;
    let registry = packages::registry(&deps.sagemaker, &deps.bucket, group).await?;
    let package = desired::version(&registry.packages, registry.pin.as_ref()).package();
    // Before the endpoint: a record that is newer than the look at it would accuse it of the past.
    let asked = match package {
        Some(package) => asked(deps, package).await?,
        None => None,
    };
    let endpoint = endpoint::describe(&deps.sagemaker, name).await?;
    let live = endpoint.as_ref().map(endpoint::Described::view);
    deployments::confirm(&deps.bucket, live).await?;

    let (Some(package), Some(Asked { record, proven })) = (package, asked) else {
        return Ok(Outcome::NothingAsked);
    };
    let (version, config) = (package.version, record.endpoint_config.clone());
    let most = deps.config.maximum_attempts;
    match deployment::next(&config, live, Some(&record), proven, most) {
        Step::Confirmed => {
            info!(endpoint_config = config, version, "live");
            Ok(Outcome::Confirmed {
                version,
                endpoint_config: config,
            })
        }
        Step::Withdraw { mark, reason } => {
            withdraw::package(deps, package, mark, &reason).await?;
            // Approved again by a person, the version starts with a clean record.
            objects::delete(&deps.bucket, &keys::deployment(&config)).await?;
            Ok(Outcome::Withdrawn { version, reason })
        }
        Step::Stuck { reason } => {
            warn!(version, reason, "stuck, for a person to look at");
            Ok(Outcome::Stuck { version, reason })
        }
        _ => Ok(
            endpoint.map_or(Outcome::NothingAsked, |endpoint| Outcome::InProgress {
                status: endpoint.status,
            }),
        ),
    }
}

/// What was asked of the endpoint for a version under the hosting settings of now.
struct Asked {
    record: Deployment,
    proven: bool,
}

async fn asked(deps: &Deps, package: &Package) -> Result<Option<Asked>> {
    let Config {
        endpoint_name,
        hosting,
        execution_role_arn,
        ..
    } = &deps.config;
    let config = hosting.endpoint_config(endpoint_name, &package.arn, execution_role_arn);
    let Some(record) = deployments::read(&deps.bucket, &config).await? else {
        return Ok(None);
    };
    let record = record.value;
    let proven = deployments::proven(&deps.bucket, Some(&record)).await?;
    Ok(Some(Asked { record, proven }))
}
