//! What is known of one pipeline execution: its steps, its dataset version, its evaluation, the model version that
//! it registered and the gate's verdict. Everything is read back from S3 and SageMaker, so the demo, `report`,
//! `model` and `status` show the same, in an account as well.

mod approved;
mod bias;
mod dataset;
mod endpoint;
pub mod execution;
mod instances;
mod model;
mod rollout;
#[cfg(test)]
mod tests;
mod traced;

use anyhow::{Context, bail};
use contracts::bias::Analysis;
use contracts::dataset::PreparedProfile;
use contracts::evaluation::Evaluation;
use contracts::keys;

use crate::account::Account;

pub use approved::approved;
pub use bias::bias;
pub use dataset::Dataset;
pub use endpoint::{Endpoint, Served, endpoint, served};
pub use execution::{Execution, Step, find, newest, of_id, steps};
pub use instances::{Instances, Scaling, instances};
pub use model::{Model, model, model_at, version_of};
pub use rollout::rollout;
pub use traced::{Traced, traced};

pub struct Evidence {
    pub execution: Execution,
    /// In the order in which they started.
    pub steps: Vec<Step>,
    /// `None` where the bucket no longer holds the dataset version.
    pub dataset: Option<Dataset>,
    pub prepared: PreparedProfile,
    pub evaluation: Evaluation,
    pub evaluation_uri: String,
    /// `None` where nothing of it was measured.
    pub bias: Option<Analysis>,
    /// `None` where its model was not compared with a champion on labelled rows.
    pub rollout: Option<::rollout::Rollout>,
    /// `None` where the execution registered no model version.
    pub model: Option<Model>,
    /// At the time of reading.
    pub endpoint: Option<Served>,
}

/// Everything about the execution of an ARN.
pub async fn read(account: &Account, execution_arn: &str) -> anyhow::Result<Evidence> {
    let execution = execution::describe(account, execution_arn).await?;
    let execution = execution.with_context(|| format!("{execution_arn} is not there any more"))?;
    of(account, &execution).await
}

/// Everything about one execution, or one sentence about why it cannot be reported on.
pub async fn of(account: &Account, execution: &Execution) -> anyhow::Result<Evidence> {
    let steps = steps(account, &execution.arn).await?;
    match evaluated(account, execution, &steps).await? {
        Some(evidence) => Ok(evidence),
        None => bail!(execution::without_evaluation(account, execution, &steps).await),
    }
}

/// `None` where the bucket holds no evaluation of it.
async fn evaluated(
    account: &Account,
    execution: &Execution,
    steps: &[Step],
) -> anyhow::Result<Option<Evidence>> {
    let model = match steps
        .iter()
        .find_map(|step| step.model_package_arn.as_deref())
    {
        Some(arn) => model_at(account, arn).await?,
        None => None,
    };
    let judged = model.as_ref().and_then(Model::evaluation_uri);
    let evaluation_uri = judged.map_or_else(
        || keys::s3_uri(&account.bucket, &keys::evaluation(execution.id())),
        str::to_owned,
    );
    let Some(evaluation) = account.find_at::<Evaluation>(&evaluation_uri).await? else {
        return Ok(None);
    };
    let prepared = keys::prepared_profile(execution::prepared_by(execution, steps));
    Ok(Some(Evidence {
        dataset: dataset::of_execution(account, &execution.arn).await?,
        prepared: account.object(&prepared).await?.unwrap_or_default(),
        endpoint: served(account).await?,
        bias: match &model {
            Some(model) => bias(account, model).await?,
            None => None,
        },
        rollout: match &model {
            Some(model) => rollout(account, model).await?,
            None => None,
        },
        execution: execution.clone(),
        steps: steps.to_vec(),
        evaluation,
        evaluation_uri,
        model,
    }))
}

/// The execution that registered the champion with which this one was compared, if its evidence is still there.
pub async fn of_champion(
    account: &Account,
    evidence: &Evidence,
) -> anyhow::Result<Option<Evidence>> {
    let Some(champion) = &evidence.evaluation.champion else {
        return Ok(None);
    };
    let Some(model) = model_at(account, &champion.model_package_arn).await? else {
        return Ok(None);
    };
    let Some(id) = model.execution_id() else {
        return Ok(None);
    };
    let Some(execution) = execution::describe(account, &of_id(account, id)).await? else {
        return Ok(None);
    };
    let steps = steps(account, &execution.arn).await?;
    let found = evaluated(account, &execution, &steps).await;
    found.context("read the evidence of the champion's execution")
}
