//! The gate: judges a registered model package by its evaluation.
//!
//! Only a package that is still pending is judged; a person's decision stands. The whole verdict
//! is an object in S3, the package carries its summary and address. A rejection is written to
//! the package; an approval only in automatic mode, and where no rollout compares the model with a
//! champion first. Inconclusive waits for the rollout or a person.

mod config;
mod deps;
mod outcome;
mod record;

use anyhow::Result;
use aws_lambda_events::eventbridge::EventBridgeEvent;
use aws_sdk_sagemaker::operation::describe_model_package::DescribeModelPackageOutput;
use aws_sdk_sagemaker::types::ModelApprovalStatus;
use contracts::event::ModelPackage;
use contracts::verdict::{Check, Verdict};
use lambda_main::metrics::{self, Metric};
use loop_state::incumbents::{self, Incumbents};
use loop_state::{evidence, packages};
use policy::gate;
use tracing::info;

pub use config::Config;
pub use deps::Deps;
pub use outcome::Outcome;

pub async fn handle(deps: &Deps, event: EventBridgeEvent<ModelPackage>) -> Result<Outcome> {
    let group = &deps.config.model_package_group;
    let arn = event.detail.model_package_arn;
    if !arn.contains(&format!(":model-package/{group}/")) {
        return Ok(Outcome::NotOurs);
    }
    let package = packages::describe(&deps.sagemaker, &arn).await?;
    let status = package.model_approval_status.clone();
    if status != Some(ModelApprovalStatus::PendingManualApproval) {
        let status = status
            .map(|status| status.as_str().to_owned())
            .unwrap_or_default();
        return Ok(Outcome::AlreadyDecided { status });
    }

    let evidence = evidence::read(&deps.bucket, &package).await?;
    let registry = packages::registry(&deps.sagemaker, &deps.bucket, group).await?;
    let lineage = evidence.evaluation.as_ref().ok();
    let lineage = lineage.map(|evaluation| evaluation.lineage.as_str());
    let Deps {
        sagemaker, bucket, ..
    } = deps;
    let Incumbents { champion, anchor } =
        incumbents::read(sagemaker, bucket, &registry, lineage).await?;
    let incumbents = gate::Incumbents {
        champion: champion.certain(),
        anchor: anchor.certain(),
    };
    let mut checks = gate::judge(
        &deps.config.gate,
        evidence.evaluation.as_ref().map_err(Clone::clone),
        incumbents,
    );
    checks.extend(bias(deps, &package).await?);

    let decision = gate::decision(&checks);
    let champion_model_package_arn = champion.arn().map(str::to_owned);
    let anchor_model_package_arn = anchor.arn().map(str::to_owned);
    let evidence_uri = evidence.uri;
    let model_package_arn = arn.clone();
    let verdict = Verdict {
        model_package_arn,
        decision,
        checks,
        evidence_uri,
        champion_model_package_arn,
        anchor_model_package_arn,
    };
    let version = package.model_package_version.unwrap_or_default();
    let verdict_uri = record::verdict(deps, version, &verdict).await?;
    if record::package(deps, &package, &verdict, &verdict_uri).await? {
        let decision = format!("{decision:?}");
        let decision = &decision;
        metrics::count(Metric::Verdicts { decision }, 1);
    }
    info!(
        model_package.arn = arn,
        ?decision,
        verdict.uri = verdict_uri,
        "judged the model"
    );
    Ok(Outcome::Judged {
        decision,
        verdict_uri,
    })
}

/// What the stack's limits say of the package's reports of bias.
async fn bias(deps: &Deps, package: &DescribeModelPackageOutput) -> Result<Vec<Check>> {
    let limits = &deps.config.bias_limits;
    if limits.is_empty() {
        return Ok(Vec::new());
    }
    let analysis = evidence::bias(&deps.bucket, package).await?;
    Ok(gate::bias(limits, analysis.as_ref().map_err(Clone::clone)))
}
