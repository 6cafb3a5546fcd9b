//! Converges the endpoint on the desired model version.
//!
//! Woken by package and endpoint events and by the reconciler alike, it asks three things (which
//! version should be live, what the endpoint does, what was asked of it before) and makes the
//! one call that is missing. Metadata written to an approved package re-emits "Approved": being
//! on the desired version already means no call at all.

mod config;
mod endpoint;
mod model;

use anyhow::Result;
use aws_lambda_events::eventbridge::EventBridgeEvent;
use aws_types::SdkConfig;
use contracts::deployment::Deployment;
use contracts::keys;
use loop_state::objects::Found;
use loop_state::{Bucket, deployments, objects, packages};
use policy::deployment::{self, Step};
use policy::desired::{self, Desired};
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
    NothingApproved,
    PinNotApproved {
        version: i32,
    },
    Creating {
        version: i32,
        endpoint_config: String,
    },
    Updating {
        version: i32,
        endpoint_config: String,
    },
    /// A failed endpoint is gone soon; it is created anew after that.
    Deleting {
        version: i32,
    },
    /// The endpoint is busy; its next event wakes us.
    Waiting {
        version: i32,
    },
    Live {
        version: i32,
        endpoint_config: String,
    },
    /// The hosting settings cannot be had; what is live stays.
    Stuck {
        version: i32,
        reason: String,
    },
    /// watch-endpoint must withdraw the version first.
    AwaitingWithdrawal {
        version: i32,
        reason: String,
    },
}

pub async fn handle(deps: &Deps, _: EventBridgeEvent) -> Result<Outcome> {
    let group = &deps.config.model_package_group;
    let registry = packages::registry(&deps.sagemaker, &deps.bucket, group).await?;
    let package = match desired::version(&registry.packages, registry.pin.as_ref()) {
        Desired::Package(package) => package,
        Desired::Nothing => return Ok(Outcome::NothingApproved),
        Desired::PinNotApproved { version } => return Ok(Outcome::PinNotApproved { version }),
    };
    let Config {
        hosting,
        endpoint_name,
        execution_role_arn,
        ..
    } = &deps.config;
    let (version, arn) = (package.version, &package.arn);
    let config = hosting.endpoint_config(endpoint_name, arn, execution_role_arn);
    // Before the endpoint: a record that is newer than the look at it would accuse it of the past.
    let record = deployments::read(&deps.bucket, &config).await?;
    let proven = deployments::proven(&deps.bucket, record.as_ref().map(|found| &found.value));
    let proven = proven.await?;
    let endpoint = loop_state::endpoint::describe(&deps.sagemaker, endpoint_name).await?;
    let live = endpoint.as_ref().map(loop_state::endpoint::Described::view);

    let step = deployment::next(
        &config,
        live,
        record.as_ref().map(|record| &record.value),
        proven,
        deps.config.maximum_attempts,
    );
    info!(
        model_package.version = version,
        endpoint_config = config,
        ?step,
        "decided"
    );
    match step {
        Step::Create | Step::Update => {
            // What is live is about to be moved away from, maybe before watch-endpoint saw it.
            deployments::confirm(&deps.bucket, live).await?;
            model::ensure(deps, package, &config).await?;
            let attempt = Deployment {
                endpoint_config: config.clone(),
                model_package_arn: arn.clone(),
                from: live.map(|live| live.config.to_owned()),
                attempts: 1,
                accepted: false,
                confirmed: false,
            };
            let Some(attempt) = count(deps, attempt, record).await? else {
                // Another invocation counted first and is making the call.
                return Ok(Outcome::Waiting { version });
            };
            endpoint::converge(deps, &config, &step).await?;
            accept(deps, attempt).await?;
            Ok(match step {
                Step::Create => Outcome::Creating {
                    version,
                    endpoint_config: config,
                },
                _ => Outcome::Updating {
                    version,
                    endpoint_config: config,
                },
            })
        }
        Step::Delete => {
            endpoint::delete(deps).await?;
            Ok(Outcome::Deleting { version })
        }
        Step::Wait { accepted } => {
            if let (true, Some(record)) = (accepted, record) {
                accept(deps, record).await?;
            }
            Ok(Outcome::Waiting { version })
        }
        Step::Confirmed => Ok(Outcome::Live {
            version,
            endpoint_config: config,
        }),
        Step::Withdraw { reason, .. } => Ok(Outcome::AwaitingWithdrawal { version, reason }),
        Step::Stuck { reason } => Ok(Outcome::Stuck { version, reason }),
    }
}

/// Counts the attempt before the call is made; `None` where somebody else counted first.
async fn count(
    deps: &Deps,
    mut attempt: Deployment,
    record: Option<Found<Deployment>>,
) -> Result<Option<Found<Deployment>>> {
    let key = keys::deployment(&attempt.endpoint_config);
    // A version that was live before and is wanted again starts afresh.
    let before = record.as_ref().filter(|record| !record.value.confirmed);
    attempt.attempts += before.map_or(0, |record| record.value.attempts);
    // A failed endpoint was deleted between two attempts; what it had at the first still counts.
    let first = before.and_then(|record| record.value.from.clone());
    attempt.from = attempt.from.or(first);
    let counted = match &record {
        Some(found) => objects::replace(&deps.bucket, &key, &attempt, &found.etag).await?,
        None => objects::create(&deps.bucket, &key, &attempt).await?,
    };
    if counted {
        objects::read(&deps.bucket, &key).await
    } else {
        Ok(None)
    }
}

/// Notes that the endpoint took the call. Losing this race is no matter: who won has noted more.
async fn accept(deps: &Deps, Found { value, etag }: Found<Deployment>) -> Result<()> {
    if value.accepted {
        return Ok(());
    }
    let key = keys::deployment(&value.endpoint_config);
    let accepted = Deployment {
        accepted: true,
        ..value
    };
    objects::replace(&deps.bucket, &key, &accepted, &etag)
        .await
        .map(drop)
}
