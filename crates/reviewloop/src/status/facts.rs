//! What is the case, from S3 and SageMaker.

mod loops;
mod requests;

use std::cmp::Reverse;
use std::collections::BTreeSet;

use contracts::bias::Analysis;
use contracts::dataset::{DatasetManifest, Held};
use contracts::deployment::{Deployment, Pin};
use contracts::evaluation::Evaluation;
use contracts::features::Export;
use contracts::notice::Told;
use contracts::run::Run;
use contracts::tuning::Study;
use contracts::verdict::Verdict;
use contracts::{keys, names};
use policy::desired;
use rollout::Rollout;

use crate::account::Account;
use crate::evidence::{self, Endpoint, Instances, Model, endpoint};
use crate::registration::{self, Rejected};
use crate::sentence::Sentence;

pub use loops::{Labelling, Loops, counted_loops};
pub use requests::{Progress, Request};

#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// `None` where CloudFormation has not told, or there is none.
    pub stack: Option<Stack>,
    pub newest: Option<DatasetManifest>,
    /// The last upload, if nothing of it could be used.
    pub rejected: Option<Rejected>,
    /// Dataset versions that wait for a person.
    pub held: Vec<Held>,
    pub run: Option<Run>,
    pub execution: Option<Execution>,
    /// Of the run's dataset version, the one that was started last.
    pub study: Option<Study>,
    /// Of the newest versions, newest first.
    pub packages: Vec<Package>,
    /// All versions that may serve, however old they are.
    pub approved: Vec<desired::Package>,
    /// The evidence for the decision on the newest version, while it is pending.
    pub judged: Option<Judged>,
    /// The comparison with the champion that runs, or ran last.
    pub rollout: Option<Rollout>,
    /// Of the newest version, where it was measured.
    pub bias: Option<Analysis>,
    /// `None` where the feature group has no version.
    pub features: Option<Export>,
    pub pin: Option<Pin>,
    pub endpoint: Option<Endpoint>,
    /// The endpoint's.
    pub instances: Vec<Instances>,
    /// With which the desired version is to be served by the present settings; `None` where these cannot be read.
    pub desired_config: Option<String>,
    pub deployments: Vec<Deployment>,
    pub loops: Loops,
    /// Files without labels, the newest first.
    pub requests: Vec<Request>,
    /// What a person was told of and what still is so.
    pub told: Vec<Told>,
}

#[derive(Debug, Clone)]
pub struct Stack {
    pub name: String,
    pub account: String,
    /// CloudFormation's.
    pub status: String,
}

#[derive(Debug, Clone)]
pub struct Execution {
    pub status: String,
    /// The step that runs, or that failed.
    pub step: Option<String>,
    /// How far the training job of that step is.
    pub training: Option<Training>,
}

#[derive(Debug, Clone)]
pub struct Training {
    /// SageMaker's secondary status: "Downloading", "Training".
    pub status: String,
    /// The last value of each metric so far.
    pub metrics: Vec<(String, f32)>,
}

#[derive(Debug, Clone)]
pub struct Package {
    pub version: i32,
    pub arn: String,
    /// In seconds: in a group that was deleted and made again, another package has the same ARN.
    pub created: i64,
    pub approval: String,
    /// What the gate said, if it has; of the newest version alone.
    pub decision: Option<String>,
    /// Of the newest version alone.
    pub withdrawn: Option<String>,
}

#[derive(Debug, Clone)]
pub struct Judged {
    pub verdict: Verdict,
    /// `None` where the gate could not read it either.
    pub evaluation: Option<Evaluation>,
}

/// Versions further back explain nothing about now, unless they are approved.
const PACKAGES: i32 = 20;
/// Of one dataset version there are few.
const STUDIES: usize = 20;
/// More would hide the rest.
const TOLD: usize = 10;
/// Deployments further back neither.
const DEPLOYMENTS: usize = 5;

/// `before`: the facts of the last look, of which those are kept that cannot have changed.
pub async fn gather(account: &Account, before: Option<&Facts>) -> anyhow::Result<Facts> {
    let configured = account.dataset().await;
    let newest = registration::newest(account, configured.as_deref()).await?;
    let dataset = newest.as_ref().map(|manifest| manifest.dataset.as_str());
    let rejected = registration::rejected(account, configured.as_deref().or(dataset)).await?;
    let held = match dataset {
        Some(dataset) => registration::held_versions(account, dataset).await?,
        None => Vec::new(),
    };
    let run = run(account).await?;
    let execution = match run.as_ref().and_then(|run| run.execution_arn.as_deref()) {
        Some(arn) => execution(account, arn).await?,
        None => None,
    };
    let study = study(account, run.as_ref()).await?;
    let mut packages = packages(account).await?;
    let model = described(account, packages.first_mut()).await?;
    let approved = evidence::approved(account).await?;
    let endpoint = endpoint(account).await?;
    let instances = match &endpoint {
        Some(endpoint) => evidence::instances(account, endpoint).await,
        None => Vec::new(),
    };
    let pin = account.object(keys::PIN).await?;
    let desired_config = desired_config(account, &approved, pin.as_ref()).await;
    let version = |manifest: &DatasetManifest| manifest.number;
    let alike = before.filter(|it| it.newest.as_ref().map(version) == newest.as_ref().map(version));
    let loops_before = alike.map(|before| &before.loops);
    Ok(Facts {
        stack: None,
        execution,
        study,
        judged: judged(account, model.as_ref()).await?,
        rollout: account.object(keys::ROLLOUT).await?,
        bias: bias(account, model.as_ref(), before).await?,
        features: match dataset {
            Some(dataset) => account.object(&keys::export(dataset)).await?,
            None => None,
        },
        packages,
        approved,
        pin,
        deployments: deployments(account, endpoint.as_ref(), desired_config.as_deref()).await?,
        desired_config,
        endpoint,
        instances,
        loops: loops::read(account, newest.as_ref(), loops_before).await?,
        requests: requests::read(account).await?,
        told: told(account).await?,
        newest,
        rejected,
        held,
        run,
    })
}

/// Of this stack's pipeline: a kept bucket may hold the run of an earlier one.
async fn run(account: &Account) -> anyhow::Result<Option<Run>> {
    let Some(run) = account.object::<Run>(keys::RUN).await? else {
        return Ok(None);
    };
    let describe = account.sagemaker.describe_pipeline();
    let pipeline = describe.pipeline_name(names::pipeline(&account.stack));
    let described = pipeline.send().await.ok();
    let created = described.and_then(|pipeline| Some(pipeline.creation_time?.secs()));
    let is_of_stack = created.is_none_or(|created| run.is_of_pipeline(created));
    Ok(is_of_stack.then_some(run))
}

async fn execution(account: &Account, arn: &str) -> anyhow::Result<Option<Execution>> {
    let Some(described) = evidence::execution::describe(account, arn).await? else {
        return Ok(None);
    };
    let steps = evidence::execution::steps(account, arn).await?;
    let unfinished = steps.into_iter().find(|step| step.status != "Succeeded");
    let job = unfinished.as_ref().filter(|step| !step.ended);
    let training = match job.and_then(|step| step.training_job.as_deref()) {
        Some(job) => Some(training(account, job).await?),
        None => None,
    };
    Ok(Some(Execution {
        status: described.status,
        step: unfinished.map(|step| step.name),
        training,
    }))
}

async fn training(account: &Account, job: &str) -> anyhow::Result<Training> {
    let describe = account.sagemaker.describe_training_job();
    let described = describe.training_job_name(job).send().await;
    let described = described.map_err(|error| error.sentence("describe the training job"))?;
    let metrics = described.final_metric_data_list().iter();
    Ok(Training {
        status: described
            .secondary_status()
            .map_or("unknown", |status| status.as_str())
            .to_owned(),
        metrics: metrics
            .filter_map(|metric| Some((metric.metric_name()?.to_owned(), metric.value()?)))
            .collect(),
    })
}

async fn desired_config(
    account: &Account,
    approved: &[desired::Package],
    pin: Option<&Pin>,
) -> Option<String> {
    let desired = desired::version(approved, pin);
    let (hosting, role) = account.hosting().await?;
    let endpoint = names::endpoint(&account.stack);
    Some(hosting.endpoint_config(&endpoint, &desired.package()?.arn, &role))
}

/// The records of the endpoint's own config and of the desired one, and those written last.
async fn deployments(
    account: &Account,
    endpoint: Option<&Endpoint>,
    desired_config: Option<&str>,
) -> anyhow::Result<Vec<Deployment>> {
    let newest = account.newest_keys(keys::DEPLOYMENTS, DEPLOYMENTS).await?;
    let mut wanted: BTreeSet<String> = newest.into_iter().collect();
    wanted.extend(endpoint.map(|endpoint| keys::deployment(&endpoint.config)));
    wanted.extend(desired_config.map(keys::deployment));
    let mut deployments = Vec::new();
    for key in wanted {
        deployments.extend(account.object::<Deployment>(&key).await?);
    }
    Ok(deployments)
}

async fn study(account: &Account, run: Option<&Run>) -> anyhow::Result<Option<Study>> {
    let Some(run) = run else { return Ok(None) };
    let prefix = keys::tunings_prefix(run.version);
    let newest = account.newest_keys(&prefix, STUDIES).await?;
    let mut studies = Vec::new();
    for key in newest {
        studies.extend(account.object::<Study>(&key).await?);
    }
    studies
        .retain(|study| study.dataset == run.dataset && run.is_of_pipeline(study.pipeline_created));
    Ok(studies
        .into_iter()
        .max_by(|a, b| a.started_at.cmp(&b.started_at)))
}

async fn told(account: &Account) -> anyhow::Result<Vec<Told>> {
    let mut told = Vec::new();
    for key in account.newest_keys(keys::TOLD, TOLD).await? {
        told.extend(account.object::<Told>(&key).await?);
    }
    Ok(told)
}

/// As the list has them, the newest first.
async fn packages(account: &Account) -> anyhow::Result<Vec<Package>> {
    let listed = account
        .sagemaker
        .list_model_packages()
        .model_package_group_name(names::model_package_group(&account.stack))
        .sort_by(aws_sdk_sagemaker::types::ModelPackageSortBy::CreationTime)
        .sort_order(aws_sdk_sagemaker::types::SortOrder::Descending)
        .max_results(PACKAGES)
        .send()
        .await
        .map_err(|error| error.sentence("list the model packages"))?;
    let summaries = listed.model_package_summary_list().iter();
    let mut packages: Vec<Package> = summaries
        .filter_map(|summary| {
            Some(Package {
                version: summary.model_package_version()?,
                arn: summary.model_package_arn()?.to_owned(),
                created: summary.creation_time().map_or(0, |time| time.secs()),
                approval: summary
                    .model_approval_status()
                    .map_or("unknown", |status| status.as_str())
                    .to_owned(),
                decision: None,
                withdrawn: None,
            })
        })
        .collect();
    packages.sort_by_key(|package| Reverse(package.version));
    Ok(packages)
}

/// The newest version, and what else there is to know of it.
async fn described(
    account: &Account,
    newest: Option<&mut Package>,
) -> anyhow::Result<Option<Model>> {
    let Some(newest) = newest else {
        return Ok(None);
    };
    let Some(model) = evidence::model_at(account, &newest.arn).await? else {
        return Ok(None);
    };
    newest.approval.clone_from(&model.approval);
    newest.decision.clone_from(&model.decision);
    newest.withdrawn.clone_from(&model.withdrawn);
    Ok(Some(model))
}

/// A version's reports do not change, so the last look's are kept.
async fn bias(
    account: &Account,
    newest: Option<&Model>,
    before: Option<&Facts>,
) -> anyhow::Result<Option<Analysis>> {
    let Some(model) = newest else {
        return Ok(None);
    };
    let is_same = |before: &&Facts| {
        before
            .packages
            .first()
            .is_some_and(|it| it.arn == model.arn)
    };
    match before
        .filter(is_same)
        .and_then(|before| before.bias.clone())
    {
        Some(known) => Ok(Some(known)),
        None => evidence::bias(account, model).await,
    }
}

/// The evidence while a decision is pending.
async fn judged(account: &Account, newest: Option<&Model>) -> anyhow::Result<Option<Judged>> {
    let Some(model) = newest.filter(|model| model.approval == "PendingManualApproval") else {
        return Ok(None);
    };
    let evaluation = match model.evaluation_uri() {
        Some(uri) => account.find_at(uri).await?,
        None => None,
    };
    Ok(model.verdict.clone().map(|verdict| Judged {
        verdict,
        evaluation,
    }))
}

#[cfg(test)]
mod tests;
