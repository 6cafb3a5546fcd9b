//! What is the case, from S3 and SageMaker.

use std::collections::BTreeSet;

use contracts::dataset::DatasetManifest;
use contracts::deployment::{Deployment, Pin};
use contracts::evaluation::Evaluation;
use contracts::run::Run;
use contracts::verdict::Verdict;
use contracts::{keys, names, verdict};

use crate::account::Account;
use crate::evidence;
use crate::registration;
use crate::sentence::Sentence;

#[derive(Debug, Clone, Default)]
pub struct Facts {
    pub newest: Option<DatasetManifest>,
    pub run: Option<Run>,
    pub execution: Option<Execution>,
    /// Newest first.
    pub packages: Vec<Package>,
    /// The evidence for the decision on the newest version, while it is pending.
    pub judged: Option<Judged>,
    pub pin: Option<Pin>,
    pub endpoint: Option<Endpoint>,
    pub deployments: Vec<Deployment>,
    pub loops: Loops,
}

#[derive(Debug, Clone)]
pub struct Execution {
    pub status: String,
    /// The step that runs, or that failed.
    pub step: Option<String>,
}

#[derive(Debug, Clone)]
pub struct Package {
    pub version: i32,
    pub arn: String,
    pub approval: String,
    /// What the gate said, if it has.
    pub decision: Option<String>,
    pub withdrawn: Option<String>,
}

#[derive(Debug, Clone)]
pub struct Judged {
    pub verdict: Verdict,
    /// `None` where the gate could not read it either.
    pub evaluation: Option<Evaluation>,
}

#[derive(Debug, Clone)]
pub struct Endpoint {
    pub status: String,
    pub config: String,
    pub failure_reason: Option<String>,
}

#[derive(Debug, Clone, Copy, Default)]
pub struct Loops {
    pub waiting: usize,
    pub completed: usize,
    /// Failed, stopped or expired.
    pub ended: usize,
    pub labels: usize,
    /// Labels that no dataset version holds yet.
    pub new_labels: usize,
}

/// Versions further back explain nothing about now.
const PACKAGES: i32 = 20;

pub async fn gather(account: &Account) -> anyhow::Result<Facts> {
    let newest = registration::newest(account, &account.keys(keys::DATASETS).await?).await?;
    let run: Option<Run> = account.object(keys::RUN).await?;
    let execution = match run.as_ref().and_then(|run| run.execution_arn.as_deref()) {
        Some(arn) => execution(account, arn).await?,
        None => None,
    };
    let mut deployments = Vec::new();
    for key in account.keys(keys::DEPLOYMENTS).await? {
        deployments.extend(account.object::<Deployment>(&key).await?);
    }
    let packages = packages(account).await?;
    Ok(Facts {
        execution,
        judged: judged(account, packages.first()).await?,
        packages,
        pin: account.object(keys::PIN).await?,
        endpoint: endpoint(account).await?,
        loops: loops(account, newest.as_ref()).await?,
        newest,
        run,
        deployments,
    })
}

async fn execution(account: &Account, arn: &str) -> anyhow::Result<Option<Execution>> {
    let Some(described) = evidence::execution::describe(account, arn).await? else {
        return Ok(None);
    };
    let steps = evidence::execution::steps(account, arn).await?;
    let unfinished = steps.into_iter().find(|step| step.status != "Succeeded");
    Ok(Some(Execution {
        status: described.status,
        step: unfinished.map(|step| step.name),
    }))
}

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
    let mut packages = Vec::new();
    for summary in listed.model_package_summary_list() {
        let Some(arn) = summary.model_package_arn() else {
            continue;
        };
        let described = account
            .sagemaker
            .describe_model_package()
            .model_package_name(arn)
            .send()
            .await;
        let described = described.map_err(|error| error.sentence("describe a model package"))?;
        let metadata = |key: &str| described.customer_metadata_properties()?.get(key).cloned();
        packages.push(Package {
            version: described.model_package_version().unwrap_or_default(),
            arn: arn.to_owned(),
            approval: described
                .model_approval_status()
                .map_or("unknown", |status| status.as_str())
                .to_owned(),
            decision: metadata(verdict::METADATA_DECISION),
            withdrawn: metadata(verdict::METADATA_WITHDRAWN),
        });
    }
    packages.sort_by_key(|package| std::cmp::Reverse(package.version));
    Ok(packages)
}

async fn judged(account: &Account, newest: Option<&Package>) -> anyhow::Result<Option<Judged>> {
    let Some(newest) = newest.filter(|newest| newest.approval == "PendingManualApproval") else {
        return Ok(None);
    };
    let Some(model) = evidence::model_at(account, &newest.arn).await? else {
        return Ok(None);
    };
    let evaluation = match model.evaluation_uri() {
        Some(uri) => account.find_at(uri).await?,
        None => None,
    };
    Ok(model.verdict.map(|verdict| Judged {
        verdict,
        evaluation,
    }))
}

/// `None` where there is none.
pub async fn endpoint(account: &Account) -> anyhow::Result<Option<Endpoint>> {
    let name = names::endpoint(&account.stack);
    match account
        .sagemaker
        .describe_endpoint()
        .endpoint_name(&name)
        .send()
        .await
    {
        Ok(found) => Ok(Some(Endpoint {
            status: found
                .endpoint_status()
                .map_or("unknown", |status| status.as_str())
                .to_owned(),
            config: found.endpoint_config_name().unwrap_or_default().to_owned(),
            failure_reason: found.failure_reason().map(str::to_owned),
        })),
        Err(error) => {
            let service = error.as_service_error();
            let message = service
                .and_then(|error| error.meta().message())
                .unwrap_or_default();
            // SageMaker has no code of its own for "no such endpoint".
            if message.contains("Could not find") {
                Ok(None)
            } else {
                Err(error.sentence("describe the endpoint"))
            }
        }
    }
}

async fn loops(account: &Account, newest: Option<&DatasetManifest>) -> anyhow::Result<Loops> {
    let mut loops = Loops::default();
    let mut pages = account
        .a2i
        .list_human_loops()
        .flow_definition_arn(account.flow_definition_arn())
        .into_paginator()
        .send();
    while let Some(page) = pages.next().await {
        let page = match page {
            Ok(page) => page,
            // A stack without human review has no flow definition.
            Err(error)
                if error.as_service_error().is_some_and(|error| {
                    error.is_resource_not_found_exception() || error.is_validation_exception()
                }) =>
            {
                break;
            }
            Err(error) => return Err(error.sentence("list the human loops")),
        };
        for summary in page.human_loop_summaries() {
            match summary
                .human_loop_status()
                .map_or("", |status| status.as_str())
            {
                "InProgress" => loops.waiting += 1,
                "Completed" => loops.completed += 1,
                _ => loops.ended += 1,
            }
        }
    }
    let known: BTreeSet<&str> = newest
        .iter()
        .flat_map(|manifest| &manifest.parts)
        .flat_map(|part| part.labels.iter().map(String::as_str))
        .collect();
    for key in account.keys(keys::LABELS).await? {
        let Some(hash) = keys::label_text_hash(&key) else {
            continue;
        };
        loops.labels += 1;
        loops.new_labels += usize::from(!known.contains(hash));
    }
    Ok(loops)
}
