//! Tomorrow's traffic: a fifth of the rows is kept back before the upload.
//!
//! A row is drawn by the hash of its text, for a purpose of its own, so the draw is the same on
//! every machine and independent of split and balance; equal texts stay together.

use std::collections::BTreeMap;

use anyhow::Context;
use contracts::dataset::Mapping;

use crate::table::Table;

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

/// The rest of the table goes up as it is: single bad rows are register-dataset's to put into quarantine.
pub fn halve(table: &Table, mapping: &Mapping) -> anyhow::Result<Halves> {
    let (text, label) = (
        table.column(&mapping.text_column)?,
        table.column(&mapping.label_column)?,
    );
    let mut upload = csv::WriterBuilder::new()
        .flexible(true)
        .from_writer(Vec::new());
    upload.write_record(&table.header)?;
    let mut withheld = Vec::new();
    for row in &table.rows {
        match tomorrow(row.get(text), row.get(label), &mapping.labels) {
            Some(row) => withheld.push(row),
            None => upload.write_record(row)?,
        }
    }
    Ok(Halves {
        upload: upload.into_inner().context("write the remaining rows")?,
        withheld,
        rows: table.rows.len() as u64,
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
    use crate::demo::recipe::clothing_reviews;

    fn halved(text: &str) -> Halves {
        let table = Table::parse(text.as_bytes()).expect("a table");
        halve(&table, &clothing_reviews().mapping).expect("a good table")
    }

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
        let halves = halved(&table(5_000));
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
            let mut texts = texts(&halved(&table_of(rows)));
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
        let halves = halved(&table(20_000));
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
        let halves = halved(table);
        assert!(halves.withheld.is_empty());
        assert_eq!(String::from_utf8(halves.upload).expect("UTF-8"), table);
        let halves = halved(&super::tests::table(500));
        assert!(
            halves
                .withheld
                .iter()
                .all(|row| ["-1", "0", "1"].contains(&row.label.as_str()))
        );
    }
}
