//! How far the execution is: its steps, and the scores of the candidates that the training has told so far.

use anyhow::Context;
use contracts::keys;
use contracts::run::{Run, RunState};

use crate::account::Account;
use crate::evidence::{self, Execution, Step, execution};
use crate::sentence::Sentence;

pub struct Seen {
    pub execution: Execution,
    /// The run is over, and not the execution alone: watch-pipeline retries one that failed for want of capacity.
    pub has_ended: bool,
    /// In the order in which they started.
    pub steps: Vec<Step>,
    /// Each candidate's balanced accuracy on the validation rows, as the training job's metrics have it.
    pub candidates: Vec<(String, f64)>,
}

pub async fn look(account: &Account, arn: &str) -> anyhow::Result<Seen> {
    let execution = execution::describe(account, arn).await?;
    let execution = execution.with_context(|| format!("{arn} is not there any more"))?;
    let steps = evidence::steps(account, arn).await?;
    let job = steps.iter().find_map(|step| step.training_job.as_deref());
    let run: Option<Run> = account.object(keys::RUN).await?;
    let is_active =
        |run: &Run| run.state == RunState::Active && run.execution_arn.as_deref() == Some(arn);
    Ok(Seen {
        has_ended: !run.as_ref().is_some_and(is_active)
            && !matches!(&*execution.status, "Executing" | "Stopping"),
        candidates: match job {
            Some(job) => candidates(account, job).await?,
            None => Vec::new(),
        },
        execution,
        steps,
    })
}

async fn candidates(account: &Account, job: &str) -> anyhow::Result<Vec<(String, f64)>> {
    let described = account.sagemaker.describe_training_job();
    let described = described.training_job_name(job).send().await;
    let described = described.map_err(|error| error.sentence("describe the training job"))?;
    let metrics = described.final_metric_data_list().iter();
    let mut candidates: Vec<(String, f64)> = metrics
        .filter_map(|metric| {
            let name = metric.metric_name()?.strip_prefix("candidate:")?;
            Some((name.to_owned(), f64::from(metric.value()?)))
        })
        .collect();
    candidates.sort_by(|a, b| b.1.total_cmp(&a.1));
    Ok(candidates)
}
