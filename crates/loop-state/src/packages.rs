//! The registry: which model versions there are, and which should be live.

use anyhow::{Context, Result};
use aws_sdk_sagemaker::operation::describe_model_package::DescribeModelPackageOutput;
use aws_sdk_sagemaker::primitives::DateTime;
use aws_sdk_sagemaker::types::{ModelApprovalStatus, ModelPackageSummary};
use contracts::deployment::Pin;
use contracts::keys;
use contracts::verdict::{Decision, METADATA_DECISION, METADATA_VERDICT_URI};
use policy::desired::Package;

use crate::objects::{self, Bucket};

/// The group's versions and the pin, which [`policy::desired::version`] decides by.
#[derive(Debug, Clone)]
pub struct Registry {
    pub packages: Vec<Package>,
    pub pin: Option<Pin>,
}

/// The most that a page of a list may have; SageMaker's default is ten.
pub const PAGE: i32 = 100;

pub async fn registry(
    sagemaker: &aws_sdk_sagemaker::Client,
    bucket: &Bucket,
    group: &str,
) -> Result<Registry> {
    let pin = objects::read(bucket, keys::PIN)
        .await?
        .map(|found| found.value);
    Ok(Registry {
        packages: list(sagemaker, group).await?,
        pin,
    })
}

/// All versions of the group.
pub async fn list(sagemaker: &aws_sdk_sagemaker::Client, group: &str) -> Result<Vec<Package>> {
    let mut pages = sagemaker
        .list_model_packages()
        .model_package_group_name(group)
        .max_results(PAGE)
        .into_paginator()
        .send();
    let mut packages = Vec::new();
    while let Some(page) = pages.next().await {
        let page = page.with_context(|| format!("list the model packages of {group}"))?;
        packages.extend(
            page.model_package_summary_list
                .unwrap_or_default()
                .into_iter()
                .filter_map(|summary| {
                    Some(Package {
                        version: summary.model_package_version?,
                        arn: summary.model_package_arn?,
                        created: summary.creation_time.map_or(0, |time| time.secs()),
                        approved: summary.model_approval_status
                            == Some(ModelApprovalStatus::Approved),
                    })
                }),
        );
    }
    Ok(packages)
}

/// The versions with this decision that were registered after this time.
pub async fn of_status(
    sagemaker: &aws_sdk_sagemaker::Client,
    group: &str,
    status: ModelApprovalStatus,
    after: Option<DateTime>,
) -> Result<Vec<ModelPackageSummary>> {
    let list = sagemaker
        .list_model_packages()
        .model_package_group_name(group)
        .model_approval_status(status.clone())
        .set_creation_time_after(after)
        .max_results(PAGE);
    let mut pages = list.into_paginator().send();
    let mut listed = Vec::new();
    while let Some(page) = pages.next().await {
        let page = page.with_context(|| format!("list the {status} packages of {group}"))?;
        listed.extend(page.model_package_summary_list.unwrap_or_default());
    }
    Ok(listed)
}

/// The verdict that the gate has written to the package. A verdict in S3 alone is one whose writer failed
/// before that. A word that nobody here knows is no approval.
pub async fn decision(
    sagemaker: &aws_sdk_sagemaker::Client,
    model_package_arn: &str,
) -> Result<Option<Decision>> {
    let package = describe(sagemaker, model_package_arn).await?;
    let metadata = package.customer_metadata_properties.unwrap_or_default();
    let is_judged = metadata.contains_key(METADATA_VERDICT_URI);
    let word = metadata.get(METADATA_DECISION).map(String::as_str);
    let decision = word.and_then(Decision::parse);
    Ok(is_judged.then(|| decision.unwrap_or(Decision::Rejected)))
}

/// When the package was last changed: a decision, or metadata.
pub fn modified(package: &DescribeModelPackageOutput) -> String {
    let modified = package.last_modified_time.or(package.creation_time);
    modified.map(|time| time.to_string()).unwrap_or_default()
}

/// Where a version's `model.tar.gz` lies.
pub async fn model_data_url(
    sagemaker: &aws_sdk_sagemaker::Client,
    model_package_arn: &str,
) -> Result<String> {
    let package = describe(sagemaker, model_package_arn).await?;
    let url = model_data(&package).map(str::to_owned);
    url.with_context(|| format!("{model_package_arn} has no model data"))
}

/// The same of a version that is described already.
pub fn model_data(package: &DescribeModelPackageOutput) -> Option<&str> {
    let specification = package.inference_specification()?;
    specification.containers().first()?.model_data_url()
}

pub async fn describe(
    sagemaker: &aws_sdk_sagemaker::Client,
    model_package_arn: &str,
) -> Result<DescribeModelPackageOutput> {
    let describe = sagemaker.describe_model_package();
    let describe = describe.model_package_name(model_package_arn).send().await;
    describe.with_context(|| format!("describe {model_package_arn}"))
}
