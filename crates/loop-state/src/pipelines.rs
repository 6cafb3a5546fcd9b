//! The pipeline's definition, as far as it decides anything.

use anyhow::{Context, Result};
use policy::naming;

pub struct Pipeline {
    /// A run that failed is worth another attempt once this has changed.
    pub definition_hash: String,
    /// In seconds. A pipeline that was deleted and made again is another one.
    pub created: i64,
}

pub async fn describe(sagemaker: &aws_sdk_sagemaker::Client, pipeline: &str) -> Result<Pipeline> {
    let describe = sagemaker.describe_pipeline().pipeline_name(pipeline);
    let described = describe.send().await;
    let described = described.with_context(|| format!("describe the pipeline {pipeline}"))?;
    let definition = described.pipeline_definition.unwrap_or_default();
    let created = described.creation_time.map_or(0, |time| time.secs());
    Ok(Pipeline {
        definition_hash: naming::definition_hash(&definition, created),
        created,
    })
}
