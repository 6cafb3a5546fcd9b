//! Reads the evaluation that the package names. What cannot be read is an answer too: the gate
//! fails closed on it, and a person is asked.

use anyhow::Result;
use aws_sdk_sagemaker::operation::describe_model_package::DescribeModelPackageOutput;
use contracts::evaluation::Evaluation;
use contracts::keys;

use policy::anchor;
use policy::desired::Package;

use crate::objects::{self, Bucket};
use crate::packages::{self, Registry};

pub struct Evidence {
    pub uri: String,
    pub evaluation: Result<Evaluation, String>,
}

pub async fn read(bucket: &Bucket, package: &DescribeModelPackageOutput) -> Result<Evidence> {
    let quality = package
        .model_metrics
        .as_ref()
        .and_then(|metrics| metrics.model_quality.as_ref());
    let statistics = quality.and_then(|quality| quality.statistics.as_ref());
    let Some(uri) = statistics.and_then(|statistics| statistics.s3_uri.clone()) else {
        let evaluation = Err("the package names no model quality statistics".to_owned());
        return Ok(Evidence {
            uri: String::new(),
            evaluation,
        });
    };
    let evaluation = match keys::parse_s3_uri(&uri) {
        Some((name, key)) if name == bucket.name => match objects::read_bytes(bucket, key).await? {
            Some(found) => serde_json::from_slice(&found.value)
                .map_err(|error| format!("{uri} does not read as an evaluation: {error}")),
            None => Err(format!("{uri} does not exist")),
        },
        _ => Err(format!("{uri} is not in our bucket")),
    };
    Ok(Evidence { uri, evaluation })
}

/// The anchor of a version that is measured against `champion`, by the champion's own evaluation.
/// A champion whose evaluation does not read, such as a model that a person registered, follows
/// nothing.
pub async fn anchor<'a>(
    sagemaker: &aws_sdk_sagemaker::Client,
    bucket: &Bucket,
    registry: &'a Registry,
    champion: &'a Package,
    lineage: &str,
) -> Result<Option<&'a Package>> {
    let package = packages::describe(sagemaker, &champion.arn).await?;
    let evaluation = read(bucket, &package).await?.evaluation.ok();
    let packages = &registry.packages;
    Ok(anchor::version(
        packages,
        champion,
        evaluation.as_ref(),
        lineage,
    ))
}
