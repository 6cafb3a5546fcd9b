//! What a training predicted of the validation rows, from the archive beside its model.

use std::io::{BufRead, BufReader, Read};

use anyhow::{Result, bail, ensure};
use contracts::keys;
use contracts::training::{VALIDATION_PREDICTIONS, ValidationPrediction};
use flate2::read::GzDecoder;
use loop_state::objects::{self, Small};
use loop_state::trainings::Training;
use policy::tuning::Predictions;
use tar::Archive;

use crate::Deps;

/// Of an archive, packed and unpacked: some 400,000 rows. Another image may leave anything beside its model.
const MOST_BYTES: u64 = 16 << 20;

/// `None` where it has left none that can be read: the scores are there without it.
pub async fn of(deps: &Deps, training: &Training) -> Result<Option<Predictions>> {
    let Some(key) = key(training) else {
        return Ok(None);
    };
    let archive = match objects::read_small(&deps.bucket, &key, MOST_BYTES).await? {
        None => return Ok(None),
        Some(Small::Larger { size }) => {
            tracing::warn!(key, size, "the archive is too large to be read");
            return Ok(None);
        }
        Some(Small::Whole(archive)) => archive,
    };
    Ok(read(&archive).unwrap_or_else(|error| {
        tracing::warn!(key, "the predictions cannot be read: {error:#}");
        None
    }))
}

/// SageMaker packs `/opt/ml/output/data` beside the model.
fn key(training: &Training) -> Option<String> {
    let model = training.model_artifacts()?.s3_model_artifacts()?;
    let (_, key) = keys::parse_s3_uri(model)?;
    let (folder, _) = key.rsplit_once('/')?;
    Some(format!("{folder}/output.tar.gz"))
}

fn read(archive: &[u8]) -> Result<Option<Predictions>> {
    let mut archive = Archive::new(GzDecoder::new(archive).take(MOST_BYTES));
    for entry in archive.entries()? {
        let entry = entry?;
        // A packer may write "./" in front.
        if entry.path()?.file_name() == Some(VALIDATION_PREDICTIONS.as_ref()) {
            // A reader that is cut short ends like a whole one.
            let end = entry.raw_file_position() + entry.size();
            ensure!(
                end <= MOST_BYTES,
                "they end after {end} bytes of the archive"
            );
            return parsed(entry).map(Some);
        }
    }
    Ok(None)
}

/// Errors name the line and say nothing of it.
fn parsed(lines: impl Read) -> Result<Predictions> {
    let mut predictions = Predictions::default();
    for (number, line) in (1..).zip(BufReader::new(lines).lines()) {
        let Ok(row) = serde_json::from_str::<ValidationPrediction>(&line?) else {
            bail!("line {number} is no prediction");
        };
        predictions.add(&row.label, &row.predicted);
    }
    Ok(predictions)
}
