//! Tomorrow's traffic: a fifth of the rows is kept back before the upload.
//!
//! A row is drawn by the hash of its text, for a purpose of its own, so the draw is the same on
//! every machine and independent of split and balance; equal texts stay together.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, bail};
use contracts::dataset::Mapping;

/// The share of rows that is kept back.
pub const SHARE: f64 = 0.2;
const PURPOSE: &str = "tomorrow";

/// A row that the demo will send as traffic, with the answer that its author gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withheld {
    pub text: String,
    pub label: String,
}

#[derive(Debug)]
pub struct Halves {
    /// Everything else, byte for byte as fields, with the same header.
    pub upload: Vec<u8>,
    pub withheld: Vec<Withheld>,
    /// Rows in the file.
    pub rows: u64,
}

/// How the public clothing reviews become rows; the template's defaults say the same, and the
/// demo compares this with the mapping that register-dataset wrote.
pub fn clothing_reviews() -> Mapping {
    let labels = [("1", "-1"), ("2", "-1"), ("3", "0"), ("4", "1"), ("5", "1")];
    Mapping {
        text_column: "Review Text".to_owned(),
        context_columns: Vec::new(),
        label_column: "Rating".to_owned(),
        category_column: Some("Class Name".to_owned()),
        labels: labels
            .into_iter()
            .map(|(from, to)| (from.to_owned(), to.to_owned()))
            .collect(),
    }
}

/// The file's bytes, or one sentence about what is wrong with it as a whole. Single bad rows are
/// left in: register-dataset puts them into quarantine.
pub fn read(path: &Path, mapping: &Mapping) -> anyhow::Result<Halves> {
    if path
        .extension()
        .is_some_and(|extension| !extension.eq_ignore_ascii_case("csv"))
    {
        bail!("{} is not a .csv file; the demo reads CSV", path.display());
    }
    let bytes = std::fs::read(path).with_context(|| format!("read {}", path.display()))?;
    halve(&bytes, mapping).with_context(|| format!("{} cannot be used", path.display()))
}

pub fn halve(bytes: &[u8], mapping: &Mapping) -> anyhow::Result<Halves> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let line = bytes[..error.valid_up_to()]
            .iter()
            .filter(|byte| **byte == b'\n')
            .count()
            + 1;
        anyhow::anyhow!("line {line} is not UTF-8; save the file as UTF-8")
    })?;
    let mut csv = csv::ReaderBuilder::new()
        .flexible(true)
        .from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let header = csv.headers().context("read the header")?.clone();
    let column = |name: &str| {
        header
            .iter()
            .position(|column| column.trim() == name)
            .with_context(|| {
                let found: Vec<&str> = header.iter().filter(|column| !column.is_empty()).collect();
                format!(
                    "the column {name:?} is missing; the header has {}",
                    found.join(", ")
                )
            })
    };
    let (text, label) = (
        column(&mapping.text_column)?,
        column(&mapping.label_column)?,
    );

    let mut upload = csv::WriterBuilder::new()
        .flexible(true)
        .from_writer(Vec::with_capacity(bytes.len()));
    upload.write_record(&header)?;
    let (mut withheld, mut rows, mut last_is_open) = (Vec::new(), 0, false);
    for record in csv.records() {
        let record = record.with_context(|| format!("read row {}", rows + 1))?;
        rows += 1;
        last_is_open = record
            .iter()
            .next_back()
            .is_some_and(|field| field.contains('\n'));
        match tomorrow(record.get(text), record.get(label), &mapping.labels) {
            Some(row) => withheld.push(row),
            None => upload.write_record(&record)?,
        }
    }
    // The reader takes everything after an unclosed quote as one field.
    let quotes = bytes.iter().filter(|byte| **byte == b'"').count();
    if quotes % 2 == 1 && last_is_open {
        bail!("row {rows} opens a quote that is never closed");
    }
    if rows == 0 {
        bail!("the file has a header and no rows");
    }
    Ok(Halves {
        upload: upload.into_inner().context("write the remaining rows")?,
        withheld,
        rows,
    })
}

/// The row, if it is a good one and drawn.
fn tomorrow(
    text: Option<&str>,
    label: Option<&str>,
    labels: &BTreeMap<String, String>,
) -> Option<Withheld> {
    let (text, label) = (text?, labels.get(label?.trim())?);
    let drawn = !text.trim().is_empty() && policy::split::fraction(PURPOSE, text) < SHARE;
    drawn.then(|| Withheld {
        text: text.to_owned(),
        label: label.clone(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(rows: usize) -> String {
        table_of(&(0..rows).collect::<Vec<_>>())
    }

    fn table_of(rows: &[usize]) -> String {
        let mut table = String::from(",Review Text,Rating,Class Name\n");
        for row in rows {
            table.push_str(&format!(
                "{row},\"text {row}, with \"\"quotes\"\"\nand lines\",{},Knits\n",
                row % 5 + 1
            ));
        }
        table
    }

    fn texts(halves: &Halves) -> Vec<String> {
        halves.withheld.iter().map(|row| row.text.clone()).collect()
    }

    #[test]
    fn about_a_fifth_is_withheld_and_nothing_is_lost() {
        let halves = halve(table(5_000).as_bytes(), &clothing_reviews()).expect("a good table");
        assert_eq!(halves.rows, 5_000);
        assert!(
            halves.withheld.len().abs_diff(1_000) < 150,
            "{}",
            halves.withheld.len()
        );
        let rest = csv::Reader::from_reader(halves.upload.as_slice())
            .into_records()
            .count();
        assert_eq!(rest + halves.withheld.len(), 5_000);
    }

    #[test]
    fn the_same_rows_are_withheld_in_any_order_and_company() {
        let withheld = |rows: &[usize]| {
            let mut texts =
                texts(&halve(table_of(rows).as_bytes(), &clothing_reviews()).expect("good"));
            texts.sort();
            texts
        };
        let forwards: Vec<usize> = (0..300).collect();
        let backwards: Vec<usize> = (0..300).rev().collect();
        let more: Vec<usize> = (0..600).collect();
        assert_eq!(withheld(&forwards), withheld(&backwards));
        let more = withheld(&more);
        assert!(withheld(&forwards).iter().all(|text| more.contains(text)));
    }

    #[test]
    fn the_draw_is_independent_of_the_split() {
        let halves = halve(table(20_000).as_bytes(), &clothing_reviews()).expect("good");
        let test = halves
            .withheld
            .iter()
            .filter(|row| policy::split::part(&row.text) == contracts::dataset::SplitPart::Test)
            .count() as f64;
        assert!((test / halves.withheld.len() as f64 - 0.2).abs() < 0.03);
    }

    #[test]
    fn ratings_become_labels_and_bad_rows_stay_in_the_upload() {
        let table = "Review Text,Rating\n,5\nfine,7\nshort row\n";
        let halves = halve(table.as_bytes(), &clothing_reviews()).expect("good enough");
        assert!(halves.withheld.is_empty());
        assert_eq!(String::from_utf8(halves.upload).expect("UTF-8"), table);
        let halves = halve(super::tests::table(500).as_bytes(), &clothing_reviews()).expect("good");
        assert!(
            halves
                .withheld
                .iter()
                .all(|row| ["-1", "0", "1"].contains(&row.label.as_str()))
        );
    }

    #[track_caller]
    fn refused(bytes: &[u8], expected: &str) {
        let error = halve(bytes, &clothing_reviews()).expect_err("a bad table");
        assert!(format!("{error:#}").contains(expected), "{error:#}");
    }

    #[test]
    fn a_bad_file_is_refused_in_one_sentence() {
        refused(
            b"Review Text,Rating\nok,5\n\xff\xfe,4\n",
            "line 3 is not UTF-8",
        );
        refused(
            b"Review,Rating\nok,5\n",
            "the column \"Review Text\" is missing; the header has Review, Rating",
        );
        refused(b"Review Text,Rating\n", "no rows");
        refused(
            b"Rating,Review Text\n5,ok\n4,\"open\n3,ok\n",
            "row 2 opens a quote that is never closed",
        );
    }
}
