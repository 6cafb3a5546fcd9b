//! A checked file in a folder that becomes the dataset's in the bucket.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use contracts::intake::{Intake, TakenPart};
use contracts::keys;

use crate::Checked;

/// Bad rows that a receipt names; the quarantine has more.
const NAMED: usize = 5;

impl Checked {
    pub fn taken(&self) -> TakenPart {
        TakenPart {
            part: self.part.clone(),
            rows: self.profile.rows,
            quarantined: self.profile.quarantined,
            first_quarantined: self.quarantine.iter().take(NAMED).cloned().collect(),
            labels: self.labels.clone(),
            schema: self.schema.clone(),
        }
    }

    /// The quarantine's lines, or nothing where every row is good.
    pub fn quarantine_lines(&self) -> Result<Vec<u8>> {
        let mut lines = Vec::new();
        for row in &self.quarantine {
            serde_json::to_writer(&mut lines, row)?;
            lines.push(b'\n');
        }
        Ok(lines)
    }
}

/// Part, profile, statistics and quarantine below `folder` as their keys are below the dataset's prefix.
pub fn write(folder: &Path, dataset: &str, checked: Checked) -> Result<Intake> {
    let place = |key: String| -> Result<PathBuf> {
        let below = key
            .strip_prefix(&keys::dataset(dataset))
            .expect("a key of the dataset");
        let path = folder.join(below);
        let parent = path.parent().expect("a key has a folder");
        fs::create_dir_all(parent).with_context(|| format!("create {}", parent.display()))?;
        Ok(path)
    };
    let quarantine = checked.quarantine_lines()?;
    if !quarantine.is_empty() {
        fs::write(place(keys::quarantine(dataset, &checked.part))?, quarantine)?;
    }
    if let Some(reason) = checked.unusable() {
        return Ok(Intake::Refused { reason });
    }
    let profile = serde_json::to_vec_pretty(&checked.profile)?;
    fs::write(place(keys::profile(dataset, &checked.part))?, profile)?;
    let statistics = serde_json::to_vec_pretty(&checked.statistics)?;
    fs::write(place(keys::statistics(dataset, &checked.part))?, statistics)?;
    let taken = checked.taken();
    let path = place(keys::part(dataset, &checked.part))?;
    // The folder may be on another disk than the temporary files, where a rename is not possible.
    fs::copy(&checked.lines, &path).with_context(|| format!("write {}", path.display()))?;
    Ok(Intake::Taken(taken))
}
