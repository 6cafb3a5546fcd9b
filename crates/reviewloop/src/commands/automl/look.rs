//! How far the execution is: its steps, and the scores of the candidates that the training has told so far.

use anyhow::Context;

use crate::account::Account;
use crate::evidence::{self, Execution, Step, execution};
use crate::sentence::Sentence;

pub struct Seen {
    pub execution: Execution,
    /// In the order in which they started.
    pub steps: Vec<Step>,
    /// Each candidate's balanced accuracy on the validation rows, as the training job's metrics have it.
    pub candidates: Vec<(String, f64)>,
}

impl Seen {
    pub fn has_ended(&self) -> bool {
        !matches!(&*self.execution.status, "Executing" | "Stopping")
    }
}

pub async fn look(account: &Account, arn: &str) -> anyhow::Result<Seen> {
    let execution = execution::describe(account, arn).await?;
    let execution = execution.with_context(|| format!("{arn} is not there any more"))?;
    let steps = evidence::steps(account, arn).await?;
    let job = steps.iter().find_map(|step| step.training_job.as_deref());
    Ok(Seen {
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
