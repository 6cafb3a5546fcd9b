//! What a training predicted of the validation rows, from the archive beside its model.

use std::io::{BufRead, BufReader, Read};

use anyhow::{Context, Result};
use contracts::keys;
use contracts::training::{VALIDATION_PREDICTIONS, ValidationPrediction};
use flate2::read::GzDecoder;
use loop_state::objects;
use loop_state::trainings::Training;
use policy::tuning::Predictions;
use tar::Archive;

use crate::Deps;

/// Another image may leave anything beside its model; predictions of a million rows are some 5 MiB.
const MOST_BYTES: u64 = 32 << 20;

/// `None` where it has left none.
pub async fn of(deps: &Deps, training: &Training) -> Result<Option<Predictions>> {
    let Some(key) = key(training) else {
        return Ok(None);
    };
    let listed = objects::list_objects(&deps.bucket, &key).await?;
    let is_small = listed.first().is_some_and(|it| it.size <= MOST_BYTES);
    if !is_small {
        return Ok(None);
    }
    let Some(archive) = objects::read_bytes(&deps.bucket, &key).await? else {
        return Ok(None);
    };
    // The scores are there without it.
    Ok(read(&archive.value).unwrap_or_else(|error| {
        tracing::warn!("the predictions in {key} are left out: {error:#}");
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
    let mut archive = Archive::new(GzDecoder::new(archive));
    for entry in archive.entries()? {
        let entry = entry?;
        // A packer may write "./" in front.
        if entry.path()?.file_name() == Some(VALIDATION_PREDICTIONS.as_ref()) {
            return parsed(entry).map(Some);
        }
    }
    Ok(None)
}

fn parsed(lines: impl Read) -> Result<Predictions> {
    let mut predictions = Predictions::default();
    for (number, line) in (1..).zip(BufReader::new(lines).lines()) {
        let place = || format!("{VALIDATION_PREDICTIONS}, line {number}");
        let row: ValidationPrediction = serde_json::from_str(&line?).with_context(place)?;
        predictions.add(&row.label, &row.predicted);
    }
    Ok(predictions)
}
