//! The model versions that wait for people, as the registry has them.

use anyhow::Result;
use aws_sdk_sagemaker::operation::describe_model_package::DescribeModelPackageOutput;
use aws_sdk_sagemaker::types::ModelApprovalStatus;
use contracts::keys;
use contracts::task::Moment;
use contracts::verdict::{METADATA_VERDICT_URI, Verdict};
use loop_state::{objects, packages};
use policy::desired;

use crate::Deps;

/// Decisions that wait at a time are few; the newest come first.
const MOST: usize = 5;

/// A version that the gate has judged and nobody has decided about.
pub struct Pending {
    pub version: i32,
    pub arn: String,
    pub verdict: Verdict,
    /// When the registry last changed it: earlier votes count no more.
    pub since: Moment,
}

pub enum Version {
    Pending(Pending),
    /// Nobody is asked about it, with the sentence that says why.
    Other(String),
}

/// The versions that wait.
pub async fn pending(deps: &Deps) -> Result<Vec<Pending>> {
    let Deps {
        sagemaker, config, ..
    } = deps;
    let group = &config.model_package_group;
    let (registry, waiting) = tokio::try_join!(
        packages::registry(sagemaker, &deps.bucket, group),
        packages::of_status(
            sagemaker,
            group,
            ModelApprovalStatus::PendingManualApproval,
            None
        ),
    )?;
    let live = live(&registry);
    let waiting = waiting.into_iter();
    let mut waiting: Vec<(i32, String)> = waiting
        .filter_map(|summary| Some((summary.model_package_version?, summary.model_package_arn?)))
        .filter(|(version, _)| *version > live)
        .collect();
    waiting.sort_by_key(|(version, _)| std::cmp::Reverse(*version));
    let mut pending = Vec::new();
    for (version, arn) in waiting.into_iter().take(MOST) {
        let package = packages::describe(sagemaker, &arn).await?;
        let verdict = verdict(deps, &package).await?;
        let since = since(&package);
        pending.extend(verdict.map(|verdict| Pending {
            version,
            arn,
            verdict,
            since,
        }));
    }
    Ok(pending)
}

pub async fn find(deps: &Deps, id: &str) -> Result<Version> {
    let group = &deps.config.model_package_group;
    let registry = packages::registry(&deps.sagemaker, &deps.bucket, group).await?;
    let mut known = registry.packages.iter();
    let Some(known) = known.find(|package| package.version.to_string() == id) else {
        return Ok(Version::Other(format!("There is no model version {id}.")));
    };
    let (version, arn) = (known.version, known.arn.clone());
    let package = packages::describe(&deps.sagemaker, &arn).await?;
    let status = package.model_approval_status.as_ref();
    let decided = status.filter(|status| **status != ModelApprovalStatus::PendingManualApproval);
    if let Some(status) = decided {
        let why = package.approval_description().unwrap_or_default();
        let status = status.as_str();
        return Ok(Version::Other(format!(
            "Model version {version} is {status}: {why}"
        )));
    }
    let live = live(&registry);
    if version < live {
        let end = format!(
            "Model version {live} is approved, so that version {version} will not go live."
        );
        return Ok(Version::Other(end));
    }
    Ok(match verdict(deps, &package).await? {
        Some(verdict) => Version::Pending(Pending {
            version,
            arn,
            verdict,
            since: since(&package),
        }),
        None => {
            let reason = format!("The gate has not judged model version {version} yet.");
            Version::Other(reason)
        }
    })
}

fn since(package: &DescribeModelPackageOutput) -> Moment {
    let changed = package.last_modified_time.or(package.creation_time);
    let changed = changed.and_then(|time| time.to_millis().ok());
    Moment(changed.unwrap_or_default())
}

/// The version that should be live: of those below it nobody is asked. 0: none.
fn live(registry: &packages::Registry) -> i32 {
    let desired = desired::version(&registry.packages, registry.pin.as_ref());
    desired.package().map_or(0, |package| package.version)
}

/// `None`: the gate has not judged the version yet.
async fn verdict(deps: &Deps, package: &DescribeModelPackageOutput) -> Result<Option<Verdict>> {
    let metadata = package.customer_metadata_properties.as_ref();
    let uri = metadata.and_then(|metadata| metadata.get(METADATA_VERDICT_URI));
    match uri.and_then(|uri| keys::parse_s3_uri(uri)) {
        Some((bucket, key)) if bucket == deps.bucket.name => {
            let found = objects::read(&deps.bucket, key).await?;
            Ok(found.map(|found| found.value))
        }
        _ => Ok(None),
    }
}
