//! From the file's rows to the part's: every row is either good or in quarantine with a reason.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::Write;
use std::path::Path;

use anyhow::Result;
use contracts::dataset::{Origin, Profile, QuarantinedRow, Row};
use contracts::keys;
use policy::dataset::Recipe;
use policy::text::{MAXIMUM_CHARACTERS, Reviewed, TextColumns, characters};
use policy::{labels, naming};
use serde_json::Value;
use sha2::{Digest, Sha256};
use tables::{Columns, Lines, Reader, RowError};
use tempfile::TempPath;
use uploads::{manifest, reviewed};

const NOT_A_LABELLED_ROW: &str = "a row of human labels has text, label, origin and human";

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
    /// Text hashes, where the rows are human labels.
    pub labels: Vec<String>,
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

/// Reads the whole file. The inner `Err` is the reason why no row can be read.
pub fn check(
    path: &Path,
    source_key: &str,
    recipe: &Recipe,
    maximum_bytes: u64,
) -> Result<Result<Checked, String>> {
    let mut collected = Collected::new()?;
    let read = if tables::is_manifest_name(source_key) {
        Reader::open_json(File::open(path)?, &Columns::all(), maximum_bytes)
            .map_err(anyhow::Error::from)
            .and_then(|reader| collected.read(reader, |row| of_manifest(row, recipe)))
    } else if source_key.starts_with(keys::INCOMING_HUMAN_LABELS) {
        Reader::open_json(File::open(path)?, &Columns::all(), maximum_bytes)
            .map_err(anyhow::Error::from)
            .and_then(|reader| collected.read(reader, |row| labelled(row, recipe)))
    } else {
        open(path, source_key, recipe, maximum_bytes)
            .map_err(anyhow::Error::from)
            .and_then(|reader| collected.read(reader, |row| mapped(&row, recipe)))
    };
    match read.map_err(anyhow::Error::downcast) {
        Ok(()) => collected.finish().map(Ok),
        Err(Ok(tables::Error::Refused(reason))) => Ok(Err(reason)),
        Err(Ok(error)) => Err(error.into()),
        Err(Err(error)) => Err(error),
    }
}

fn open(
    path: &Path,
    source_key: &str,
    recipe: &Recipe,
    maximum_bytes: u64,
) -> Result<Reader<'static>, tables::Error> {
    let mapping = &recipe.mapping;
    let text_columns = TextColumns::of(mapping);
    let needed = text_columns.names().chain([mapping.label_column.as_str()]);
    let columns = Columns {
        needed: needed.map(str::to_owned).collect(),
        optional: mapping.category_column.iter().cloned().collect(),
    };
    let file = File::open(path)?;
    if tables::is_json_name(source_key) {
        Reader::open_json(file, &columns, maximum_bytes)
    } else {
        Reader::open(file, &columns, maximum_bytes)
    }
}

/// A row of an uploaded table.
fn mapped(row: &tables::Row<'_>, recipe: &Recipe) -> Result<Row, RowError> {
    let mapping = &recipe.mapping;
    let texts = TextColumns::of(mapping);
    let Reviewed { context, text } = reviewed(row, &texts)?;
    let value = row.need(&mapping.label_column)?;
    let label = labels::mapped(&mapping.labels, &value).ok_or_else(|| {
        let values: Vec<_> = mapping.labels.keys().collect();
        let detail = format!("{} is not one of {values:?}", quoted_if_number(&value));
        RowError::new(&mapping.label_column, "unknown value", detail)
    })?;
    // A row is as good without a category.
    let category = mapping.category_column.as_deref();
    let category = category.and_then(|column| row.get(column).ok().flatten());
    let known = texts.names().chain([mapping.label_column.as_str()]);
    let known: Vec<&str> = known.chain(mapping.category_column.as_deref()).collect();
    let mut columns = row.others(&known);
    // A rating says more than the label that it is mapped to.
    columns.insert(mapping.label_column.clone(), value.into_owned());
    let row = Row {
        text,
        context,
        label: label.clone(),
        category: category
            .map(Into::into)
            .filter(|name: &String| !name.is_empty()),
        columns,
        origin: Origin::Upload,
        human: false,
        inclusion_probability: None,
    };
    valid(row, &recipe.labels).map_err(|error| RowError {
        column: mapping.text_column.clone(),
        ..error
    })
}

/// A line of Ground Truth's output manifest. Its class names are the stack's labels, and no values of the label column.
fn of_manifest(row: tables::Row<'_>, recipe: &Recipe) -> Result<Row, RowError> {
    let Reviewed { context, text } = manifest::reviewed(&row, &TextColumns::of(&recipe.mapping))?;
    let row = Row {
        text,
        context,
        label: manifest::label(&row.into_object()?)?,
        category: None,
        columns: BTreeMap::new(),
        origin: Origin::Upload,
        human: false,
        inclusion_probability: None,
    };
    valid(row, &recipe.labels)
}

/// A row that prepare-retraining wrote.
fn labelled(row: tables::Row<'_>, recipe: &Recipe) -> Result<Row, RowError> {
    let row = row.into_object()?;
    let row = serde_json::from_value(Value::Object(row));
    // serde's own message would quote the field.
    let row = row.map_err(|_| RowError::new("", NOT_A_LABELLED_ROW, ""))?;
    valid(row, &recipe.labels)
}

fn valid(row: Row, labels: &[String]) -> Result<Row, RowError> {
    let length = characters(&row.context, &row.text);
    if length > MAXIMUM_CHARACTERS {
        let detail = format!("{length} characters; the limit is {MAXIMUM_CHARACTERS}");
        return Err(RowError::new("text", "too long", detail));
    }
    if !labels.contains(&row.label) {
        let detail = format!("{} is not one of {labels:?}", quoted_if_number(&row.label));
        return Err(RowError::new("label", "unknown value", detail));
    }
    Ok(row)
}

/// Reasons are logged, so they quote only short numbers; a shifted column could contain review text.
fn quoted_if_number(value: &str) -> String {
    let value = value.trim();
    if value.is_empty() || (value.len() <= 4 && value.parse::<f64>().is_ok()) {
        return format!("{value:?}");
    }
    format!("a text of {} characters", value.chars().count())
}

struct Collected {
    file: std::io::BufWriter<std::fs::File>,
    path: TempPath,
    hash: Sha256,
    quarantine: Vec<QuarantinedRow>,
    profile: Profile,
    words: u64,
    labels: BTreeSet<String>,
}

impl Collected {
    fn new() -> Result<Self> {
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
            words: 0,
            labels: BTreeSet::new(),
        })
    }

    fn read(
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

    fn finish(mut self) -> Result<Checked> {
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
            profile,
            labels: self.labels.into_iter().collect(),
        })
    }
}
