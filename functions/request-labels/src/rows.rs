//! The texts of a file that people can be asked about, and a sample of them drawn by hash. In memory are the sample's
//! texts, and a hash of each other.

use std::collections::{BTreeMap, HashSet};
use std::fs::File;
use std::path::Path;

use anyhow::Result;
use contracts::dataset::QuarantinedRow;
use contracts::ground_truth::SOURCE;
use intake::{manifest, reviewed};
use policy::choice::{SAMPLE, drawn};
use policy::review::unreadable;
use policy::text::{Reviewed, RowHash, TextColumns};
use tables::{Columns, Reader, RowError};

use crate::Config;

/// Bad rows that the request names.
const NAMED: usize = 5;

pub struct Read {
    pub rows: u64,
    pub bad: u64,
    pub first_bad: Vec<QuarantinedRow>,
    /// Rows of a known text.
    pub known: u64,
    /// Each text once.
    pub eligible: u64,
    /// Of the eligible texts, in the order of the draw.
    pub sample: Vec<Reviewed>,
}

/// Reads the whole file, whose text columns are `columns`. The inner `Err` is the reason why nothing of it can be used.
pub fn read(
    path: &Path,
    source_key: &str,
    columns: &TextColumns,
    config: &Config,
    known: &HashSet<RowHash>,
) -> Result<Result<Read, String>> {
    match collect(path, source_key, columns, config, known) {
        Ok(read) if read.rows == 0 => Ok(Err(unusable(&read))),
        Ok(read) => Ok(Ok(read)),
        Err(tables::Error::Io(error)) => Err(error.into()),
        Err(refused) => Ok(Err(refused.to_string())),
    }
}

fn collect(
    path: &Path,
    source_key: &str,
    columns: &TextColumns,
    config: &Config,
    known: &HashSet<RowHash>,
) -> Result<Read, tables::Error> {
    let is_manifest = tables::is_manifest_name(source_key);
    let names: Vec<String> = if is_manifest {
        vec![SOURCE.to_owned()]
    } else {
        columns.names().map(str::to_owned).collect()
    };
    let needed = Columns {
        needed: names,
        optional: Vec::new(),
    };
    if tables::is_parquet_name(source_key) {
        let reason = "texts without labels are read from CSV and JSON Lines, and not from Parquet";
        return Err(tables::Error::Refused(reason.to_owned()));
    }
    let (file, most_bytes) = (File::open(path)?, config.maximum_upload_bytes);
    let mut reader = if is_manifest || tables::is_json_name(source_key) {
        Reader::open_json(file, &needed, most_bytes)?
    } else {
        Reader::open(file, &needed, most_bytes)?
    };
    let mut read = Read {
        rows: 0,
        bad: 0,
        first_bad: Vec::new(),
        known: 0,
        eligible: 0,
        sample: Vec::new(),
    };
    // 40 bytes a text at most, so MaximumUploadBytes bounds it: a review takes more in its file.
    let mut seen: HashSet<RowHash> = HashSet::new();
    let mut sample: BTreeMap<(u64, RowHash), Reviewed> = BTreeMap::new();
    while let Some(entry) = reader.next_row()? {
        let review = entry.row.and_then(|row| {
            if is_manifest {
                manifest::reviewed(&row, &config.text_columns)
            } else {
                reviewed(&row, columns, &config.text_columns)
            }
        });
        let review = review.and_then(|review| match unreadable(&review) {
            None => Ok(review),
            Some(reason) => Err(RowError::new("", "too long", reason)),
        });
        let review = match review {
            Ok(review) => review,
            Err(error) => {
                read.bad += 1;
                if read.first_bad.len() < NAMED {
                    read.first_bad.push(QuarantinedRow {
                        row: entry.number,
                        first_line: entry.lines.first,
                        last_line: entry.lines.last,
                        reason: error.reason(),
                        column: error.column,
                    });
                }
                continue;
            }
        };
        read.rows += 1;
        let hash = RowHash::of(&review.text);
        if known.contains(&hash) {
            read.known += 1;
            continue;
        }
        if !seen.insert(hash) {
            continue;
        }
        read.eligible += 1;
        // A number between 0 and 1 is ordered as its bits are.
        sample.insert((drawn(&review.text).to_bits(), hash), review);
        if sample.len() > SAMPLE {
            sample.pop_last();
        }
    }
    read.sample = sample.into_values().collect();
    Ok(read)
}

fn unusable(read: &Read) -> String {
    match read.first_bad.first() {
        None => "the file has no rows".to_owned(),
        Some(first) => format!("none of the {} rows is good; row {first}", read.bad),
    }
}
