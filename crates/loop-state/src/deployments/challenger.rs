//! The version that a rollout gives a place at the endpoint, beside the desired one.

use anyhow::Result;
use aws_sdk_sagemaker::types::ModelApprovalStatus;
use contracts::deployment::{Deployment, is_of_package};
use contracts::keys;
use policy::desired::Package;
use policy::hosting::{Hosted, Kind};
use rollout::Rollout;

use crate::objects::{self, Bucket, Found};
use crate::packages;

/// `None` until the champion is live alone under the settings of now, so that whatever fails then is the challenger's fault.
pub async fn beside(
    sagemaker: &aws_sdk_sagemaker::Client,
    bucket: &Bucket,
    hosted: &Hosted,
    champion: &Package,
) -> Result<Option<Package>> {
    // A serverless endpoint has one variant.
    if hosted.hosting.kind() == Kind::Serverless {
        return Ok(None);
    }
    let rollout = objects::read::<Rollout>(bucket, keys::ROLLOUT).await?;
    let Some(version) = rollout
        .as_ref()
        .and_then(|found| found.value.beside(&champion.arn))
    else {
        return Ok(None);
    };
    let alone: Option<Found<Deployment>> =
        objects::read(bucket, &keys::deployment(&hosted.config_of(&champion.arn))).await?;
    let is_live = alone.is_some_and(|found| {
        found.value.confirmed && is_of_package(found.value.package_created, champion.created)
    });
    if !is_live {
        return Ok(None);
    }
    let package = packages::describe(sagemaker, &version.arn).await?;
    let created = package.creation_time.map_or(0, |time| time.secs());
    // Rejected, it leaves before the rollout's record says so.
    let waits = package.model_approval_status == Some(ModelApprovalStatus::PendingManualApproval);
    Ok((waits && created == version.created).then(|| Package {
        version: version.number,
        arn: version.arn.clone(),
        created,
        approved: false,
    }))
}
