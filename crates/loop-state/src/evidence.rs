//! Reads the evaluation that the package names. What cannot be read is an answer too: the gate
//! fails closed on it, and a person is asked.

use anyhow::Result;
use aws_sdk_sagemaker::operation::describe_model_package::DescribeModelPackageOutput;
use contracts::evaluation::Evaluation;
use contracts::keys;

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
