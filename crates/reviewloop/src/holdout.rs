//! The rows that are held out: a fifth, taken from the file before the upload and sent to the endpoint later.
//!
//! A row is drawn by the hash of its text, for a purpose of its own, so the draw is the same on
//! every machine and independent of split and balance; equal texts stay together.

use std::collections::{BTreeMap, BTreeSet};

use contracts::dataset::{Mapping, SplitPart};
use policy::labels;
use policy::text::{Reviewed, TextColumns, filled, row_hash};

use crate::table::{Row, Table};

/// The share of rows that is held out.
pub const SHARE: f64 = 0.2;
const PURPOSE: &str = "tomorrow";

/// A row that the demo will send as traffic, with the answer that its author gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withheld {
    pub review: Reviewed,
    pub label: String,
    /// The whole row, by column.
    pub values: BTreeMap<String, String>,
}

#[derive(Debug)]
pub struct Holdout {
    /// Everything else, byte for byte.
    pub upload: Vec<u8>,
    pub withheld: Vec<Withheld>,
    /// Rows in the file.
    pub rows: u64,
    /// Different texts of the upload that the split puts into the test part.
    pub test_rows: u64,
}

/// The rest of the table goes up as it is: single bad rows are register-dataset's to put into quarantine.
pub fn hold_out(table: &Table, mapping: &Mapping) -> anyhow::Result<Holdout> {
    let rows = table.rows(&columns(mapping))?;
    let (mut withheld, mut lines) = (Vec::new(), Vec::new());
    let mut test = BTreeSet::new();
    for row in &rows {
        let Some(good) = labelled(row, mapping) else {
            continue;
        };
        let text = &good.review.text;
        if policy::split::fraction(PURPOSE, text) < SHARE {
            withheld.push(good);
            lines.push(row.lines);
        } else if policy::split::part(text) == SplitPart::Test {
            test.insert(row_hash(text));
        }
    }
    Ok(Holdout {
        upload: table.without(&lines),
        withheld,
        rows: rows.len() as u64,
        test_rows: test.len() as u64,
    })
}

impl Holdout {
    /// Takes this share of the withheld rows away, the last ones, each text once and none that stays.
    pub fn set_aside(&mut self, share: f64) -> Vec<Withheld> {
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a share of a number of rows"
        )]
        let kept = ((1.0 - share) * self.withheld.len() as f64).ceil() as usize;
        let aside = self.withheld.split_off(kept);
        new_texts(aside, &self.withheld)
    }
}

/// The good rows of another file.
pub fn labelled_rows(table: &Table, mapping: &Mapping) -> anyhow::Result<Vec<Withheld>> {
    let rows = table.rows(&columns(mapping))?;
    let labelled = rows.iter().filter_map(|row| labelled(row, mapping));
    Ok(labelled.collect())
}

/// The rows whose text is none of the known ones', each text once.
pub fn new_texts(rows: Vec<Withheld>, known: &[Withheld]) -> Vec<Withheld> {
    let hash = |row: &Withheld| row_hash(&row.review.text);
    let mut known: BTreeSet<String> = known.iter().map(hash).collect();
    let new = rows.into_iter().filter(|row| known.insert(hash(row)));
    new.collect()
}

fn columns(mapping: &Mapping) -> tables::Columns {
    let text_columns = TextColumns::of(mapping);
    let needed = text_columns.names().chain([mapping.label_column.as_str()]);
    tables::Columns {
        needed: needed.map(str::to_owned).collect(),
        optional: Vec::new(),
    }
}

/// The row with its label, if it is a good one.
fn labelled(row: &Row, mapping: &Mapping) -> Option<Withheld> {
    let text = row
        .get(&mapping.text_column)
        .filter(|text| !text.is_empty())?;
    let label = labels::mapped(&mapping.labels, row.get(&mapping.label_column)?)?;
    let mut context = BTreeMap::new();
    for name in &mapping.context_columns {
        let field = filled(row.get(name)?);
        context.extend(field.map(|field| (name.clone(), field.to_owned())));
    }
    Some(Withheld {
        review: Reviewed {
            context,
            text: text.to_owned(),
        },
        label: label.clone(),
        values: row.values.clone(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::recipe::clothing_reviews;

    fn held_out(text: &str) -> Holdout {
        let table = Table::parse(text.as_bytes()).expect("a table");
        hold_out(&table, &clothing_reviews().mapping).expect("a good table")
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

    fn texts(holdout: &Holdout) -> Vec<String> {
        let texts = holdout.withheld.iter().map(|row| row.review.text.clone());
        texts.collect()
    }

    #[test]
    fn a_third_is_set_aside_and_answers_of_uploaded_texts_are_none() {
        let mut holdout = held_out(&table(5_000));
        let all = holdout.withheld.len();
        let aside = holdout.set_aside(1.0 / 3.0);
        assert_eq!(holdout.withheld.len() + aside.len(), all);
        assert!((aside.len() as f64 - all as f64 / 3.0).abs() <= 1.0);

        let mapping = clothing_reviews().mapping;
        let uploaded = Table::parse(table(100).as_bytes()).expect("a table");
        let file = table_of(&[3, 200, 201, 200]);
        let file = Table::parse(file.as_bytes()).expect("a table");
        let answers = labelled_rows(&file, &mapping).expect("good rows");
        assert_eq!(answers.len(), 4);
        let uploaded = labelled_rows(&uploaded, &mapping).expect("good rows");
        assert_eq!(new_texts(answers, &uploaded).len(), 2);

        // 6 texts, each five times: what stays in the traffic is not set aside, and the rest once.
        let row = |number: usize| Withheld {
            review: Reviewed::from(format!("text {}", number % 6)),
            label: "1".to_owned(),
            values: BTreeMap::new(),
        };
        holdout.withheld = (0..30).map(row).collect();
        assert!(holdout.set_aside(1.0 / 3.0).is_empty());
        holdout.withheld = (0..6).chain([4, 5, 4, 5]).map(row).collect();
        holdout.withheld.drain(4..6);
        assert_eq!(holdout.set_aside(0.5).len(), 2);
    }

    #[test]
    fn about_a_fifth_is_withheld_and_nothing_is_lost() {
        let holdout = held_out(&table(5_000));
        assert_eq!(holdout.rows, 5_000);
        assert!(
            holdout.withheld.len().abs_diff(1_000) < 150,
            "{}",
            holdout.withheld.len()
        );
        let rest = csv::Reader::from_reader(holdout.upload.as_slice())
            .into_records()
            .count();
        assert_eq!(rest + holdout.withheld.len(), 5_000);
        assert!(
            holdout.test_rows.abs_diff(800) < 120,
            "{}",
            holdout.test_rows
        );
        let twice = format!(
            "{}{}",
            table(50),
            table(50).replacen(",Review Text,Rating,Class Name\n", "", 1)
        );
        assert_eq!(held_out(&twice).test_rows, held_out(&table(50)).test_rows);
    }

    #[test]
    fn the_same_rows_are_withheld_in_any_order_and_company() {
        let withheld = |rows: &[usize]| {
            let mut texts = texts(&held_out(&table_of(rows)));
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
        let withheld = hold_out(&table, &mapping).expect("a good table").withheld;
        assert!(!withheld.is_empty());
        assert!(
            withheld
                .iter()
                .all(|row| row.review.context["Title"] == "Nice")
        );
    }

    #[test]
    fn the_draw_is_independent_of_the_split() {
        let holdout = held_out(&table(20_000));
        let test = holdout
            .withheld
            .iter()
            .filter(|row| policy::split::part(&row.review.text) == SplitPart::Test)
            .count() as f64;
        assert!((test / holdout.withheld.len() as f64 - 0.2).abs() < 0.03);
    }

    #[test]
    fn ratings_become_labels_and_bad_rows_stay_in_the_upload() {
        let table = "Review Text,Rating\n,5\nfine,7\nshort row\n";
        let holdout = held_out(table);
        assert!(holdout.withheld.is_empty());
        assert_eq!(String::from_utf8(holdout.upload).expect("UTF-8"), table);
        let holdout = held_out(&super::tests::table(500));
        assert!(
            holdout
                .withheld
                .iter()
                .all(|row| ["-1", "0", "1"].contains(&row.label.as_str()))
        );
    }
}
