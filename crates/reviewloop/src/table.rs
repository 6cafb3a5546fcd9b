//! A file of labelled texts, as far as a demo looks at it before register-dataset does, and by the
//! same rules.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use anyhow::{Context, ensure};
use tables::{Columns, Lines, Reader, RowError, Source};

/// What a packed file may have when it is unpacked: a demo holds it in memory.
const MAXIMUM_BYTES: u64 = 1 << 30;

pub struct Table {
    bytes: Vec<u8>,
}

/// A row in its place; a bad one has no values.
pub struct Row {
    pub lines: Lines,
    /// By column, without the blanks around them.
    pub values: BTreeMap<String, String>,
}

impl Table {
    pub fn read(path: &Path) -> anyhow::Result<Table> {
        let file = File::open(path).with_context(|| format!("read {}", path.display()))?;
        Table::parse(file).with_context(|| format!("{} cannot be used", path.display()))
    }

    pub fn parse(input: impl Read) -> anyhow::Result<Table> {
        let mut bytes = Vec::new();
        Source::open(input, MAXIMUM_BYTES)?.read_to_end(&mut bytes)?;
        // Without some of its lines an array is none.
        ensure!(
            !tables::is_array(&bytes),
            "it is a JSON array; a demo reads CSV or JSON Lines"
        );
        Ok(Table { bytes })
    }

    /// All rows with all their columns, or one sentence about what is wrong with the file as a whole. Single bad rows are
    /// register-dataset's to put into quarantine.
    pub fn rows(&self, columns: &Columns) -> anyhow::Result<Vec<Row>> {
        let mut reader = Reader::open(self.bytes.as_slice(), columns, MAXIMUM_BYTES)?;
        let mut rows = Vec::new();
        while let Some(entry) = reader.next_row()? {
            let values = entry.row.and_then(|row| values(&row, columns));
            rows.push(Row {
                lines: entry.lines,
                values: values.unwrap_or_default(),
            });
        }
        ensure!(!rows.is_empty(), "the file has a header and no rows");
        Ok(rows)
    }

    /// The file without the lines of some rows, which are in its order.
    pub fn without(&self, rows: &[Lines]) -> Vec<u8> {
        let mut rows = rows.iter().peekable();
        let mut kept = Vec::with_capacity(self.bytes.len());
        for (number, line) in (1..).zip(lines(&self.bytes)) {
            while rows.next_if(|row| row.last < number).is_some() {}
            if rows.peek().is_none_or(|row| number < row.first) {
                kept.extend_from_slice(line);
            }
        }
        kept
    }
}

impl Row {
    pub fn get(&self, column: &str) -> Option<&str> {
        self.values.get(column).map(String::as_str)
    }
}

fn values(row: &tables::Row<'_>, columns: &Columns) -> Result<BTreeMap<String, String>, RowError> {
    let names: Vec<&str> = columns
        .needed
        .iter()
        .chain(&columns.optional)
        .map(String::as_str)
        .collect();
    let mut values = row.others(&names);
    for column in names {
        if let Some(value) = row.get(column)? {
            values.insert(column.to_owned(), value.into_owned());
        }
    }
    Ok(values)
}

/// Lines with their ends, which are those that rows are counted by.
fn lines(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        let end = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r'));
        let length = match end {
            Some(at) if rest[at..].starts_with(b"\r\n") => at + 2,
            Some(at) => at + 1,
            None => rest.len(),
        };
        let (line, behind) = rest.split_at(length);
        rest = behind;
        (!line.is_empty()).then_some(line)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns() -> Columns {
        Columns {
            needed: ["Review", "Rating"].map(str::to_owned).into(),
            optional: Vec::new(),
        }
    }

    #[track_caller]
    fn refused(bytes: &[u8], expected: &str) {
        let rows = Table::parse(bytes).and_then(|table| table.rows(&columns()));
        let error = rows.err().expect("a bad table");
        assert!(format!("{error:#}").contains(expected), "{error:#}");
    }

    #[test]
    fn a_bad_file_is_refused_in_one_sentence() {
        refused(b"\xff\xfeR\0", "UTF-16");
        refused(b"Review,Rating\n", "no rows");
        refused(b"[{\"Review\":\"ok\"}]", "JSON array");
        refused(
            b"Text,Rating\nok,5\n",
            "there is no column \"Review\" among \"Text\", \"Rating\"",
        );
    }

    #[test]
    fn a_header_that_starts_with_a_bracket_is_a_header() {
        let file = b"[id],Review,Rating\n1,soft,5\n";
        let rows = Table::parse(&file[..]).and_then(|table| table.rows(&columns()));
        assert_eq!(rows.expect("rows")[0].get("Rating"), Some("5"));
    }

    #[test]
    fn a_bad_row_has_no_values_and_keeps_its_lines() {
        let file = b"Review;Rating\nok;5\n\xff;4\nopen \"quote;3\n\"two\r\nlines\";2\rlast;1";
        let table = Table::parse(&file[..]).expect("a table");
        let rows = table.rows(&columns()).expect("rows");
        let ratings: Vec<_> = rows.iter().map(|row| row.get("Rating")).collect();
        assert_eq!(ratings, [Some("5"), None, None, Some("2"), Some("1")]);
        let without = |place: usize| table.without(&[rows[place].lines]);
        assert_eq!(
            without(3),
            b"Review;Rating\nok;5\n\xff;4\nopen \"quote;3\nlast;1"
        );
        assert!(without(4).ends_with(b"lines\";2\r"));
        assert!(without(0).starts_with(b"Review;Rating\n\xff;4\n"));
        assert_eq!(table.without(&[]), file);
    }
}
