//! The table: a line of JSON says what it is of, then one for each setting that is finished. A run that was interrupted
//! goes on with the settings that are missing.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde::{Deserialize, Serialize};
use tuning::Values;

use super::reviews::Counts;
use super::settings::Shown;

#[derive(Serialize)]
pub struct Header {
    pub parameters: Vec<Shown>,
    pub epochs: u32,
    /// A setting has a run with each.
    pub seeds: Vec<u64>,
    pub rows: Counts,
}

#[derive(Serialize, Deserialize)]
pub struct Setting {
    pub number: usize,
    pub values: Values,
    pub runs: Vec<Run>,
}

/// Balanced accuracies after each epoch, to four digits; fewer than the header's epochs where the training diverged.
#[derive(Serialize, Deserialize)]
pub struct Run {
    pub seconds: f64,
    pub validation: Vec<f64>,
    pub test: Vec<f64>,
}

pub struct Table {
    file: File,
    pub finished: BTreeSet<usize>,
}

impl Table {
    /// A new table, or the one that is there.
    pub fn open(path: &Path, header: &Header) -> Result<Table> {
        let header = serde_json::to_string(header)? + "\n";
        let known = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => header.clone(),
            Err(error) => return Err(error).with_context(|| format!("read {}", path.display())),
        };
        let settings = known.strip_prefix(&header);
        let settings = settings.with_context(|| {
            format!(
                "{} is of another space, other rows or another number of epochs: remove it to begin anew",
                path.display()
            )
        })?;
        let mut finished = BTreeSet::new();
        let mut kept = header.clone();
        // What stands behind the last line break is a line that an interruption cut.
        for line in settings
            .split_inclusive('\n')
            .filter(|line| line.ends_with('\n'))
        {
            let setting: Setting = serde_json::from_str(line)
                .with_context(|| format!("read a line of {}", path.display()))?;
            ensure!(
                finished.insert(setting.number),
                "{} has the setting {} twice",
                path.display(),
                setting.number
            );
            kept.push_str(line);
        }
        if kept != known || finished.is_empty() {
            fs::write(path, kept).with_context(|| format!("write {}", path.display()))?;
        }
        let file = File::options().append(true).open(path);
        let file = file.with_context(|| format!("open {}", path.display()))?;
        Ok(Table { file, finished })
    }

    pub fn add(&mut self, setting: &Setting) -> Result<()> {
        let line = serde_json::to_string(setting)? + "\n";
        self.file
            .write_all(line.as_bytes())
            .context("write the table")
    }
}
