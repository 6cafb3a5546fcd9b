//! Where the endpoint stands and where it should: what deploy-model, watch-endpoint and
//! reconcile decide by, looked at in one order.

mod challenger;

use std::time::Duration;

use anyhow::Result;
use aws_sdk_sagemaker::operation::describe_model_package::DescribeModelPackageOutput;
use aws_sdk_sagemaker::types::ModelApprovalStatus;
use contracts::deployment::{Deployment, LiveVersion, is_of_package};
use contracts::keys;
use policy::deployment::{self, Endpoint, Situation, Status, Step};
use policy::desired::{self, Package};
use policy::hosting::Hosted;
use time::OffsetDateTime;

use crate::endpoint::{self, Described};
use crate::objects::{self, Bucket, Found};
use crate::packages;

pub use challenger::Challenger;

pub struct Look {
    /// `None` where there is no endpoint.
    pub endpoint: Option<Described>,
    pub desired: Desired,
}

pub enum Desired {
    /// Nothing is approved.
    Nothing,
    PinNotApproved {
        version: i32,
    },
    Version(Box<Plan>),
}

/// The desired version and the next step towards it.
pub struct Plan {
    pub package: Package,
    /// The version of a rollout that has a place beside it.
    pub challenger: Option<Challenger>,
    /// The endpoint config that they are served with under the hosting settings of now.
    pub config: String,
    /// What was asked of the endpoint for this config.
    pub record: Option<Found<Deployment>>,
    pub step: Step,
}

impl Plan {
    /// The version whose fault it is where the endpoint cannot be updated: a challenger comes to a champion that is live.
    pub fn introduced(&self) -> &Package {
        introduced(&self.package, self.challenger.as_ref())
    }

    /// Whether the introduced version still has the decision that it was listed with.
    pub fn stands(&self, package: &DescribeModelPackageOutput) -> bool {
        stands(package, self.challenger.as_ref())
    }

    /// The record before anything is asked for.
    pub fn unasked(&self) -> Deployment {
        fresh(&self.package, self.challenger.as_ref(), &self.config)
    }
}

impl Look {
    pub fn live(&self) -> Option<Endpoint<'_>> {
        self.endpoint.as_ref().map(Described::view)
    }
}

/// Reads what the decision depends on, and makes it.
pub async fn look(
    sagemaker: &aws_sdk_sagemaker::Client,
    bucket: &Bucket,
    hosted: &Hosted,
    now: OffsetDateTime,
) -> Result<Look> {
    let registry = packages::registry(sagemaker, bucket, &hosted.model_package_group).await?;
    let name = &hosted.endpoint_name;
    let package = match desired::version(&registry.packages, registry.pin.as_ref()) {
        desired::Desired::Package(package) => package.clone(),
        other => {
            let endpoint = endpoint::describe(sagemaker, name).await?;
            let desired = match other {
                desired::Desired::PinNotApproved { version } => Desired::PinNotApproved { version },
                _ => Desired::Nothing,
            };
            return Ok(Look { endpoint, desired });
        }
    };
    // The records before the endpoint: written in between by another invocation, one would make an update that has just begun
    // look like a rollback.
    let alone = hosted.config_of(&package.arn);
    let record_alone = read(bucket, &alone).await?;
    let candidate = challenger::candidate(sagemaker, bucket, hosted, &registry, &package).await?;
    let pair = candidate.map(|challenger| {
        let config = hosted.config_of_pair(&package.arn, &challenger.package.arn, challenger.place);
        (challenger, config)
    });
    let record_of_pair = match &pair {
        Some((_, config)) => read(bucket, config).await?,
        None => None,
    };
    let endpoint = endpoint::describe(sagemaker, name).await?;
    let view = endpoint.as_ref().map(Described::view);
    let pair = pair.filter(|(_, config)| challenger::has_place(view, &alone, config));
    let (challenger, config, mut record) = match pair {
        Some((challenger, config)) => (Some(challenger), config, record_of_pair),
        None => (None, alone, record_alone),
    };
    let introduced = introduced(&package, challenger.as_ref());
    if let Some(found) = &mut record
        && !is_of_package(found.value.package_created, introduced.created)
    {
        // Asked for a package of an earlier group, on the kept bucket: nothing was asked for this one.
        found.value = fresh(&package, challenger.as_ref(), &config);
    }
    let was_live = was_live(bucket, introduced, record.as_ref()).await?;
    let decide = |record: Option<&Found<Deployment>>| {
        deployment::next(&Situation {
            desired_config: &config,
            desired_kind: hosted.hosting.kind(),
            endpoint: endpoint.as_ref().map(Described::view),
            record: record.map(|found| &found.value),
            was_live,
            since_call: record.map_or(Duration::ZERO, |found| since_call(&found.value, now)),
            maximum_attempts: hosted.maximum_attempts,
        })
    };
    let mut step = decide(record.as_ref());
    let is_in_question = record
        .as_ref()
        .is_some_and(|found| follows_from_an_approval(&step, &found.value));
    if let Some(found) = record.as_mut().filter(|_| is_in_question) {
        let described = packages::describe(sagemaker, &introduced.arn).await?;
        let modified = Some(packages::modified(&described));
        if !stands(&described, challenger.as_ref()) {
            // Decided about since it was listed, perhaps withdrawn: that decision's event wakes deploy-model again.
            step = Step::Wait { accepted: false };
        } else if found.value.package_modified != modified {
            // A person has approved it again since: what was asked before no longer counts.
            found.value = Deployment {
                package_modified: modified,
                ..fresh(&package, challenger.as_ref(), &config)
            };
            step = decide(record.as_ref());
        }
    }
    let plan = Plan {
        package,
        challenger,
        config,
        record,
        step,
    };
    Ok(Look {
        endpoint,
        desired: Desired::Version(Box::new(plan)),
    })
}

fn introduced<'p>(package: &'p Package, challenger: Option<&'p Challenger>) -> &'p Package {
    challenger.map_or(package, |challenger| &challenger.package)
}

/// Whether the step would be another one if the version was approved again after the record's calls. A call under way is judged
/// by its own record, and the count of the next one starts a confirmed record afresh.
fn follows_from_an_approval(step: &Step, record: &Deployment) -> bool {
    match step {
        Step::Wait { .. } | Step::Confirmed => false,
        Step::Stuck { .. } | Step::Paused { .. } | Step::Withdraw { .. } => true,
        Step::Create | Step::Update | Step::Delete => !record.confirmed,
    }
}

/// A challenger waits for its decision.
fn stands(package: &DescribeModelPackageOutput, challenger: Option<&Challenger>) -> bool {
    let listed = match challenger {
        Some(_) => ModelApprovalStatus::PendingManualApproval,
        None => ModelApprovalStatus::Approved,
    };
    package.model_approval_status == Some(listed)
}

/// The record of a config that nothing was asked for.
fn fresh(package: &Package, challenger: Option<&Challenger>, config: &str) -> Deployment {
    let introduced = introduced(package, challenger);
    Deployment {
        endpoint_config: config.to_owned(),
        model_package_arn: introduced.arn.clone(),
        champion_arn: challenger.map(|_| package.arn.clone()),
        package_created: introduced.created,
        ..Deployment::default()
    }
}

pub async fn read(bucket: &Bucket, config: &str) -> Result<Option<Found<Deployment>>> {
    objects::read(bucket, &keys::deployment(config)).await
}

/// Records the live config even if it is no longer desired; otherwise a completed deployment would
/// later look like a rollback.
pub async fn confirm(bucket: &Bucket, live: Option<Endpoint<'_>>) -> Result<()> {
    let Some(live) = live.filter(|live| live.status == Status::InService) else {
        return Ok(());
    };
    let Some(Found { value, etag }) = read(bucket, live.config).await? else {
        return Ok(());
    };
    note_live(bucket, &value).await?;
    if value.confirmed {
        return Ok(());
    }
    let confirmed = Deployment {
        accepted: true,
        confirmed: true,
        refused: None,
        stuck: None,
        ..value
    };
    let key = keys::deployment(live.config);
    objects::replace(bucket, &key, &confirmed, &etag)
        .await
        .map(drop)
}

/// Notes that the record's version was live once.
pub async fn note_live(bucket: &Bucket, record: &Deployment) -> Result<()> {
    // A challenger answers a share at most: the champion is the live one, and is noted already.
    if record.champion_arn.is_some() {
        return Ok(());
    }
    let key = keys::live_version(&record.model_package_arn);
    let live = LiveVersion {
        model_package_arn: record.model_package_arn.clone(),
        package_created: record.package_created,
        endpoint_config: record.endpoint_config.clone(),
    };
    match objects::read::<LiveVersion>(bucket, &key).await? {
        Some(known) if is_of_package(known.value.package_created, record.package_created) => Ok(()),
        Some(known) => objects::replace(bucket, &key, &live, &known.etag)
            .await
            .map(drop),
        None => objects::create(bucket, &key, &live).await.map(drop),
    }
}

async fn was_live(
    bucket: &Bucket,
    package: &Package,
    record: Option<&Found<Deployment>>,
) -> Result<bool> {
    if record.is_some_and(|found| found.value.confirmed) {
        return Ok(true);
    }
    let live = objects::read::<LiveVersion>(bucket, &keys::live_version(&package.arn)).await?;
    Ok(live.is_some_and(|known| is_of_package(known.value.package_created, package.created)))
}

/// A record from before the time was noted is old.
fn since_call(record: &Deployment, now: OffsetDateTime) -> Duration {
    record.asked_at.map_or(Duration::MAX, |time| {
        (now - time).try_into().unwrap_or(Duration::ZERO)
    })
}
