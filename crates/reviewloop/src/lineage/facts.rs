//! What is read of the bucket and of SageMaker to know where things came from.

use std::collections::BTreeMap;

use contracts::approval::Approvals;
use contracts::dataset::DatasetManifest;
use contracts::deployment::Deployment;
use contracts::keys;
use futures::{StreamExt, TryStreamExt, stream};
use time::OffsetDateTime;

use crate::account::Account;
use crate::evidence::{self, Model, Traced};
use crate::registration;

/// Calls that run side by side.
const AT_ONCE: usize = 8;

#[derive(Debug, Default)]
pub struct Facts {
    /// Of the dataset that the stack has, the oldest first.
    pub versions: Vec<DatasetManifest>,
    /// The oldest first.
    pub executions: Vec<Traced>,
    pub models: Vec<Registered>,
    pub deployments: Vec<Deployment>,
    /// The text hash of each label with the time at which it was written.
    pub labels: BTreeMap<String, OffsetDateTime>,
}

/// A model version, and how people decided about it.
#[derive(Debug)]
pub struct Registered {
    pub model: Model,
    pub approvals: Approvals,
}

pub async fn read(account: &Account) -> anyhow::Result<Facts> {
    let versions = versions(account).await?;
    let executions = evidence::traced(account).await?;
    let registered: Vec<String> = executions
        .iter()
        .flat_map(|execution| &execution.steps)
        .filter_map(|step| step.model_package_arn.clone())
        .collect();
    let models = stream::iter(registered).map(async |arn| registered_as(account, &arn).await);
    let models: Vec<Option<Registered>> = models.buffered(AT_ONCE).try_collect().await?;
    let deployments = account.keys(keys::DEPLOYMENTS).await?;
    let deployments =
        stream::iter(deployments).map(async |key| account.object::<Deployment>(&key).await);
    let deployments: Vec<Option<Deployment>> = deployments.buffered(AT_ONCE).try_collect().await?;
    Ok(Facts {
        versions,
        executions,
        models: models.into_iter().flatten().collect(),
        deployments: deployments.into_iter().flatten().collect(),
        labels: labels(account).await?,
    })
}

async fn versions(account: &Account) -> anyhow::Result<Vec<DatasetManifest>> {
    let configured = account.dataset().await;
    let Some(newest) = registration::newest(account, configured.as_deref()).await? else {
        return Ok(Vec::new());
    };
    let keys = account
        .keys(&keys::versions_prefix(&newest.dataset))
        .await?;
    let read = stream::iter(keys).map(async |key| account.object(&key).await);
    let read: Vec<Option<DatasetManifest>> = read.buffered(AT_ONCE).try_collect().await?;
    Ok(read.into_iter().flatten().collect())
}

async fn registered_as(account: &Account, arn: &str) -> anyhow::Result<Option<Registered>> {
    let Some(model) = evidence::model_at(account, arn).await? else {
        return Ok(None);
    };
    let approvals = account.object(&keys::approvals(model.version)).await?;
    Ok(Some(Registered {
        model,
        approvals: approvals.unwrap_or_default(),
    }))
}

/// A label's object is written once, so the bucket's own time is the label's, and no text is read.
async fn labels(account: &Account) -> anyhow::Result<BTreeMap<String, OffsetDateTime>> {
    let listed = account.objects(keys::LABELS).await?;
    let label = |object: aws_sdk_s3::types::Object| {
        let hash = keys::label_text_hash(object.key()?)?.to_owned();
        let modified = object.last_modified()?.secs();
        Some((hash, OffsetDateTime::from_unix_timestamp(modified).ok()?))
    };
    Ok(listed.into_iter().filter_map(label).collect())
}
