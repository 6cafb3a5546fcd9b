//! What the prepare step's job left: the version and its rows, by the part they fall into.

use anyhow::{Context, Result, ensure};
use contracts::dataset::{DatasetManifest, PreparedManifest, PreparedRow, SplitPart};
use contracts::keys;
use loop_state::objects;
use time::UtcOffset;
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;

use crate::Deps;
use crate::record::Row;

pub struct Prepared {
    pub manifest: DatasetManifest,
    pub files: Vec<File>,
    pub rows: u64,
    /// The version's, in milliseconds as Feature Store reads them: two versions are never of one.
    pub event_time: String,
}

pub struct File {
    pub part: SplitPart,
    pub key: String,
}

const EVENT_TIME: &[BorrowedFormatItem<'_>] =
    format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]Z");

/// Rows that are looked up together: BatchGetRecord's most.
const AT_ONCE: usize = 100;

impl Prepared {
    pub async fn of(deps: &Deps, job: &str) -> Result<Self> {
        let describe = deps.sagemaker.describe_processing_job();
        let described = describe.processing_job_name(job).send().await;
        let described = described.with_context(|| format!("describe {job}"))?;
        let inputs = described.processing_inputs.unwrap_or_default();
        let manifest = inputs
            .into_iter()
            .find(|input| input.input_name.as_deref() == Some("manifest"))
            .and_then(|input| input.s3_input?.s3_uri)
            .with_context(|| format!("{job} has no input manifest"))?;
        let manifest: DatasetManifest = read(deps, &manifest).await?;
        let outputs = described
            .processing_output_config
            .and_then(|config| config.outputs)
            .unwrap_or_default();
        let (mut files, mut rows) = (Vec::new(), 0);
        for part in [SplitPart::Train, SplitPart::Validation, SplitPart::Test] {
            let folder = outputs
                .iter()
                .find(|output| output.output_name.as_deref() == Some(part.name()))
                .and_then(|output| output.s3_output.as_ref()?.s3_uri.as_deref())
                .with_context(|| format!("{job} has no output {}", part.name()))?;
            let prepared: PreparedManifest = read(deps, &format!("{folder}/manifest.json")).await?;
            ensure!(
                prepared.format == "jsonl",
                "{folder} has {} files: only JSON Lines are exported",
                prepared.format
            );
            rows += prepared.rows();
            for file in &prepared.files {
                let key = key(deps, &format!("{folder}/{}", file.name))?;
                files.push(File { part, key });
            }
        }
        Ok(Self {
            event_time: manifest
                .created_at
                .to_offset(UtcOffset::UTC)
                .format(EVENT_TIME)?,
            manifest,
            files,
            rows,
        })
    }

    /// A file's rows, by so many as are looked up together.
    pub async fn rows_of(&self, deps: &Deps, file: &File) -> Result<Vec<Vec<Row>>> {
        let found = objects::read_bytes(&deps.bucket, &file.key).await?;
        let lines = found
            .with_context(|| {
                format!(
                    "{} is gone: intermediate rows are kept for 60 days",
                    file.key
                )
            })?
            .value;
        let lines = lines.split(|byte| *byte == b'\n');
        let mut batches = Vec::new();
        for line in lines.filter(|line| !line.is_empty()) {
            let row: PreparedRow =
                serde_json::from_slice(line).with_context(|| format!("understand {}", file.key))?;
            let row = Row::of(row, file.part, &self.manifest)?;
            match batches.last_mut() {
                Some(batch) if Vec::len(batch) < AT_ONCE => batch.push(row),
                _ => batches.push(vec![row]),
            }
        }
        Ok(batches)
    }
}

async fn read<T: serde::de::DeserializeOwned>(deps: &Deps, uri: &str) -> Result<T> {
    let key = key(deps, uri)?;
    let found = objects::read::<T>(&deps.bucket, &key).await?;
    Ok(found.with_context(|| format!("{uri} is missing"))?.value)
}

fn key(deps: &Deps, uri: &str) -> Result<String> {
    let (bucket, key) = keys::parse_s3_uri(uri).with_context(|| format!("{uri} is no S3 URI"))?;
    ensure!(
        bucket == deps.bucket.name,
        "{uri} is not in the stack's bucket"
    );
    Ok(key.to_owned())
}
