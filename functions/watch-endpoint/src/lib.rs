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
use loop_state::{Bucket, endpoint, objects, packages};
use policy::deployment::{self, Status, Step};
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
    let endpoint = endpoint::describe(&deps.sagemaker, name).await?;
    let live = endpoint.as_ref().map(endpoint::Described::view);
    confirm(deps, live).await?;

    let Config {
        hosting,
        execution_role_arn,
        ..
    } = &deps.config;
    let config = hosting.endpoint_config(name, &package.arn, execution_role_arn);
    let record = objects::read::<Deployment>(&deps.bucket, &keys::deployment(&config)).await?;
    let Some(record) = record.map(|found| found.value) else {
        return Ok(Outcome::NothingAsked);
    };
    let version = package.version;
    match deployment::next(&config, live, Some(&record), deps.config.maximum_attempts) {
        Step::Confirmed => Ok(Outcome::Confirmed {
            version,
            endpoint_config: config,
        }),
        Step::Withdraw { mark, reason } => {
            withdraw::package(deps, package, mark, &reason).await?;
            // Approved again by a person, the version starts with a clean record.
            objects::delete(&deps.bucket, &keys::deployment(&config)).await?;
            Ok(Outcome::Withdrawn { version, reason })
        }
        _ => Ok(
            endpoint.map_or(Outcome::NothingAsked, |endpoint| Outcome::InProgress {
                status: endpoint.status,
            }),
        ),
    }
}

/// Notes what is live, whether it is still wanted or not: a deployment that was overtaken by the
/// next has come true all the same, and must not look like a rollback later.
async fn confirm(deps: &Deps, live: Option<deployment::Endpoint<'_>>) -> Result<()> {
    let Some(live) = live.filter(|live| live.status == Status::InService) else {
        return Ok(());
    };
    let key = keys::deployment(live.config);
    let Some(record) = objects::read::<Deployment>(&deps.bucket, &key).await? else {
        return Ok(());
    };
    if record.value.confirmed {
        return Ok(());
    }
    info!(endpoint_config = live.config, "confirmed");
    let confirmed = Deployment {
        accepted: true,
        confirmed: true,
        ..record.value
    };
    objects::replace(&deps.bucket, &key, &confirmed, &record.etag)
        .await
        .map(drop)
}
