//! Tomorrow's traffic: a fifth of the rows is kept back before the upload.
//!
//! A row is drawn by the hash of its text, for a purpose of its own, so the draw is the same on
//! every machine and independent of split and balance; equal texts stay together.

use std::collections::BTreeMap;

use contracts::dataset::Mapping;
use policy::labels;
use policy::text::{Reviewed, TextColumns, filled};

use crate::table::{Row, Table};

/// The share of rows that is kept back.
pub const SHARE: f64 = 0.2;
const PURPOSE: &str = "tomorrow";

/// A row that the demo will send as traffic, with the answer that its author gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withheld {
    pub review: Reviewed,
    pub label: String,
}

#[derive(Debug)]
pub struct Halves {
    /// Everything else, byte for byte.
    pub upload: Vec<u8>,
    pub withheld: Vec<Withheld>,
    /// Rows in the file.
    pub rows: u64,
}

/// The rest of the table goes up as it is: single bad rows are register-dataset's to put into quarantine.
pub fn halve(table: &Table, mapping: &Mapping) -> anyhow::Result<Halves> {
    let text_columns = TextColumns::of(mapping);
    let needed = text_columns.names().chain([mapping.label_column.as_str()]);
    let rows = table.rows(&tables::Columns {
        needed: needed.map(str::to_owned).collect(),
        optional: Vec::new(),
    })?;
    let (mut withheld, mut lines) = (Vec::new(), Vec::new());
    for row in &rows {
        if let Some(drawn) = tomorrow(row, mapping) {
            withheld.push(drawn);
            lines.push(row.lines);
        }
    }
    Ok(Halves {
        upload: table.without(&lines),
        withheld,
        rows: rows.len() as u64,
    })
}

/// The row, if it is a good one and drawn.
fn tomorrow(row: &Row, mapping: &Mapping) -> Option<Withheld> {
    let text = row.get(&mapping.text_column)?;
    let label = labels::mapped(&mapping.labels, row.get(&mapping.label_column)?)?;
    let mut context = BTreeMap::new();
    for name in &mapping.context_columns {
        let field = filled(row.get(name)?);
        context.extend(field.map(|field| (name.clone(), field.to_owned())));
    }
    let drawn = !text.is_empty() && policy::split::fraction(PURPOSE, text) < SHARE;
    drawn.then(|| Withheld {
        review: Reviewed {
            context,
            text: text.to_owned(),
        },
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
        let texts = halves.withheld.iter().map(|row| row.review.text.clone());
        texts.collect()
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
    fn a_withheld_row_keeps_its_title() {
        let mut mapping = clothing_reviews().mapping;
        mapping.context_columns = vec!["Title".to_owned()];
        let rows: String = (0..50)
            .map(|row| format!("text {row}, Nice ,5.0\n"))
            .collect();
        let text = format!("Review Text,Title,Rating\n{rows}");
        let table = Table::parse(text.as_bytes()).expect("a table");
        let withheld = halve(&table, &mapping).expect("a good table").withheld;
        assert!(!withheld.is_empty());
        assert!(
            withheld
                .iter()
                .all(|row| row.review.context["Title"] == "Nice")
        );
    }

    #[test]
    fn the_draw_is_independent_of_the_split() {
        let halves = halved(&table(20_000));
        let test = halves
            .withheld
            .iter()
            .filter(|row| {
                policy::split::part(&row.review.text) == contracts::dataset::SplitPart::Test
            })
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
