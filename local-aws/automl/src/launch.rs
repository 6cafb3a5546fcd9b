//! A step begins: its job is made and the AutoML job enters its state, in one transaction.

use local_core::Cloud;
use local_core::store::Tx;
use local_core::wire::AwsError;
use local_sagemaker::jobs::status::JobStatus;
use local_sagemaker::jobs::{self, Processing, ProcessingDetails, Training, TrainingDetails};

use super::job::{AutoMlJob, JOBS, Secondary};
use super::steps::{Step, Steps};

/// False where no instance is free, or its end is decided meanwhile. The error is the reason why the step can never begin.
pub fn begin(cloud: &Cloud, region: &str, name: &str, step: Step) -> Result<bool, String> {
    let begun: Result<bool, AwsError> = cloud.store.write(|tx| {
        let job = JOBS.get(tx, region, name);
        let Some(mut job) = job.filter(|job| job.ending.is_none()) else {
            return Ok(false);
        };
        put((cloud, tx), region, &job, step)?;
        job.enter(cloud, JobStatus::InProgress, step.secondary());
        job.put(tx, region);
        tracing::info!(
            automl_job.name = name,
            step = job.step_name(step),
            "a step of an AutoML job begins"
        );
        Ok(true)
    });
    match begun {
        Ok(begun) => Ok(begun),
        Err(refusal) if refusal.code == "ResourceLimitExceeded" => Ok(false),
        Err(refusal) => Err(format!("{}: {}", refusal.code, refusal.message)),
    }
}

fn put(
    (cloud, tx): (&Cloud, &Tx),
    region: &str,
    job: &AutoMlJob,
    step: Step,
) -> Result<(), AwsError> {
    let steps = Steps::of(cloud, region, job).ok_or_else(super::check::no_image)?;
    let request = match step {
        Step::Candidate(number) => {
            let (request, details) = (
                steps.training(number),
                TrainingDetails::of_automl_job(&job.arn),
            );
            return jobs::put_new_with::<Training>(cloud, tx, region, request, details).map(drop);
        }
        Step::Analyze => steps.analyze(),
        Step::Features => steps.features(),
        Step::Explain(candidate) => steps.explain(candidate),
    };
    let details = ProcessingDetails::of_automl_job(&job.arn);
    jobs::put_new_with::<Processing>(cloud, tx, region, request, details).map(drop)
}

impl Step {
    fn secondary(self) -> Secondary {
        match self {
            Step::Analyze => Secondary::AnalyzingData,
            Step::Features => Secondary::FeatureEngineering,
            Step::Candidate(_) => Secondary::ModelTuning,
            Step::Explain(_) => Secondary::GeneratingExplainabilityReport,
        }
    }
}
