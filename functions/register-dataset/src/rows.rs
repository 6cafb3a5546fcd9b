//! From the file's rows to the part's: every row is either good or in quarantine with a reason.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;

use anyhow::Result;
use contracts::dataset::{Origin, Profile, QuarantinedRow, Row};
use contracts::keys;
use policy::dataset::Recipe;
use policy::naming;
use policy::text::MAXIMUM_CHARACTERS;
use sha2::{Digest, Sha256};
use tempfile::TempPath;

use crate::table::{self, BadField, RawRow, bad};

/// serde's own message would quote the field.
const NOT_A_LABELLED_ROW: &str = "a row of human labels has text, label, origin and human";

/// Rows of the quarantine that are kept one by one; the profile counts all of them.
const MAXIMUM_QUARANTINE: usize = 10_000;

/// What became of a file.
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
            Some(QuarantinedRow {
                row,
                column,
                reason,
            }) => format!(
                "none of the {} rows is good; row {row}, column {column:?}: {reason}",
                self.profile.quarantined
            ),
        })
    }
}

/// Reads the whole file. The inner `Err` says why it cannot be read at all.
pub fn check(path: &Path, source_key: &str, recipe: &Recipe) -> Result<Result<Checked, String>> {
    let mut collected = Collected::new()?;
    let mut write_error = None;
    let mut take = |number, row: Result<Row, BadField>| match row {
        Ok(row) => write_error = write_error.take().or(collected.add(row).err()),
        Err(bad) => collected.quarantine(number, bad),
    };
    let read = if source_key.starts_with(keys::INCOMING_HUMAN_LABELS) {
        table::read_json_lines(path, |number, value| {
            let row = value.and_then(|value| {
                serde_json::from_value(value).map_err(|_| bad("", NOT_A_LABELLED_ROW, ""))
            });
            take(number, row.and_then(|row: Row| sound(row, &recipe.labels)));
        })?;
        Ok(())
    } else if has_ending(source_key, &["jsonl", "json"]) {
        table::read_json_lines(path, |number, value| {
            let fields = value.and_then(|v| table::fields_of_json(&v, &recipe.mapping));
            take(number, fields.and_then(|fields| row(fields, recipe)));
        })?;
        Ok(())
    } else if has_ending(source_key, &["csv"]) {
        table::read_csv(path, &recipe.mapping, |number, fields| {
            take(number, fields.and_then(|fields| row(fields, recipe)));
        })?
    } else {
        Err("the name must end in .csv, .jsonl or .json".to_owned())
    };
    if let Some(error) = write_error {
        return Err(error);
    }
    match read {
        Ok(()) => collected.finish().map(Ok),
        Err(reason) => Ok(Err(reason)),
    }
}

fn has_ending(key: &str, endings: &[&str]) -> bool {
    let ending = Path::new(key)
        .extension()
        .and_then(|ending| ending.to_str());
    ending.is_some_and(|ending| {
        endings
            .iter()
            .any(|known| ending.eq_ignore_ascii_case(known))
    })
}

fn row(fields: RawRow, recipe: &Recipe) -> Result<Row, BadField> {
    let mapping = &recipe.mapping;
    let RawRow {
        text,
        label,
        category,
    } = fields;
    if text.trim().is_empty() {
        return Err(bad(&mapping.text_column, "empty", ""));
    }
    let known = mapping.labels.get(label.trim());
    let label = known.ok_or_else(|| {
        let values: Vec<_> = mapping.labels.keys().collect();
        bad(
            &mapping.label_column,
            "unknown value",
            format!("{} is none of {values:?}", named(&label)),
        )
    })?;
    let category = category.filter(|category| !category.trim().is_empty());
    let row = Row {
        text,
        label: label.clone(),
        category,
        origin: Origin::Upload,
        human: false,
        inclusion_probability: None,
    };
    sound(row, &recipe.labels).map_err(|found| BadField {
        column: mapping.text_column.clone(),
        ..found
    })
}

fn sound(row: Row, labels: &[String]) -> Result<Row, BadField> {
    let length = row.text.chars().count();
    if length > MAXIMUM_CHARACTERS {
        let detail = format!("{length} characters, at most {MAXIMUM_CHARACTERS} are a review");
        return Err(bad("text", "too long", detail));
    }
    if !labels.contains(&row.label) {
        return Err(bad(
            "label",
            "unknown value",
            format!("{} is none of {labels:?}", named(&row.label)),
        ));
    }
    Ok(row)
}

/// A short number is quoted in a reason. Anything else may be a piece of a review or an order's
/// number, where columns have slipped, and what is the customers' belongs in no log.
fn named(value: &str) -> String {
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

    fn quarantine(&mut self, row: u64, bad: BadField) {
        let BadField {
            column,
            kind,
            detail,
        } = bad;
        let counted = match column.as_str() {
            "" => kind.to_owned(),
            column => format!("{column}: {kind}"),
        };
        *self.profile.quarantine_reasons.entry(counted).or_default() += 1;
        self.profile.quarantined += 1;
        if self.quarantine.len() < MAXIMUM_QUARANTINE {
            let reason = match detail.as_str() {
                "" => kind.to_owned(),
                detail => format!("{kind}: {detail}"),
            };
            self.quarantine.push(QuarantinedRow {
                row,
                column,
                reason,
            });
        }
    }

    fn finish(mut self) -> Result<Checked> {
        self.file.flush()?;
        let mut profile = self.profile;
        if profile.rows == 0 {
            // Nothing has one name; what was wrong with it tells two such files apart.
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
