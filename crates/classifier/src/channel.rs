//! Labelled rows of a training channel: `prepare`'s output, or JSON Lines, CSV,
//! Parquet and lines of `__label__` as they come.

mod files;

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use anyhow::{Context, Result, anyhow, bail, ensure};
use contracts::dataset::Slice;
use fasttext::LABEL_PREFIX;
use policy::labels;
use tables::Source;

use crate::rows;
pub use files::{Files, MANIFEST};

/// `prepare`'s column of the [`Slice`].
const SLICE: &str = "slice";

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LabelledText {
    pub text: String,
    pub label: String,
    /// The text was labelled because a model was unsure of it, so the row is no random one.
    /// `prepare` writes this.
    pub chosen: bool,
}

impl LabelledText {
    /// A row without a text or a label is a mistake in the file, never a class of its own.
    fn new(text: &str, label: &str) -> Result<LabelledText> {
        let (text, label) = (text.trim().to_owned(), label.trim().to_owned());
        ensure!(!text.is_empty(), "the text is empty");
        ensure!(!label.is_empty(), "the label is empty");
        Ok(LabelledText {
            text,
            label,
            chosen: false,
        })
    }
}

/// What the two columns are called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Columns {
    pub text: String,
    pub label: String,
}

/// All rows of a channel, its files in the order of their names. Errors name file and row.
///
/// Labels that `prepare` wrote are the dataset's and stay as they are. In other files, spellings of
/// one value are one label: a `known` one, or else the first that was read.
pub fn read(folder: &Path, columns: &Columns, known: &[String]) -> Result<Vec<LabelledText>> {
    let wanted = tables::Columns {
        needed: vec![columns.text.clone(), columns.label.clone()],
        optional: vec![SLICE.to_owned()],
    };
    let files = Files::of(folder)?;
    let mut spellings = Spellings(known.to_vec());
    let mut rows = Vec::new();
    for file in &files.rows {
        let first = rows.len();
        let is_prepared = files.is_prepared(file);
        // BlazingText's files have any extension or none, also .csv.
        if starts_with_label(file)? {
            read_label_lines(file, &mut rows)?;
        } else {
            rows::for_each_with(file, &wanted, |_, row| {
                let mut read = labelled(&row, columns)?;
                read.chosen = is_prepared && is_chosen(&row)?;
                rows.push(read);
                Ok(true)
            })?;
        }
        if !is_prepared {
            let rows = rows[first..].iter_mut();
            rows.for_each(|row| spellings.unify(&mut row.label));
        }
    }
    Ok(rows)
}

/// One spelling of each label: 5, 5.0 and 05 are one.
struct Spellings(Vec<String>);

impl Spellings {
    fn unify(&mut self, label: &mut String) {
        if self.0.contains(label) {
            return;
        }
        let spelling = labels::spelling(label);
        let mut known = self.0.iter();
        match known.find(|known| labels::spelling(known) == spelling) {
            Some(known) => label.clone_from(known),
            None => self.0.push(label.clone()),
        }
    }
}

/// Calls `each` with every line that is not blank and its number, counted from 1.
pub fn for_each_line(path: &Path, mut each: impl FnMut(usize, &str) -> Result<()>) -> Result<()> {
    for (place, line) in BufReader::new(text(path)?).lines().enumerate() {
        let number = place + 1;
        let at = || format!("{}, line {number}", path.display());
        let line = line.with_context(at)?;
        if !line.trim().is_empty() {
            each(number, &line).with_context(at)?;
        }
    }
    Ok(())
}

fn starts_with_label(path: &Path) -> Result<bool> {
    // These formats are binary.
    if matches!(rows::extension(path).as_str(), "parquet" | "tfrecord") {
        return Ok(false);
    }
    Ok(text(path)?.start().starts_with(LABEL_PREFIX.as_bytes()))
}

fn text(path: &Path) -> Result<Source<'static>> {
    let file = File::open(path).with_context(|| format!("open {}", path.display()))?;
    Source::open(file, rows::most_bytes(path)?).with_context(|| format!("{}", path.display()))
}

/// `__label__1 a lovely dress`, as fastText and BlazingText have it.
fn read_label_lines(path: &Path, rows: &mut Vec<LabelledText>) -> Result<()> {
    for_each_line(path, |_, line| {
        let (label, text) = line.trim().split_once([' ', '\t']).unwrap_or((line, ""));
        let label = label
            .strip_prefix(LABEL_PREFIX)
            .filter(|label| !label.is_empty());
        let label =
            label.with_context(|| format!("does not start with {LABEL_PREFIX} and a name"))?;
        if text
            .split_whitespace()
            .any(|word| word.starts_with(LABEL_PREFIX))
        {
            bail!("more than one label to a text is not supported");
        }
        rows.push(LabelledText::new(text, label)?);
        Ok(())
    })
}

fn labelled(row: &tables::Row<'_>, columns: &Columns) -> Result<LabelledText> {
    let value = |column| row.need(column).map_err(|error| anyhow!("{error}"));
    LabelledText::new(&value(&columns.text)?, &value(&columns.label)?)
}

fn is_chosen(row: &tables::Row<'_>) -> Result<bool> {
    let slice = row.get(SLICE).map_err(|error| anyhow!("{error}"))?;
    let Some(slice) = slice else {
        return Ok(false);
    };
    let slice =
        serde_json::from_value(slice.into()).with_context(|| format!("the column \"{SLICE}\""))?;
    Ok(matches!(slice, Slice::Uncertain))
}

#[cfg(test)]
mod tests;
