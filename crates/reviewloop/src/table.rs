//! A file of labelled texts, as far as a demo looks at it before register-dataset does.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, bail};
use csv::StringRecord;

pub struct Table {
    pub header: StringRecord,
    pub rows: Vec<StringRecord>,
}

impl Table {
    /// The file's rows, or one sentence about what is wrong with it as a whole.
    pub fn read(path: &Path) -> anyhow::Result<Table> {
        if path
            .extension()
            .is_some_and(|extension| !extension.eq_ignore_ascii_case("csv"))
        {
            bail!("{} is not a .csv file; the demo reads CSV", path.display());
        }
        let bytes = std::fs::read(path).with_context(|| format!("read {}", path.display()))?;
        Table::parse(&bytes).with_context(|| format!("{} cannot be used", path.display()))
    }

    /// Single bad rows are left in: register-dataset puts them into quarantine.
    pub fn parse(bytes: &[u8]) -> anyhow::Result<Table> {
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
        let mut rows = Vec::new();
        for record in csv.records() {
            rows.push(record.with_context(|| format!("read row {}", rows.len() + 1))?);
        }
        let Some(last) = rows.last() else {
            bail!("the file has a header and no rows");
        };
        // The reader takes everything after an unclosed quote as one field.
        let quotes = bytes.iter().filter(|byte| **byte == b'"').count();
        let open = last.iter().next_back();
        if quotes % 2 == 1 && open.is_some_and(|field| field.contains('\n')) {
            bail!("row {} opens a quote that is never closed", rows.len());
        }
        Ok(Table { header, rows })
    }

    pub fn has(&self, column: &str) -> bool {
        self.header.iter().any(|name| name.trim() == column)
    }

    /// Its place; an unknown name is answered with those that the file has.
    pub fn column(&self, name: &str) -> anyhow::Result<usize> {
        let place = self.header.iter().position(|column| column.trim() == name);
        place.with_context(|| {
            format!(
                "the column {name:?} is missing; the header has {}",
                self.names()
            )
        })
    }

    pub fn names(&self) -> String {
        let names = self.header.iter().filter(|name| !name.is_empty());
        names.collect::<Vec<_>>().join(", ")
    }

    /// Values of a column with their rows, blanks around them and empty ones left out.
    pub fn values(&self, column: usize) -> BTreeMap<&str, usize> {
        let mut values = BTreeMap::new();
        for value in self.rows.iter().filter_map(|row| row.get(column)) {
            if !value.trim().is_empty() {
                *values.entry(value.trim()).or_default() += 1;
            }
        }
        values
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refused(bytes: &[u8], expected: &str) {
        let error = Table::parse(bytes).err().expect("a bad table");
        assert!(format!("{error:#}").contains(expected), "{error:#}");
    }

    #[test]
    fn a_bad_file_is_refused_in_one_sentence() {
        refused(
            b"Review Text,Rating\nok,5\n\xff\xfe,4\n",
            "line 3 is not UTF-8",
        );
        refused(b"Review Text,Rating\n", "no rows");
        refused(
            b"Rating,Review Text\n5,ok\n4,\"open\n3,ok\n",
            "row 2 opens a quote that is never closed",
        );
    }

    #[test]
    fn a_missing_column_is_answered_with_those_that_are_there() {
        let table = Table::parse(b"\xef\xbb\xbfReview , Rating\nok,5\n,5 \n").expect("a table");
        assert_eq!(table.column("Review").expect("with blanks around it"), 0);
        let error = table
            .column("Review Text")
            .expect_err("missing")
            .to_string();
        assert!(
            error.starts_with("the column \"Review Text\" is missing; the header has "),
            "{error}"
        );
        assert_eq!(table.values(1), BTreeMap::from([("5", 2)]));
    }
}
