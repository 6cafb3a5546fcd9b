//! The job's creation, and its request.

use anyhow::{Context, Result};
use contracts::intake::IntakeRequest;
use contracts::keys;
use contracts::schema::Schema;
use loop_state::objects;
use loop_state::processing::{self, Job};
use serde_json::json;
use uploads::Source;

use crate::Deps;

/// A file of 2 GB takes minutes.
const MAXIMUM_SECONDS: i32 = 4 * 3600;
/// The file, and twice the part: as it is made, and among the outputs. A part names every column in every row, so it may
/// be several times its file.
const VOLUME_GB: i32 = 200;

pub async fn create(deps: &Deps, id: &str, name: &str) -> Result<()> {
    let dataset = &deps.config.recipe.dataset;
    let address = |key: &str| keys::s3_uri(&deps.bucket.name, key);
    let upload = address(&keys::intake_input(dataset, id));
    let request = address(&keys::intake_request(dataset, id));
    let job = Job {
        name,
        command: "intake",
        inputs: vec![
            processing::input_of_manifest("upload", &upload),
            processing::input("request", &request),
        ],
        output: ("dataset", address(&keys::dataset(dataset))),
        volume_gb: VOLUME_GB,
        maximum_seconds: MAXIMUM_SECONDS,
    };
    processing::create(&deps.sagemaker, &deps.config.job.processing, job).await
}

/// The request is written last: while there is none, the job was not asked.
pub async fn write_request(
    deps: &Deps,
    source: &Source,
    id: &str,
    schema: Option<Schema>,
) -> Result<()> {
    let recipe = &deps.config.recipe;
    let request = IntakeRequest {
        source_key: source.key.clone(),
        id: id.to_owned(),
        dataset: recipe.dataset.clone(),
        mapping: recipe.mapping.clone(),
        schema,
        labels: recipe.labels.clone(),
        maximum_bytes: deps.config.job.maximum_bytes,
    };
    let (folder, name) = source
        .key
        .rsplit_once('/')
        .context("an upload lies in a folder")?;
    let prefix = keys::s3_uri(&deps.bucket.name, &format!("{folder}/"));
    let input = json!([{ "prefix": prefix }, name]);
    let key = keys::intake_input(&recipe.dataset, id);
    objects::create(&deps.bucket, &key, &input).await?;
    let key = keys::intake_request(&recipe.dataset, id);
    objects::create(&deps.bucket, &key, &request)
        .await
        .map(drop)
}
