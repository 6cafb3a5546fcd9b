//! The dataset version that an execution trained on.

use std::collections::BTreeMap;

use contracts::dataset::{DatasetManifest, Profile};
use contracts::features::Export;
use contracts::{keys, names, pipeline};

use crate::account::Account;
use crate::sentence::Sentence;

pub struct Dataset {
    pub manifest: DatasetManifest,
    pub manifest_uri: String,
    /// Rows per label as uploaded, over all parts.
    pub uploaded: BTreeMap<String, u64>,
    /// Rows that people labelled.
    pub human_rows: u64,
    /// The feature group, where it has this version.
    pub feature_group: Option<String>,
}

/// As the execution's parameter names it.
pub async fn of_execution(account: &Account, arn: &str) -> anyhow::Result<Option<Dataset>> {
    let Some(uri) = manifest_uri(account, arn).await? else {
        return Ok(None);
    };
    let Some(manifest) = account.find_at::<DatasetManifest>(&uri).await? else {
        return Ok(None);
    };
    let (mut uploaded, mut human_rows) = (BTreeMap::new(), 0);
    for part in &manifest.parts {
        let profile: Option<Profile> = account
            .object(&keys::profile(&manifest.dataset, &part.id))
            .await?;
        for (label, rows) in profile.iter().flat_map(|profile| &profile.rows_by_label) {
            *uploaded.entry(label.clone()).or_default() += rows;
        }
        human_rows += part.labels.len() as u64;
    }
    let export: Option<Export> = account.object(&keys::export(&manifest.dataset)).await?;
    Ok(Some(Dataset {
        feature_group: export
            .filter(|export| export.version == manifest.number)
            .map(|_| names::feature_group(&account.stack)),
        manifest,
        manifest_uri: uri,
        uploaded,
        human_rows,
    }))
}

/// The address of the manifest that the execution was started with.
pub async fn manifest_uri(account: &Account, arn: &str) -> anyhow::Result<Option<String>> {
    let listed = account
        .sagemaker
        .list_pipeline_parameters_for_execution()
        .pipeline_execution_arn(arn)
        .send()
        .await;
    let listed = listed.map_err(|error| error.sentence("list the execution's parameters"))?;
    let mut parameters = listed.pipeline_parameters.unwrap_or_default().into_iter();
    let parameter =
        parameters.find(|parameter| parameter.name() == Some(pipeline::DATASET_MANIFEST));
    Ok(parameter.and_then(|parameter| parameter.value))
}
