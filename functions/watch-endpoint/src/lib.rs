//! Confirms a deployment, or records that it was rolled back or failed.
//!
//! An update can go back silently to `InService` on the old config with no failure reason, so
//! success is `InService` and the config asked for. A version that did not make it is rejected in
//! the registry, with the reason, before anything may deploy it again.

mod config;
mod withdraw;

use anyhow::Result;
use aws_types::SdkConfig;
use contracts::deployment::Deployment;
use contracts::event::{Endpoint, Event};
use contracts::keys;
use loop_state::objects::Found;
use loop_state::{Bucket, endpoint, objects, packages};
use policy::deployment::{self, Step};
use policy::desired;
use serde::Serialize;
use tracing::info;

pub use config::Config;

pub struct Deps {
    pub config: Config,
    pub bucket: Bucket,
    pub sagemaker: aws_sdk_sagemaker::Client,
}

impl Deps {
    pub fn new(aws: &SdkConfig, config: Config) -> Self {
        let bucket = Bucket {
            s3: aws_sdk_s3::Client::new(aws),
            name: config.bucket.clone(),
        };
        Self {
            config,
            bucket,
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
}

pub async fn handle(deps: &Deps, event: Event<Endpoint>) -> Result<Outcome> {
    let name = &deps.config.endpoint_name;
    if event.detail.endpoint_name != *name {
        return Ok(Outcome::NotOurs);
    }
    let group = &deps.config.model_package_group;
    let registry = packages::registry(&deps.sagemaker, &deps.bucket, group).await?;
    let Some(package) = desired::version(&registry.packages, registry.pin.as_ref()).package()
    else {
        return Ok(Outcome::NothingAsked);
    };
    let Some(record) = asked_for(deps, &package.arn).await? else {
        return Ok(Outcome::NothingAsked);
    };
    let endpoint = endpoint::describe(&deps.sagemaker, name).await?;
    let config = record.value.endpoint_config.clone();
    let most = deps.config.maximum_attempts;
    match deployment::next(
        &config,
        endpoint.as_ref().map(endpoint::Described::view),
        Some(&record.value),
        most,
    ) {
        Step::Confirmed => {
            if !record.value.confirmed {
                info!(
                    endpoint_config = config,
                    version = package.version,
                    "confirmed"
                );
                let confirmed = Deployment {
                    accepted: true,
                    confirmed: true,
                    ..record.value
                };
                let key = keys::deployment(&config);
                objects::replace(&deps.bucket, &key, &confirmed, &record.etag).await?;
            }
            Ok(Outcome::Confirmed {
                version: package.version,
                endpoint_config: config,
            })
        }
        Step::Withdraw { mark, reason } => {
            withdraw::package(deps, package, mark, &reason).await?;
            // Approved again by a person, the version starts with a clean record.
            objects::delete(&deps.bucket, &keys::deployment(&config)).await?;
            Ok(Outcome::Withdrawn {
                version: package.version,
                reason,
            })
        }
        _ => Ok(
            endpoint.map_or(Outcome::NothingAsked, |endpoint| Outcome::InProgress {
                status: endpoint.status,
            }),
        ),
    }
}

/// What was last asked of the endpoint for this package. Other hosting settings make another
/// config of the same package; the one not yet confirmed is the one under way.
async fn asked_for(deps: &Deps, model_package_arn: &str) -> Result<Option<Found<Deployment>>> {
    let mut asked: Option<Found<Deployment>> = None;
    for key in objects::list(&deps.bucket, keys::DEPLOYMENTS).await? {
        let Some(found) = objects::read::<Deployment>(&deps.bucket, &key).await? else {
            continue;
        };
        if found.value.model_package_arn != model_package_arn {
            continue;
        }
        if asked.as_ref().is_none_or(|known| known.value.confirmed) {
            asked = Some(found);
        }
    }
    Ok(asked)
}
