//! JSON Lines files of a bounded number of rows.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::PathBuf;

use anyhow::{Context, Result};
use contracts::dataset::PreparedRow;

/// Some ten megabytes of reviews: several instances can share a channel by its files.
const ROWS_PER_SHARD: u64 = 50_000;

/// Writes `part-00000.jsonl`, `part-00001.jsonl`, ... into a folder.
pub struct Shards {
    folder: PathBuf,
    file: Option<BufWriter<File>>,
    rows: u64,
}

impl Shards {
    pub fn new(folder: PathBuf) -> Shards {
        Shards {
            folder,
            file: None,
            rows: 0,
        }
    }

    pub fn write(&mut self, row: &PreparedRow) -> Result<()> {
        if self.rows.is_multiple_of(ROWS_PER_SHARD) {
            self.close()?;
        }
        let number = self.rows / ROWS_PER_SHARD;
        let path = self.folder.join(format!("part-{number:05}.jsonl"));
        let file = match &mut self.file {
            Some(file) => file,
            None => {
                fs::create_dir_all(&self.folder)
                    .with_context(|| format!("create {}", self.folder.display()))?;
                let file =
                    File::create(&path).with_context(|| format!("create {}", path.display()))?;
                self.file.insert(BufWriter::new(file))
            }
        };
        serde_json::to_writer(&mut *file, row)
            .with_context(|| format!("write {}", path.display()))?;
        file.write_all(b"\n")
            .with_context(|| format!("write {}", path.display()))?;
        self.rows += 1;
        Ok(())
    }

    /// Flushes and returns the number of rows.
    pub fn finish(mut self) -> Result<u64> {
        self.close()?;
        Ok(self.rows)
    }

    fn close(&mut self) -> Result<()> {
        match self.file.take() {
            Some(mut file) => file
                .flush()
                .with_context(|| format!("write to {}", self.folder.display())),
            None => Ok(()),
        }
    }
}
