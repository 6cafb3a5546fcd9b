//! The rows of a file by its columns' names, for every kind of table.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::Read;

use serde_json::{Map, Value};

use crate::csv::{Record, Records};
use crate::header::{self, Columns, Header, SEPARATORS};
use crate::json::{JsonArray, JsonLines};
use crate::source::Source;
use crate::window::{Window, is_line_end};
use crate::{Error, Lines, MAXIMUM_ROW_BYTES, RowError};

/// A file that is being read.
pub struct Reader<'a> {
    table: Table<'a>,
    /// Rows so far.
    number: u64,
}

enum Table<'a> {
    Csv {
        header: Header,
        records: Records<Source<'a>>,
    },
    JsonLines(JsonLines<Source<'a>>),
    JsonArray(JsonArray<Source<'a>>),
}

/// A row in its place: a good one, or what is wrong with it.
#[derive(Debug)]
pub struct Entry<'a> {
    /// Counted from 1, the header not counted.
    pub number: u64,
    pub lines: Lines,
    pub row: Result<Row<'a>, RowError>,
}

/// A row whose values can be asked for.
#[derive(Debug)]
pub struct Row<'a>(Values<'a>);

#[derive(Debug)]
enum Values<'a> {
    Fields {
        header: &'a Header,
        record: Record<'a>,
    },
    Object(Map<String, Value>),
}

impl<'a> Reader<'a> {
    /// Looks at the first bytes and finds the columns. `limit`: bytes that a gzip file may have
    /// when it is unpacked.
    pub fn open(input: impl Read + 'a, columns: &Columns, limit: u64) -> Result<Self, Error> {
        Self::new(Source::open(input, limit)?, columns, false)
    }

    /// The same for a file whose name says that it is JSON: a malformed first line is then a bad
    /// row, and no CSV header.
    pub fn open_json(input: impl Read + 'a, columns: &Columns, limit: u64) -> Result<Self, Error> {
        Self::new(Source::open(input, limit)?, columns, true)
    }

    fn new(source: Source<'a>, columns: &Columns, json: bool) -> Result<Self, Error> {
        let start = source.start().trim_ascii_start();
        let table = match start.first() {
            // A file of JSON Lines may have no rows; a CSV file has a header at least.
            None if !json => return Err(Error::Refused("the file is empty".to_owned())),
            None => Table::JsonLines(JsonLines::new(source)),
            Some(b'[') if json || is_array(start) => Table::JsonArray(JsonArray::new(source)),
            Some(b'{') if over_lines(start) => return Err(Error::Refused(ONE_OBJECT.to_owned())),
            Some(b'{') => Table::JsonLines(JsonLines::new(source)),
            Some(_) if json => Table::JsonLines(JsonLines::new(source)),
            Some(_) => csv(source, columns)?,
        };
        Ok(Self { table, number: 0 })
    }

    /// The columns that are read, each with its place from 0 in the header; a row of JSON has names of its own.
    pub fn places(&self) -> &[(String, usize)] {
        match &self.table {
            Table::Csv { header, .. } => &header.places,
            Table::JsonLines(_) | Table::JsonArray(_) => &[],
        }
    }

    pub fn next_row(&mut self) -> Result<Option<Entry<'_>>, Error> {
        let (lines, row) = match &mut self.table {
            Table::Csv { header, records } => {
                let Some(entry) = records.next_record()? else {
                    return Ok(None);
                };
                let row = entry.record.map(|record| Values::Fields { header, record });
                (entry.lines, row.map_err(RowError::from))
            }
            Table::JsonLines(rows) => match rows.next_row()? {
                Some(entry) => (entry.lines, entry.object.map(Values::Object)),
                None => return Ok(None),
            },
            Table::JsonArray(rows) => match rows.next_row()? {
                Some(entry) => (entry.lines, entry.object.map(Values::Object)),
                None => return Ok(None),
            },
        };
        self.number += 1;
        Ok(Some(Entry {
            number: self.number,
            lines,
            row: row.map(Row),
        }))
    }
}

/// Whether a file that starts so is a JSON array. A header may start with a bracket too: `[id],text`.
pub fn is_array(start: &[u8]) -> bool {
    let start = start.trim_ascii_start();
    let behind = start.strip_prefix(b"[").map(<[u8]>::trim_ascii_start);
    let word = |byte: &u8| byte.is_ascii_alphabetic() || *byte == b'_' || !byte.is_ascii();
    behind.is_some_and(|behind| !behind.first().is_some_and(word))
}

const ONE_OBJECT: &str = "the file looks like one JSON object over several lines: write one object a line \
     (JSON Lines), or an array of objects";

fn over_lines(start: &[u8]) -> bool {
    let line = start
        .split(|byte| *byte == b'\n')
        .next()
        .unwrap_or_default();
    line.trim_ascii() == b"{"
}

fn csv<'a>(source: Source<'a>, columns: &Columns) -> Result<Table<'a>, Error> {
    let mut window = Window::new(source);
    window.grow()?;
    let given = separator_line(&mut window)?;
    let mut records = Records::of(window, b',', None);
    let (mut best, mut best_fit) = (SEPARATORS[0], (0, 0));
    for separator in given.map_or(SEPARATORS.to_vec(), |given| vec![given]) {
        if let Some(header) = records.header(separator)? {
            let fit = header::fit(&header, columns);
            if fit > best_fit {
                (best, best_fit) = (separator, fit);
            }
        }
    }
    records.header(best)?;
    let refused = |line, reason| Error::Refused(format!("line {line} (the header): {reason}"));
    let Some(entry) = records.next_record()? else {
        return Err(Error::Refused("the file is empty".to_owned()));
    };
    let line = entry.lines.first;
    let names = match entry.record {
        Ok(record) => record.names(),
        Err(broken) => return Err(refused(line, RowError::from(broken).reason())),
    };
    let header = Header::find(&names, best, columns).map_err(|reason| refused(line, reason))?;
    Ok(Table::Csv { header, records })
}

/// A first line `sep=;` is Excel's: it says the separator and is no row.
fn separator_line(window: &mut Window<Source<'_>>) -> Result<Option<u8>, Error> {
    let Some(end) = window.line_end(0, MAXIMUM_ROW_BYTES)? else {
        return Ok(None);
    };
    let line = &window.bytes()[..end];
    let line = line.strip_prefix(b"\"").unwrap_or(line);
    let Some((word, [separator, rest @ ..])) = line.split_at_checked(4) else {
        return Ok(None);
    };
    let nothing = |rest: &[u8]| matches!(rest.trim_ascii(), b"" | b"\"");
    if !word.eq_ignore_ascii_case(b"sep=") || is_line_end(*separator) || !nothing(rest) {
        return Ok(None);
    }
    let separator = *separator;
    window.advance(end);
    Ok(Some(separator))
}

impl From<Map<String, Value>> for Row<'static> {
    fn from(object: Map<String, Value>) -> Self {
        Self(Values::Object(object))
    }
}

impl Row<'_> {
    /// A column's value as text, without the blanks around it; `None` where the row has no such
    /// column.
    pub fn get(&self, column: &str) -> Result<Option<Cow<'_, str>>, RowError> {
        match &self.0 {
            Values::Fields { header, record } => {
                let place = header.places.iter().find(|(name, _)| name == column);
                let value = place.and_then(|(_, place)| record.get(*place));
                value.map(|value| text(column, value)).transpose()
            }
            Values::Object(object) => {
                let value = member(object, column)?.map(|value| scalar(column, value));
                value.transpose()
            }
        }
    }

    /// The same of a column that every row has: without it the row is bad, for the reason that its
    /// names suggest.
    pub fn need(&self, column: &str) -> Result<Cow<'_, str>, RowError> {
        self.get(column)?.ok_or_else(|| {
            let detail = match &self.0 {
                Values::Object(object) => instead(object, column),
                Values::Fields { .. } => None,
            };
            RowError::new(column, "missing", detail.unwrap_or_default())
        })
    }

    /// The values of all columns but those, as texts. What is empty, no text or not UTF-8 is left out: nobody asked
    /// for it by name.
    pub fn others(&self, known: &[&str]) -> BTreeMap<String, String> {
        let texts: Vec<(&String, Cow<'_, str>)> = match &self.0 {
            Values::Fields { header, record } => {
                let others = header.others.iter().filter_map(|(name, place)| {
                    Some((name, text(name, record.get(*place)?).ok()?))
                });
                others.collect()
            }
            Values::Object(object) => {
                let asked: Vec<&Value> = known
                    .iter()
                    .filter_map(|column| member(object, column).ok().flatten())
                    .collect();
                let others = object
                    .iter()
                    .filter(|(name, value)| {
                        !name.is_empty() && !asked.iter().any(|asked| std::ptr::eq(*asked, *value))
                    })
                    .filter_map(|(name, value)| Some((name, scalar(name, value).ok()?)));
                others.collect()
            }
        };
        let filled = texts.into_iter().filter(|(_, text)| !text.is_empty());
        filled
            .map(|(name, text)| (name.clone(), text.into_owned()))
            .collect()
    }

    /// All values of the row by their columns' names.
    pub fn into_object(self) -> Result<Map<String, Value>, RowError> {
        match self.0 {
            Values::Object(object) => Ok(object),
            Values::Fields { header, record } => {
                let values = header.places.iter().filter_map(|(name, place)| {
                    let value = text(name, record.get(*place)?);
                    Some(value.map(|value| (name.clone(), Value::from(value))))
                });
                values.collect()
            }
        }
    }
}

fn text<'a>(column: &str, value: Cow<'a, [u8]>) -> Result<Cow<'a, str>, RowError> {
    let not_utf8 = || RowError::new(column, "not UTF-8", "save the file as CSV UTF-8");
    match value {
        Cow::Borrowed(bytes) => {
            let text = std::str::from_utf8(bytes).map_err(|_| not_utf8())?;
            Ok(text.trim().into())
        }
        Cow::Owned(bytes) => {
            let text = String::from_utf8(bytes).map_err(|_| not_utf8())?;
            Ok(text.trim().to_owned().into())
        }
    }
}

/// The member of that name, or the only one that differs in case and blanks alone.
fn member<'a>(object: &'a Map<String, Value>, column: &str) -> Result<Option<&'a Value>, RowError> {
    if let Some(value) = object.get(column) {
        return Ok(Some(value));
    }
    let names: Vec<&String> = object.keys().collect();
    let place = header::place(&names, column);
    let place = place.map_err(|reason| RowError::new(column, "ambiguous", reason))?;
    Ok(place.and_then(|place| object.get(names[place])))
}

/// What an object without this member has in its place, if that is plain.
fn instead(object: &Map<String, Value>, column: &str) -> Option<String> {
    let names: Vec<&String> = object.keys().collect();
    if let Some(near) = header::near(&names, column) {
        return Some(format!("there is {near:?}; rename it"));
    }
    let objects = |value: &Value| {
        value
            .as_array()
            .is_some_and(|list| list.iter().any(Value::is_object))
    };
    let (name, _) = object.iter().find(|(_, value)| objects(value))?;
    Some(format!(
        "the rows seem to be the list {name:?} inside one object: upload that list"
    ))
}

/// Strings, numbers as they are written, and nothing for null: pandas writes it for a missing
/// value.
fn scalar<'a>(column: &str, value: &'a Value) -> Result<Cow<'a, str>, RowError> {
    match value {
        Value::String(text) => Ok(text.trim().into()),
        Value::Number(number) => Ok(number.to_string().into()),
        Value::Bool(value) => Ok(value.to_string().into()),
        Value::Null => Ok("".into()),
        Value::Object(_) => Err(RowError::new(column, NO_VALUE, COLUMN_OBJECTS)),
        Value::Array(_) => Err(RowError::new(column, NO_VALUE, "a list")),
    }
}

const NO_VALUE: &str = "neither a text nor a number";
const COLUMN_OBJECTS: &str =
    "an object (pandas writes a row a line with orient=\"records\", lines=True)";

#[cfg(test)]
mod tests;
