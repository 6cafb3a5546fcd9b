//! `classifier intake`: register-dataset's check of an upload that one Lambda has not the time for.
//!
//! Inputs `upload` (one file, below the folders of its key) and `request`; output `dataset`, which is uploaded over
//! the dataset's prefix. A file of which nothing can be used is a result too, and no failure of the job.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use bert::files::write_json;
use contracts::intake::{Intake, IntakeRequest};
use contracts::keys;
use policy::dataset::Recipe;

use crate::container::Container;

pub fn run(container: &Container) -> Result<()> {
    let request = request(&container.input("request"))?;
    let file = only_file(&container.input("upload"))?;
    let recipe = Recipe {
        dataset: request.dataset.clone(),
        mapping: request.mapping,
        labels: request.labels,
    };
    let folder = container.output("dataset");
    let checked = intake::check(
        &file,
        &request.source_key,
        &recipe,
        request.schema.as_ref(),
        request.maximum_bytes,
    )?;
    let taken = match checked {
        Err(refused) => Intake::Refused {
            reason: refused.to_string(),
        },
        Ok(checked) => intake::write(&folder, &request.dataset, checked)?,
    };
    match &taken {
        Intake::Taken(taken) => {
            tracing::info!(
                "{} good rows, {} in quarantine",
                taken.rows,
                taken.quarantined
            );
        }
        Intake::Refused { reason } => tracing::warn!("nothing of it can be used: {reason}"),
    }
    let key = keys::intake_result(&request.dataset, &request.id);
    let prefix = keys::dataset(&request.dataset);
    let path = folder.join(key.strip_prefix(&prefix).expect("a key of the dataset"));
    fs::create_dir_all(path.parent().expect("a key has a folder"))?;
    write_json(&path, &taken)
}

fn request(folder: &Path) -> Result<IntakeRequest> {
    let path = only_file(folder)?;
    let json = fs::read(&path).with_context(|| format!("read {}", path.display()))?;
    serde_json::from_slice(&json).with_context(|| format!("{} is no request", path.display()))
}

/// SageMaker lays an object below the folders of its key.
fn only_file(folder: &Path) -> Result<PathBuf> {
    let mut folder = folder.to_owned();
    loop {
        let entries =
            fs::read_dir(&folder).with_context(|| format!("read {}", folder.display()))?;
        let entries = entries.collect::<std::io::Result<Vec<_>>>()?;
        let [entry] = entries.as_slice() else {
            bail!(
                "{} holds {} entries and not one file",
                folder.display(),
                entries.len()
            );
        };
        if entry.path().is_file() {
            return Ok(entry.path());
        }
        folder = entry.path();
    }
}
