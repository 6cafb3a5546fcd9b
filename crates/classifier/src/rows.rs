//! Rows of a file in any of the formats that are read: JSON Lines and arrays, CSV with a header, Parquet
//! and TFRecord. A row is a JSON object.

pub mod tf_record;

#[cfg(test)]
mod tests;

use std::fs::{self, File};
use std::io::BufReader;
use std::path::Path;

use anyhow::{Context, Result, anyhow, bail};
use serde_json::{Map, Value};
use tables::{Columns, Reader};

use tf_record::Feature;

pub type Object = Map<String, Value>;

/// Calls `each` with every row and its number, counted from 1, until it says `false`. Errors
/// name the file and the line or row.
pub fn for_each(path: &Path, mut each: impl FnMut(usize, Object) -> Result<bool>) -> Result<()> {
    for_each_with(path, &Columns::all(), |number, row| {
        each(
            number,
            row.into_object().map_err(|error| anyhow!("{error}"))?,
        )
    })
}

/// The same where only these columns are needed: the row finds them by the rules of [`tables`],
/// whatever the format.
pub fn for_each_with(
    path: &Path,
    columns: &Columns,
    each: impl FnMut(usize, tables::Row<'_>) -> Result<bool>,
) -> Result<()> {
    match extension(path).as_str() {
        "parquet" => parquet(path, each),
        "tfrecord" => tf_records(path, each),
        extension if TABLES.contains(&extension) => table(path, columns, each),
        _ => bail!(
            "{}: only .parquet, .tfrecord and tables (.{}) can be read",
            path.display(),
            TABLES.join(", .")
        ),
    }
}

/// In lower case.
pub fn extension(path: &Path) -> String {
    let extension = path.extension().unwrap_or_default();
    extension.to_string_lossy().to_ascii_lowercase()
}

/// Extensions of tables; the first bytes of a file say which kind it is.
const TABLES: &[&str] = &["jsonl", "ndjson", "json", "csv", "tsv", "txt", "gz"];

/// Bytes that the rows of a packed file (gzip, Parquet) may have: a hundred times the file's, where texts
/// that people wrote are packed to a tenth or so. A small file may be anything.
pub fn most_bytes(path: &Path) -> Result<u64> {
    const SMALL: u64 = 64 << 20;
    const PACKED: u64 = 100;
    let file =
        fs::metadata(path).with_context(|| format!("ask for the length of {}", path.display()))?;
    Ok(SMALL.max(PACKED.saturating_mul(file.len())))
}

fn open(path: &Path) -> Result<File> {
    File::open(path).with_context(|| format!("open {}", path.display()))
}

/// A bad row is an error: a job fails before it trains.
fn table(
    path: &Path,
    columns: &Columns,
    mut each: impl FnMut(usize, tables::Row<'_>) -> Result<bool>,
) -> Result<()> {
    let at = || format!("{}", path.display());
    let (file, bound) = (open(path)?, most_bytes(path)?);
    let mut reader = if tables::is_json_name(&path.to_string_lossy()) {
        Reader::open_json(file, columns, bound)
    } else {
        Reader::open(file, columns, bound)
    }
    .with_context(at)?;
    while let Some(entry) = reader.next_row().with_context(at)? {
        let at = || format!("{}, {}", path.display(), entry.lines);
        let row = entry.row.map_err(|error| anyhow!("{error}"));
        let row = row.with_context(at)?;
        if !each(usize::try_from(entry.number)?, row).with_context(at)? {
            break;
        }
    }
    Ok(())
}

fn parquet(
    path: &Path,
    mut each: impl FnMut(usize, tables::Row<'_>) -> Result<bool>,
) -> Result<()> {
    let at = || format!("read {}", path.display());
    for row in parquet_rows::open(open(path)?, most_bytes(path)?).with_context(at)? {
        let (number, row) = row.with_context(|| path.display().to_string())?;
        let at = || format!("{}, row {number}", path.display());
        let row = row.map_err(|error| anyhow!("{error}")).with_context(at)?;
        if !each(usize::try_from(number)?, row).with_context(at)? {
            break;
        }
    }
    Ok(())
}

fn tf_records(
    path: &Path,
    mut each: impl FnMut(usize, tables::Row<'_>) -> Result<bool>,
) -> Result<()> {
    let mut file = BufReader::new(open(path)?);
    for number in 1.. {
        let at = || format!("{}, record {number}", path.display());
        let Some(record) = tf_record::read_record(&mut file).with_context(at)? else {
            break;
        };
        let example = tf_record::decode(&record).context("not a tf.Example");
        let row = example.with_context(at)?.into_iter();
        let row: Object = row.map(|(name, feature)| (name, json(feature))).collect();
        if !each(number, row.into()).with_context(at)? {
            break;
        }
    }
    Ok(())
}

/// A list of one number is that number: `tf.Example` knows only lists.
fn json(feature: Feature) -> Value {
    match feature {
        Feature::Bytes(bytes) => String::from_utf8_lossy(&bytes).into(),
        Feature::Integers(integers) => match integers.as_slice() {
            [only] => (*only).into(),
            many => many.into(),
        },
        Feature::Floats(floats) => floats.into(),
    }
}
