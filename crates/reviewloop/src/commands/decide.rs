use anyhow::bail;
use aws_sdk_sagemaker::types::ModelApprovalStatus;
use serde_json::json;

use crate::account::Account;
use crate::arguments::Decide;
use crate::output::Output;
use crate::sentence::Sentence;

/// SageMaker's bound on `ApprovalDescription`.
const LONGEST_REASON: usize = 1_024;

pub async fn approve(account: &Account, decide: &Decide, output: &Output) -> anyhow::Result<()> {
    set(account, decide, ModelApprovalStatus::Approved, output).await
}

pub async fn reject(account: &Account, decide: &Decide, output: &Output) -> anyhow::Result<()> {
    set(account, decide, ModelApprovalStatus::Rejected, output).await
}

async fn set(
    account: &Account,
    decide: &Decide,
    status: ModelApprovalStatus,
    output: &Output,
) -> anyhow::Result<()> {
    if decide.reason.trim().is_empty() {
        bail!("--reason is empty; say why, it stands beside the decision");
    }
    let length = decide.reason.chars().count();
    if length > LONGEST_REASON {
        bail!("--reason has {length} characters, SageMaker keeps {LONGEST_REASON}");
    }
    let arn = account.model_package_arn(decide.model_version);
    let call = account
        .sagemaker
        .update_model_package()
        .model_package_arn(&arn);
    let call = call
        .model_approval_status(status.clone())
        .approval_description(&decide.reason);
    call.send().await.map_err(|error| {
        error.sentence(&format!("update model version {}", decide.model_version))
    })?;
    let result =
        json!({ "ok": true, "model_package_arn": arn, "approval_status": status.as_str() });
    output.result(&result, || {
        format!("version {} is {}\n", decide.model_version, status.as_str())
    })
}
