use anyhow::{bail, ensure};
use aws_sdk_sagemaker::types::ModelApprovalStatus;
use contracts::verdict::APPROVAL_DESCRIPTION_LIMIT;
use serde_json::json;

use crate::account::Account;
use crate::arguments::Decide;
use crate::output::Output;
use crate::sentence::{Sentence, is_missing};

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
    check_reason(&decide.reason)?;
    let version = decide.model_version;
    update(account, version, status.clone(), &decide.reason).await?;
    let arn = account.model_package_arn(version);
    let result =
        json!({ "ok": true, "model_package_arn": arn, "approval_status": status.as_str() });
    output.result(&result, || {
        format!("version {version} is {}\n", status.as_str())
    })
}

pub fn check_reason(reason: &str) -> anyhow::Result<()> {
    ensure!(
        !reason.trim().is_empty(),
        "--reason is empty; say why, it stands beside the decision"
    );
    let length = reason.chars().count();
    if length > APPROVAL_DESCRIPTION_LIMIT {
        bail!("--reason has {length} characters, SageMaker keeps {APPROVAL_DESCRIPTION_LIMIT}");
    }
    Ok(())
}

/// Changes the version's approval; a description that is too long is cut.
pub async fn update(
    account: &Account,
    version: i32,
    status: ModelApprovalStatus,
    description: &str,
) -> anyhow::Result<()> {
    let description = description.chars().take(APPROVAL_DESCRIPTION_LIMIT);
    let description: String = description.collect();
    let call = account.sagemaker.update_model_package();
    let call = call.model_package_arn(account.model_package_arn(version));
    let call = call.model_approval_status(status);
    let updated = call.approval_description(description).send().await;
    let updated =
        updated.map_err(|error| error.sentence(&format!("update model version {version}")));
    updated.map(drop)
}

/// The version's approval status in the registry.
pub async fn approval(account: &Account, version: i32) -> anyhow::Result<String> {
    let describe = account.sagemaker.describe_model_package();
    let describe = describe.model_package_name(account.model_package_arn(version));
    match describe.send().await {
        Ok(found) => Ok(found
            .model_approval_status()
            .map_or("unknown", |status| status.as_str())
            .to_owned()),
        Err(error) if is_missing(&error) => bail!("there is no model version {version}"),
        Err(error) => Err(error.sentence(&format!("describe model version {version}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_there_and_no_longer_than_the_registry_keeps() {
        assert!(check_reason(" ").is_err());
        check_reason(&"é".repeat(1024)).expect("it fits");
        let error = check_reason(&"é".repeat(1025)).expect_err("one letter too many");
        assert!(
            error.to_string().ends_with("SageMaker keeps 1024"),
            "{error}"
        );
    }
}
