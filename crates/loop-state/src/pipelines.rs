//! The pipeline's definition, as far as it decides anything.

use anyhow::{Context, Result};
use policy::naming;

/// A run that failed is worth another attempt once this has changed.
pub async fn definition_hash(
    sagemaker: &aws_sdk_sagemaker::Client,
    pipeline: &str,
) -> Result<String> {
    let describe = sagemaker.describe_pipeline().pipeline_name(pipeline);
    let described = describe.send().await;
    let described = described.with_context(|| format!("describe the pipeline {pipeline}"))?;
    let definition = described.pipeline_definition.unwrap_or_default();
    Ok(naming::definition_hash(&definition))
}
