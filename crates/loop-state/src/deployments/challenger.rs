//! The version that a rollout gives a place at the endpoint, beside the desired one.

use anyhow::Result;
use aws_sdk_sagemaker::types::ModelApprovalStatus;
use contracts::keys;
use policy::deployment::{Endpoint, Status};
use policy::desired::Package;
use policy::hosting::{Hosted, Kind, Place};
use rollout::Rollout;

use crate::objects::{self, Bucket};
use crate::packages::{self, Registry};

pub struct Challenger {
    pub package: Package,
    pub place: Place,
}

/// The challenger of a rollout that has a place at the endpoint, while it waits for a decision.
pub async fn candidate(
    sagemaker: &aws_sdk_sagemaker::Client,
    bucket: &Bucket,
    hosted: &Hosted,
    registry: &Registry,
    champion: &Package,
) -> Result<Option<Challenger>> {
    // A serverless endpoint has one variant.
    if hosted.hosting.kind() == Kind::Serverless {
        return Ok(None);
    }
    let rollout = objects::read::<Rollout>(bucket, keys::ROLLOUT).await?;
    let found = rollout.as_ref().and_then(|found| {
        let version = found.value.beside(&champion.arn)?;
        let place = found.value.strategy.place()?;
        let mut packages = registry.packages.iter();
        let is_it = |package: &&Package| version.is_package(&package.arn, package.created);
        let package = packages.find(is_it)?.clone();
        Some(Challenger { package, place })
    });
    let Some(challenger) = found else {
        return Ok(None);
    };
    // Rejected, it leaves before the rollout's record says so.
    let status = packages::describe(sagemaker, &challenger.package.arn).await?;
    let status = status.model_approval_status;
    let waits = status == Some(ModelApprovalStatus::PendingManualApproval);
    Ok(waits.then_some(challenger))
}

/// It comes to a champion that is live alone under the settings of now, so that a failed update is not the champion's, and
/// stays as long as the endpoint has the pair or is on its way to it.
pub fn has_place(endpoint: Option<Endpoint<'_>>, alone: &str, pair: &str) -> bool {
    endpoint.is_some_and(|endpoint| {
        let is_alone = endpoint.status == Status::InService && endpoint.config == alone;
        let is_pair = endpoint.config == pair || endpoint.pending_config == Some(pair);
        endpoint.status != Status::Failed && (is_alone || is_pair)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_challenger_comes_to_its_champion_alone() {
        let at = |status, config, pending_config| {
            let endpoint = Endpoint {
                status,
                config,
                pending_config,
                failure_reason: "",
                kind: Some(Kind::Instance),
                last_modified_time: "",
            };
            has_place(Some(endpoint), "alone", "pair")
        };
        assert!(!has_place(None, "alone", "pair"));
        for (status, config, pending, expected) in [
            (Status::InService, "alone", None, true),
            (Status::InService, "pair", None, true),
            (Status::Busy, "alone", Some("pair"), true),
            (Status::Busy, "pair", None, true),
            // The champion is on its way, or was taken back, or has other settings.
            (Status::Busy, "alone", None, false),
            (Status::Busy, "other", Some("alone"), false),
            (Status::InService, "other", None, false),
            (Status::Mixed, "alone", None, false),
            (Status::Failed, "pair", None, false),
        ] {
            assert_eq!(
                at(status, config, pending),
                expected,
                "{status:?} {config} {pending:?}"
            );
        }
    }
}
