//! What a file's rows come to: the part's lines on disk, its profile, and the quarantine.

use std::collections::BTreeSet;
use std::io::Write;

use anyhow::Result;
use constraints::Profiler;
use contracts::constraints::Statistics;
use contracts::dataset::{Profile, QuarantinedRow, Row};
use contracts::schema::Schema;
use policy::naming;
use sha2::{Digest, Sha256};
use tables::{Lines, Reader, RowError};
use tempfile::TempPath;

/// Rows of the quarantine that are kept one by one; the profile counts all of them.
const MAXIMUM_QUARANTINE: usize = 10_000;

/// A checked file.
pub struct Checked {
    /// Named by the part's content.
    pub part: String,
    /// The part's lines, on disk.
    pub lines: TempPath,
    pub quarantine: Vec<QuarantinedRow>,
    pub profile: Profile,
    pub statistics: Statistics,
    /// Text hashes, where the rows are human labels.
    pub labels: Vec<String>,
    /// By which the rows were read.
    pub schema: Option<Schema>,
}

impl Checked {
    /// Why nothing can be made of the rows, if so.
    pub fn unusable(&self) -> Option<String> {
        if self.profile.rows > 0 {
            return None;
        }
        Some(match self.quarantine.first() {
            None => "the file has no rows".to_owned(),
            Some(first) => format!(
                "none of the {} rows is good; row {first}",
                self.profile.quarantined
            ),
        })
    }
}

pub struct Collected {
    file: std::io::BufWriter<std::fs::File>,
    path: TempPath,
    hash: Sha256,
    quarantine: Vec<QuarantinedRow>,
    profile: Profile,
    profiler: Profiler,
    words: u64,
    labels: BTreeSet<String>,
    schema: Option<Schema>,
}

impl Collected {
    pub fn new(schema: Option<&Schema>) -> Result<Self> {
        let (file, path) = tempfile::NamedTempFile::new()?.into_parts();
        let profile = Profile {
            rows: 0,
            quarantined: 0,
            quarantine_reasons: [].into(),
            rows_by_label: [].into(),
            rows_by_category: [].into(),
            words: contracts::dataset::Words::default(),
        };
        Ok(Self {
            file: std::io::BufWriter::new(file),
            path,
            hash: Sha256::new(),
            quarantine: Vec::new(),
            profile,
            profiler: Profiler::new(),
            words: 0,
            labels: BTreeSet::new(),
            schema: schema.cloned(),
        })
    }

    pub fn read(
        &mut self,
        mut reader: Reader<'_>,
        check: impl Fn(tables::Row<'_>) -> Result<Row, RowError>,
    ) -> Result<()> {
        while let Some(entry) = reader.next_row()? {
            match entry.row.and_then(&check) {
                Ok(row) => self.add(row)?,
                Err(error) => self.quarantine(entry.number, entry.lines, error),
            }
        }
        Ok(())
    }

    /// Rows without lines.
    pub fn read_parquet(
        &mut self,
        rows: parquet_rows::Rows,
        check: impl Fn(tables::Row<'_>) -> Result<Row, RowError>,
    ) -> Result<()> {
        for row in rows {
            let (number, row) = row?;
            match row.and_then(&check) {
                Ok(row) => self.add(row)?,
                Err(error) => self.quarantine(number, Lines::default(), error),
            }
        }
        Ok(())
    }

    fn add(&mut self, row: Row) -> Result<()> {
        let profile = &mut self.profile;
        profile.rows += 1;
        *profile.rows_by_label.entry(row.label.clone()).or_default() += 1;
        if let Some(category) = &row.category {
            *profile
                .rows_by_category
                .entry(category.clone())
                .or_default() += 1;
        }
        let words = row.text.split_whitespace().count() as u64;
        profile.words.max = profile.words.max.max(words);
        self.words += words;
        if row.human {
            self.labels.insert(policy::text::row_hash(&row.text));
        }
        self.profiler.add(constraints::values(&row));
        let mut line = serde_json::to_vec(&row)?;
        line.push(b'\n');
        self.hash.update(&line);
        Ok(self.file.write_all(&line)?)
    }

    fn quarantine(&mut self, row: u64, lines: Lines, error: RowError) {
        let counted = match error.column.as_str() {
            "" => error.kind.to_owned(),
            column => format!("{column}: {}", error.kind),
        };
        *self.profile.quarantine_reasons.entry(counted).or_default() += 1;
        self.profile.quarantined += 1;
        self.profiler.quarantine();
        if self.quarantine.len() < MAXIMUM_QUARANTINE {
            self.quarantine.push(QuarantinedRow {
                row,
                first_line: lines.first,
                last_line: lines.last,
                reason: error.reason(),
                column: error.column,
            });
        }
    }

    pub fn finish(mut self) -> Result<Checked> {
        self.file.flush()?;
        let mut profile = self.profile;
        if profile.rows == 0 {
            // An empty part would always have the same name: two such files differ in their mistakes.
            for row in &self.quarantine {
                self.hash.update(serde_json::to_vec(row)?);
            }
        }
        profile.words.mean = self.words as f64 / profile.rows.max(1) as f64;
        Ok(Checked {
            part: naming::part(&self.hash.finalize()),
            lines: self.path,
            quarantine: self.quarantine,
            statistics: self.profiler.finish(),
            profile,
            labels: self.labels.into_iter().collect(),
            schema: self.schema,
        })
    }
}
