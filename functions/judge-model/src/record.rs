//! Writes the verdict: whole to S3, in short to the package.

use anyhow::{Context, Result};
use aws_sdk_sagemaker::operation::describe_model_package::DescribeModelPackageOutput;
use aws_sdk_sagemaker::types::ModelApprovalStatus;
use contracts::keys;
use contracts::verdict::{self, Decision, Verdict};
use loop_state::{objects, packages};
use policy::gate::{self, ApprovalMode};
use policy::naming;

use crate::Deps;

/// Named by its content, so that judging twice writes once. Returns its address.
pub async fn verdict(deps: &Deps, version: i32, verdict: &Verdict) -> Result<String> {
    let bytes = serde_json::to_vec_pretty(verdict)?;
    let key = keys::verdict(
        version,
        &naming::verdict(verdict.evidence_uri.as_bytes(), &bytes),
    );
    objects::create_bytes(&deps.bucket, &key, bytes).await?;
    Ok(keys::s3_uri(&deps.bucket.name, &key))
}

/// Updates the package, unless it says all this already (every update is an event) or a person
/// has decided while the gate was judging: then it is looked at once more, right before the call. Answers
/// whether it was updated.
pub async fn package(
    deps: &Deps,
    package: &DescribeModelPackageOutput,
    verdict: &Verdict,
    verdict_uri: &str,
) -> Result<bool> {
    let known = package.customer_metadata_properties.as_ref();
    let known = known.and_then(|properties| properties.get(verdict::METADATA_VERDICT_URI));
    let status = match verdict.decision {
        Decision::Approved if approves(deps, verdict) => Some(ModelApprovalStatus::Approved),
        Decision::Rejected => Some(ModelApprovalStatus::Rejected),
        // A recommendation, the admission to a rollout, or a question: the package stays pending.
        Decision::Approved | Decision::Inconclusive => None,
    };
    if status.is_none() && known.map(String::as_str) == Some(verdict_uri) {
        return Ok(false);
    }
    if !still_pending(deps, &verdict.model_package_arn).await? {
        return Ok(false);
    }
    deps.sagemaker
        .update_model_package()
        .model_package_arn(&verdict.model_package_arn)
        .set_model_approval_status(status)
        .approval_description(gate::summary(&verdict.checks, verdict_uri))
        .customer_metadata_properties(verdict::METADATA_DECISION, verdict.decision.word())
        .customer_metadata_properties(verdict::METADATA_VERDICT_URI, verdict_uri)
        .send()
        .await
        .map(|_| true)
        .with_context(|| format!("update {}", verdict.model_package_arn))
}

/// There is nothing that the first model could be compared with.
fn approves(deps: &Deps, verdict: &Verdict) -> bool {
    let has_rollout = deps.config.has_rollout && verdict.champion_model_package_arn.is_some();
    deps.config.approval_mode == ApprovalMode::Automatic && !has_rollout
}

async fn still_pending(deps: &Deps, arn: &str) -> Result<bool> {
    let package = packages::describe(&deps.sagemaker, arn).await?;
    Ok(package.model_approval_status == Some(ModelApprovalStatus::PendingManualApproval))
}
