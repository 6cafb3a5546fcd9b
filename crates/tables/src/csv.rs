//! CSV by RFC 4180, strictly, with recovery.
//!
//! A record is good if it parses strictly to the number of fields that every record has. Two
//! liberties are taken with the RFC, because neither can be read in two ways: blanks around a
//! value do not belong to it, quoted or not, and pairs of quotes inside an unquoted field stand
//! for themselves. An unpaired quote there is an error: so ends every field whose opening quote was
//! lost.
//!
//! A record that is not good ends at the first later line end from which a good one starts, or
//! else at the last line end within [`MAXIMUM_ROW_BYTES`]. So a good record is lost only if it
//! stands inside text that parses as one strict record. If the last line of a broken record parses
//! as a complete record, it is accepted.

mod broken;
mod record;
#[cfg(test)]
mod tests;

use std::io::{self, Read};

pub use broken::Broken;
pub use record::Record;
use record::{Parsed, parse};

use crate::bounds::MAXIMUM_SEARCH_BYTES;
use crate::window::{Window, is_line_end};
use crate::{Lines, MAXIMUM_ROW_BYTES};

/// A record in its place.
#[derive(Debug)]
pub struct Entry<'a> {
    pub lines: Lines,
    pub record: Result<Record<'a>, Broken>,
}

/// The records of a file, one after the other.
pub struct Records<R> {
    window: Window<R>,
    separator: u8,
    /// Fields of a good record; the first record says it where it is not known.
    width: Option<usize>,
    /// Whether a record of one field is good too.
    or_one: bool,
    /// How the first record's line ends.
    line_end: Option<&'static [u8]>,
    /// Bytes of the window that were given out.
    given: usize,
    record: record::Parts,
}

/// The line end that a record ends with; `None` at the file's end.
fn line_end(record: &[u8]) -> Option<&'static [u8]> {
    let ends: [&[u8]; 3] = [b"\r\n", b"\n", b"\r"];
    ends.into_iter().find(|end| record.ends_with(end))
}

impl<R: Read> Records<R> {
    pub fn new(input: R, separator: u8, width: usize) -> Self {
        Self::of(Window::new(input), separator, Some(width))
    }

    /// The same where a record of one field is good too.
    pub fn of_width_or_one(input: R, separator: u8, width: usize) -> Self {
        Self {
            or_one: true,
            ..Self::new(input, separator, width)
        }
    }

    pub(crate) fn of(window: Window<R>, separator: u8, width: Option<usize>) -> Self {
        Self {
            window,
            separator,
            width,
            or_one: false,
            line_end: None,
            given: 0,
            record: record::Parts::default(),
        }
    }

    /// The next record that is not blank.
    pub fn next_record(&mut self) -> io::Result<Option<Entry<'_>>> {
        self.window.advance(self.given);
        self.given = 0;
        while let Some(length) = self.blank_line(0)? {
            if length == 0 {
                return Ok(None);
            }
            self.window.advance(length);
        }
        let parsed = self.parse_at(0)?;
        let continued = match parsed {
            Ok((length, _)) => self.continued(length)?,
            Err(_) => None,
        };
        let (length, broken) = match parsed {
            Ok(_) if let Some(end) = continued => (end, Some(Broken::LineEndInField)),
            Ok((length, _)) if self.has_width() => (length, None),
            Ok((length, several_lines)) => {
                let fields = self.fields();
                // On several lines an unclosed quote may have swallowed good records.
                let end = match several_lines {
                    true => self.end_of_broken(length)?,
                    false => None,
                };
                match end.filter(|end| *end < length) {
                    Some(end) => (end, Some(Broken::UnclosedQuote)),
                    None => (length, Some(fields)),
                }
            }
            Err(broken) => {
                let end = match self.end_of_broken(MAXIMUM_ROW_BYTES)? {
                    Some(end) => end,
                    None => self.last_line_end()?,
                };
                (end, Some(broken))
            }
        };
        if length > MAXIMUM_ROW_BYTES {
            // One line that is longer than any row may be.
            let lines = self.window.skip_line()?;
            let record = Err(Broken::TooLong);
            return Ok(Some(Entry { lines, record }));
        }
        self.given = length;
        let lines = self.window.lines(length);
        let record = match broken {
            Some(broken) => Err(self.named(broken, length)),
            None => {
                self.width.get_or_insert(self.record.len());
                let bytes = &self.window.bytes()[..length];
                self.line_end = self.line_end.or_else(|| line_end(bytes));
                Ok(self.record.of(self.window.bytes()))
            }
        };
        Ok(Some(Entry { lines, record }))
    }

    /// The names in the first record, read with this separator, and left where it is; `None` where
    /// it is broken.
    pub(crate) fn header(&mut self, separator: u8) -> io::Result<Option<Vec<String>>> {
        self.separator = separator;
        while let Some(length) = self.blank_line(0)?.filter(|length| *length > 0) {
            self.window.advance(length);
        }
        let parsed = self.parse_at(0)?;
        let names = || self.record.of(self.window.bytes()).names();
        Ok(parsed.is_ok().then(names))
    }

    /// The end of a record of which the first `length` bytes parse as one, but end with a line end of
    /// another kind than the file's, and are followed by the rest of its fields.
    fn continued(&mut self, length: usize) -> io::Result<Option<usize>> {
        let (Some(width), Some(usual)) = (self.width, self.line_end) else {
            return Ok(None);
        };
        let mut end = length;
        let mut fields = self.record.len();
        let ends_usually = |window: &Window<R>, end: usize| {
            let found = line_end(&window.bytes()[..end]);
            found.is_none_or(|found| found == usual)
        };
        while width > 1 && !ends_usually(&self.window, end) && end <= MAXIMUM_ROW_BYTES {
            match self.parse_at(end)? {
                Ok((next, _)) if next > 0 && fields + self.record.len() - 1 <= width => end += next,
                _ => break,
            }
            fields += self.record.len() - 1;
        }
        let whole = end > length && fields == width && ends_usually(&self.window, end);
        // The fields of the first part are those that count otherwise.
        self.parse_at(0)?.ok();
        Ok(whole.then_some(end))
    }

    /// Spark and MySQL escape quotes by a backslash; the mistake is named by its cause.
    fn named(&self, broken: Broken, length: usize) -> Broken {
        let of_quotes = matches!(
            broken,
            Broken::UnclosedQuote | Broken::TextBehindQuote | Broken::QuoteInField
        );
        let escaped = |pair: &[u8]| pair == b"\\\"";
        if of_quotes && self.window.bytes()[..length].windows(2).any(escaped) {
            return Broken::EscapedQuote;
        }
        broken
    }

    fn has_width(&self) -> bool {
        let fields = self.record.len();
        self.width.is_none_or(|width| width == fields) || (self.or_one && fields == 1)
    }

    fn fields(&self) -> Broken {
        Broken::Fields {
            found: self.record.len(),
            expected: self.width.unwrap_or_default(),
        }
    }

    /// Length of the record that starts at `from`, and whether it stands on several lines. Reads on
    /// as far as it goes.
    fn parse_at(&mut self, from: usize) -> io::Result<Result<(usize, bool), Broken>> {
        loop {
            let bytes = &self.window.bytes()[from..];
            let parsed = parse(bytes, self.window.ended(), self.separator, &mut self.record);
            match parsed {
                Parsed::More if bytes.len() > MAXIMUM_ROW_BYTES => {
                    return Ok(Err(self.record.endless()));
                }
                Parsed::More => self.window.grow()?,
                Parsed::Broken(broken) => return Ok(Err(broken)),
                Parsed::Record { length, .. } if length > MAXIMUM_ROW_BYTES => {
                    return Ok(Err(Broken::TooLong));
                }
                Parsed::Record {
                    length,
                    several_lines,
                } => return Ok(Ok((length, several_lines))),
            }
        }
    }

    /// Where a broken record ends: the first line end before `most` from which a good one starts,
    /// or the file's end.
    fn end_of_broken(&mut self, most: usize) -> io::Result<Option<usize>> {
        let (mut at, mut looked) = (0, 0);
        while let Some(end) = self.window.line_end(at, MAXIMUM_ROW_BYTES)? {
            at = end;
            let ended = self.window.ended() && at == self.window.bytes().len();
            if ended && at <= most {
                return Ok(Some(at));
            }
            if at >= most || looked > MAXIMUM_SEARCH_BYTES {
                break;
            }
            if self.blank_line(at)?.is_some() {
                continue;
            }
            let parsed = self.parse_at(at)?;
            looked += self.record.reached();
            if parsed.is_ok() && self.has_width() {
                return Ok(Some(at));
            }
        }
        Ok(None)
    }

    /// The last line end within the bytes that a row may have; one byte more where there is none.
    fn last_line_end(&mut self) -> io::Result<usize> {
        let mut last = None;
        let mut at = 0;
        while let Some(end) = self.window.line_end(at, MAXIMUM_ROW_BYTES)? {
            if end > MAXIMUM_ROW_BYTES || end == at {
                break;
            }
            at = end;
            last = Some(end);
        }
        Ok(last.unwrap_or(MAXIMUM_ROW_BYTES + 1))
    }

    /// The length of the line at `from` if there is nothing on it but blanks; 0 at the file's end.
    fn blank_line(&mut self, from: usize) -> io::Result<Option<usize>> {
        let mut at = from;
        loop {
            let separator = self.separator;
            let blank = |byte: &u8| matches!(byte, b' ' | b'\t') && *byte != separator;
            let bytes = self.window.bytes();
            at += bytes[at..].iter().take_while(|byte| blank(byte)).count();
            match bytes.get(at) {
                Some(byte) if !is_line_end(*byte) => return Ok(None),
                Some(_) => {
                    let end = self.window.line_end(at, usize::MAX)?;
                    return Ok(end.map(|end| end - from));
                }
                None if self.window.ended() => return Ok(Some(at - from)),
                None if at - from > MAXIMUM_ROW_BYTES => return Ok(None),
                None => self.window.grow()?,
            }
        }
    }
}
