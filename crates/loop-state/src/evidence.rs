//! Reads the evaluation that the package names. What cannot be read is an answer too: the gate
//! fails closed on it, and a person is asked.

use anyhow::Result;
use aws_sdk_sagemaker::operation::describe_model_package::DescribeModelPackageOutput;
use aws_sdk_sagemaker::types::MetricsSource;
use contracts::bias::Analysis;
use contracts::evaluation::Evaluation;
use contracts::keys;
use serde::de::DeserializeOwned;

use crate::objects::{self, Bucket};

pub struct Evidence {
    /// Empty where the package names no statistics.
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
    let evaluation = at(bucket, &uri, "an evaluation").await?;
    Ok(Evidence { uri, evaluation })
}

/// Both reports of bias that the package names, as one analysis.
pub async fn bias(
    bucket: &Bucket,
    package: &DescribeModelPackageOutput,
) -> Result<Result<Analysis, String>> {
    let metrics = package.model_metrics.as_ref();
    let bias = metrics.and_then(|metrics| metrics.bias.as_ref());
    let uri = |report: Option<&MetricsSource>| report.and_then(|report| report.s3_uri.clone());
    let before = bias.and_then(|bias| uri(bias.pre_training_report.as_ref()));
    let after = bias.and_then(|bias| uri(bias.post_training_report.as_ref()));
    let (Some(before), Some(after)) = (before, after) else {
        return Ok(Err("the package names no reports of bias".to_owned()));
    };
    let before: Result<Analysis, String> = at(bucket, &before, "an analysis of bias").await?;
    let after: Result<Analysis, String> = at(bucket, &after, "an analysis of bias").await?;
    Ok(before.and_then(|before| after.map(|after| before.with(after))))
}

/// An object that the package names; the reason where it cannot be used.
async fn at<T: DeserializeOwned>(
    bucket: &Bucket,
    uri: &str,
    what: &str,
) -> Result<Result<T, String>> {
    Ok(match keys::parse_s3_uri(uri) {
        Some((name, key)) if name == bucket.name => match objects::read_bytes(bucket, key).await? {
            Some(found) => serde_json::from_slice(&found.value)
                .map_err(|error| format!("{uri} does not read as {what}: {error}")),
            None => Err(format!("{uri} does not exist")),
        },
        _ => Err(format!("{uri} is not in our bucket")),
    })
}
