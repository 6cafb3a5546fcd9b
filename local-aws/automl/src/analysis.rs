//! What the analysis of the data found, as its job wrote it.

use std::io::Read;

use local_containers::objects::{self, InName, S3Uri};
use local_core::Cloud;

use super::job::{AutoMlJob, Resolved};

/// Far more than an analysis has.
const MOST_BYTES: u64 = 16 << 20;

/// Reads it in the name of the job's role; touches files, so it blocks.
pub fn read(cloud: &Cloud, job: &AutoMlJob) -> Result<Resolved, String> {
    let principal = objects::principal(&job.request.role_arn);
    let role = InName {
        cloud,
        principal: &principal,
    };
    let uri = format!("{}/analysis.json", job.analysis());
    let object = objects::open(&role, &S3Uri::parse(&uri)?)?;
    let object = object.ok_or_else(|| format!("ClientError: there is no {uri}"))?;
    let wrong = |error: &dyn std::fmt::Display| format!("ClientError: {uri}: {error}");
    let mut text = String::new();
    let mut bounded = object.take(MOST_BYTES);
    bounded.read_to_string(&mut text).map_err(|e| wrong(&e))?;
    serde_json::from_str(&text).map_err(|e| wrong(&e))
}
