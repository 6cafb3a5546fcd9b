//! A registered model version, as the registry and the gate describe it.

use anyhow::Context;
use aws_sdk_sagemaker::operation::describe_model_package::DescribeModelPackageOutput;
use aws_sdk_sagemaker::types::{MetricsSource, ModelApprovalStatus};
use contracts::keys;
use contracts::verdict::{self, Verdict};
use time::OffsetDateTime;

use crate::account::Account;
use crate::sentence::{Sentence, is_missing};

#[derive(Debug, Clone)]
pub struct Model {
    pub version: i32,
    pub arn: String,
    pub created: Option<OffsetDateTime>,
    pub approval: String,
    /// What stands beside the approval: the gate's summary, or a person's reason.
    pub approval_description: Option<String>,
    /// What the gate said, as the registry has it.
    pub decision: Option<String>,
    /// Why a version that was approved is so no more.
    pub withdrawn: Option<String>,
    pub model_data_url: Option<String>,
    /// The evaluation that the version was registered with.
    pub registered_evaluation: Option<String>,
    /// The reports of bias that the version was registered with.
    pub bias_of_data: Option<String>,
    pub bias_of_answers: Option<String>,
    pub verdict_uri: Option<String>,
    pub verdict: Option<Verdict>,
}

/// The version at the end of a model package's ARN.
pub fn version_of(model_package_arn: &str) -> &str {
    model_package_arn.rsplit('/').next().unwrap_or_default()
}

impl Model {
    /// The evaluation that was judged, or the one that it was registered with.
    pub fn evaluation_uri(&self) -> Option<&str> {
        let judged = self
            .verdict
            .as_ref()
            .map(|verdict| verdict.evidence_uri.as_str());
        judged
            .filter(|uri| !uri.is_empty())
            .or(self.registered_evaluation.as_deref())
    }

    /// The execution that registered it.
    pub fn execution_id(&self) -> Option<&str> {
        let (_, key) = keys::parse_s3_uri(self.registered_evaluation.as_deref()?)?;
        keys::execution_id(key)
    }
}

/// A version of the stack's group, which must be there.
pub async fn model(account: &Account, version: i32) -> anyhow::Result<Model> {
    let found = model_at(account, &account.model_package_arn(version)).await?;
    found.with_context(|| {
        let status = account.command("reviewloop status");
        format!("there is no model version {version}; {status} names the newest")
    })
}

/// `None` where the registry holds no such version.
pub async fn model_at(account: &Account, arn: &str) -> anyhow::Result<Option<Model>> {
    let described = account
        .sagemaker
        .describe_model_package()
        .model_package_name(arn)
        .send()
        .await;
    let described = match described {
        Ok(described) => described,
        Err(error) if is_missing(&error) => return Ok(None),
        Err(error) => return Err(error.sentence("describe the model version")),
    };
    let mut model = of_description(arn, &described);
    if let Some(uri) = &model.verdict_uri {
        model.verdict = account.find_at(uri).await?;
    }
    Ok(Some(model))
}

/// The verdict itself lies in S3 and is not read here.
pub fn of_description(arn: &str, described: &DescribeModelPackageOutput) -> Model {
    let metadata = |key: &str| described.customer_metadata_properties()?.get(key).cloned();
    let quality = described
        .model_metrics()
        .and_then(|metrics| metrics.model_quality()?.statistics());
    let bias = described.model_metrics().and_then(|metrics| metrics.bias());
    let address = |report: Option<&MetricsSource>| report?.s3_uri().map(str::to_owned);
    // Approved again, it still carries the mark until it is deployed.
    let is_rejected = described.model_approval_status() == Some(&ModelApprovalStatus::Rejected);
    let container = described
        .inference_specification()
        .and_then(|specification| specification.containers().first());
    Model {
        version: described.model_package_version().unwrap_or_default(),
        arn: arn.to_owned(),
        created: described
            .creation_time()
            .and_then(|at| OffsetDateTime::from_unix_timestamp(at.secs()).ok()),
        approval: described
            .model_approval_status()
            .map_or("unknown", |status| status.as_str())
            .to_owned(),
        approval_description: described.approval_description().map(str::to_owned),
        decision: metadata(verdict::METADATA_DECISION),
        withdrawn: metadata(verdict::METADATA_WITHDRAWN).filter(|_| is_rejected),
        model_data_url: container
            .and_then(|container| container.model_data_url())
            .map(str::to_owned),
        registered_evaluation: quality
            .and_then(|statistics| statistics.s3_uri())
            .map(str::to_owned),
        bias_of_data: address(bias.and_then(|bias| bias.pre_training_report())),
        bias_of_answers: address(bias.and_then(|bias| bias.post_training_report())),
        verdict_uri: metadata(verdict::METADATA_VERDICT_URI),
        verdict: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_that_is_approved_again_is_withdrawn_no_longer() {
        let withdrawn = |status| {
            let described = DescribeModelPackageOutput::builder()
                .model_approval_status(status)
                .customer_metadata_properties(verdict::METADATA_WITHDRAWN, "rolled back");
            of_description("arn/3", &described.build()).withdrawn
        };
        let rejected = withdrawn(ModelApprovalStatus::Rejected);
        assert_eq!(rejected.as_deref(), Some("rolled back"));
        assert_eq!(withdrawn(ModelApprovalStatus::Approved), None);
    }
}
