//! The files in S3 that an AutoML job itself reads, in the name of its role. They are touched, so it blocks.

use std::io::Read;

use local_containers::objects::{self, InName, S3Uri};
use local_core::Cloud;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::job::{AutoMlJob, Resolved};
use super::metrics::Objective;

/// Far more than any of them has.
const MOST_BYTES: u64 = 16 << 20;

/// What the analysis of the data found, as its job wrote it.
pub fn analysis(cloud: &Cloud, job: &AutoMlJob) -> Result<Resolved, String> {
    let mut resolved: Resolved = read(cloud, job, &format!("{}/analysis.json", job.analysis()))?;
    // AWS's default for two labels. The log of a training has the mean of both classes' alone.
    if resolved.objective == Objective::F1 {
        resolved.objective = Objective::F1Macro;
    }
    Ok(resolved)
}

/// The columns that `FeatureSpecificationS3Uri` names.
pub fn features(cloud: &Cloud, job: &AutoMlJob) -> Result<Vec<String>, String> {
    /// `FeatureDataTypes` is not read: the analysis finds the types.
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase", deny_unknown_fields)]
    struct Specification {
        feature_attribute_names: Vec<String>,
    }
    let uri = job.request.feature_specification().unwrap_or_default();
    let specification: Specification = read(cloud, job, uri)?;
    Ok(specification.feature_attribute_names)
}

fn read<T: DeserializeOwned>(cloud: &Cloud, job: &AutoMlJob, uri: &str) -> Result<T, String> {
    let principal = objects::principal(&job.request.role_arn);
    let role = InName {
        cloud,
        principal: &principal,
    };
    let object = objects::open(&role, &S3Uri::parse(uri)?)?;
    let object = object.ok_or_else(|| format!("ClientError: there is no {uri}"))?;
    let wrong = |error: &dyn std::fmt::Display| format!("ClientError: {uri}: {error}");
    let mut text = String::new();
    let mut bounded = object.take(MOST_BYTES);
    bounded.read_to_string(&mut text).map_err(|e| wrong(&e))?;
    serde_json::from_str(&text).map_err(|e| wrong(&e))
}
