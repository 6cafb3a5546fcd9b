use anyhow::{Context, bail};
use contracts::dataset::{DatasetManifest, Received, Released};
use contracts::keys;
use contracts::run::StartRequest;
use serde::Deserialize;
use serde_json::json;

use super::start;
use crate::account::Account;
use crate::arguments::Release;
use crate::output::Output;
use crate::registration;

/// What register-dataset answers.
#[derive(Deserialize)]
#[serde(untagged)]
enum Answer {
    Received(Received),
    Refused { reason: String },
}

/// Takes a held version's upload into the dataset; a version that waits because the day's runs are used up is started.
pub async fn release(account: &Account, release: &Release, output: &Output) -> anyhow::Result<()> {
    let version = release.dataset_version;
    let dataset = registration::dataset(account).await?;
    let manifest: Option<DatasetManifest> =
        account.object(&keys::version(&dataset, version)).await?;
    if !manifest.is_some_and(|manifest| manifest.is_held()) {
        let request = StartRequest {
            release: Some(version),
            ..StartRequest::default()
        };
        return start::ask(account, &request, output).await;
    }
    let reason = release.reason.clone().with_context(|| {
        format!("dataset version {version} is held: say why it is right with --reason TEXT")
    })?;
    let wake = json!({ "release": Released { version, reason } });
    let received = match account.invoke("register-dataset", &wake).await? {
        Answer::Received(received) => received,
        Answer::Refused { reason } => bail!("register-dataset refused: {reason}"),
    };
    let sentence = match &received {
        Received::Registered { version: next, .. } => {
            format!("dataset version {next} has the upload of version {version}\n")
        }
        Received::AlreadyRegistered { .. } => {
            format!("the dataset already has the upload of version {version}\n")
        }
        Received::Replaced { by } => {
            bail!("{by} was uploaded later and has replaced everything before it")
        }
        Received::Rejected { reason } => bail!("register-dataset rejected the upload: {reason}"),
        Received::Held { .. } => bail!("version {version} is still held"),
    };
    let result = json!({ "ok": true, "outcome": received });
    output.result(&result, || sentence)
}
