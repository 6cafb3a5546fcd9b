//! The values of the objective metric, as the logs of training jobs grow.

use std::collections::HashMap;
use std::sync::Arc;

use local_containers::blocking;
use local_core::Cloud;
use local_sagemaker::jobs::training_request::MetricDefinition;
use local_sagemaker::jobs::{self, Job, Training};

/// What was read, by training job: the length of its log, and its values.
#[derive(Default)]
pub struct Curves(HashMap<String, (u64, Vec<f64>)>);

impl Curves {
    /// The log of a job that runs is read again only where it has grown.
    pub async fn read(
        &mut self,
        cloud: &Arc<Cloud>,
        region: &str,
        job: &Job<Training>,
        metric: &MetricDefinition,
    ) -> Vec<f64> {
        let name = job.request.training_job_name.clone();
        let log = jobs::training_log(cloud, region, &name);
        let length = std::fs::metadata(log).map_or(0, |log| log.len());
        let is_final = job.state.status.is_final();
        match self.0.get(&name) {
            Some((known, curve)) if *known == length && !is_final => return curve.clone(),
            _ => {}
        }
        let (cloud, region) = (cloud.clone(), region.to_owned());
        let (job, metric) = (job.clone(), metric.clone());
        let read = move || Ok(jobs::metric_series(&cloud, &region, &job, &metric));
        let curve = blocking::run(read).await.unwrap_or_default();
        self.0.insert(name, (length, curve.clone()));
        curve
    }
}
