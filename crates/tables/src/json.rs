//! JSON Lines, and an array of objects: the bytes of each row in its place. Whether they are JSON
//! is asked of each row alone, so that one mistake costs one row.

use std::io::{self, Read};

use serde_json::{Map, Value};

use crate::window::Window;
use crate::{Lines, MAXIMUM_ROW_BYTES, RowError};

/// A row in its place.
#[derive(Debug)]
pub struct Entry<'a> {
    pub lines: Lines,
    pub bytes: Result<&'a [u8], RowError>,
}

/// A row a line.
pub struct JsonLines<R> {
    window: Window<R>,
    given: usize,
}

impl<R: Read> JsonLines<R> {
    pub fn new(input: R) -> Self {
        Self {
            window: Window::new(input),
            given: 0,
        }
    }

    /// The next line that is not blank.
    pub fn next_row(&mut self) -> io::Result<Option<Entry<'_>>> {
        loop {
            self.window.advance(self.given);
            self.given = 0;
            match self.window.line_end(0, MAXIMUM_ROW_BYTES)? {
                Some(0) => return Ok(None),
                Some(end) if end > MAXIMUM_ROW_BYTES => break,
                Some(end) => {
                    self.given = end;
                    if !self.window.bytes()[..end].trim_ascii().is_empty() {
                        break;
                    }
                }
                None => break,
            }
        }
        if self.given == 0 {
            let lines = self.window.skip_line()?;
            let bytes = Err(too_long());
            return Ok(Some(Entry { lines, bytes }));
        }
        Ok(Some(Entry {
            lines: self.window.lines(self.given),
            bytes: Ok(self.window.bytes()[..self.given].trim_ascii()),
        }))
    }
}

/// The elements of one array.
pub struct JsonArray<R> {
    window: Window<R>,
    given: usize,
    place: Place,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Before,
    Inside,
    Behind,
}

impl<R: Read> JsonArray<R> {
    pub fn new(input: R) -> Self {
        Self {
            window: Window::new(input),
            given: 0,
            place: Place::Before,
        }
    }

    pub fn next_row(&mut self) -> io::Result<Option<Entry<'_>>> {
        self.window.advance(self.given);
        self.given = 0;
        if self.place == Place::Before {
            self.skip_blanks(b"[")?;
            self.place = Place::Inside;
        }
        if self.place == Place::Inside {
            self.skip_blanks(b",")?;
            match self.window.bytes().first() {
                None => {
                    self.place = Place::Behind;
                    let line = self.window.line();
                    let bad = RowError::new("", "the array is not closed", "rows may be missing");
                    return Ok(Some(Entry {
                        lines: Lines::one(line),
                        bytes: Err(bad),
                    }));
                }
                Some(b']') => {
                    self.window.advance(1);
                    self.place = Place::Behind;
                }
                Some(_) => return self.element().map(Some),
            }
        }
        self.skip_blanks(b"")?;
        if self.window.bytes().is_empty() {
            return Ok(None);
        }
        let bad = RowError::new("", "text behind the array's end", "");
        self.rest(bad).map(Some)
    }

    fn element(&mut self) -> io::Result<Entry<'_>> {
        let length = loop {
            match element_length(self.window.bytes()) {
                Some(length) => break length,
                None if self.window.ended() => break self.window.bytes().len(),
                None if self.window.bytes().len() > MAXIMUM_ROW_BYTES => {
                    return self.rest(too_long());
                }
                None => self.window.grow()?,
            }
        };
        self.given = length;
        let bytes = self.window.bytes()[..length].trim_ascii();
        let within = bytes.len();
        Ok(Entry {
            lines: self.window.lines(within),
            bytes: Ok(bytes),
        })
    }

    /// Everything to the file's end as one mistake: nothing tells where the next row begins.
    fn rest(&mut self, bad: RowError) -> io::Result<Entry<'_>> {
        let first = self.window.line();
        let mut last = first;
        self.place = Place::Behind;
        while !self.window.bytes().is_empty() || !self.window.ended() {
            last = self.window.skip_line()?.last;
        }
        Ok(Entry {
            lines: Lines { first, last },
            bytes: Err(bad),
        })
    }

    /// Skips white space, and the first of these bytes behind it with the white space that follows.
    fn skip_blanks(&mut self, also: &[u8]) -> io::Result<()> {
        let mut also = also.first();
        loop {
            let bytes = self.window.bytes();
            let length = bytes.iter().take_while(|b| b.is_ascii_whitespace()).count();
            let next = bytes.get(length);
            let skipped = next.is_some() && next == also;
            let more = next.is_none() && !self.window.ended();
            self.window.advance(length + usize::from(skipped));
            if skipped {
                also = None;
            } else if more {
                self.window.grow()?;
            } else {
                return Ok(());
            }
        }
    }
}

/// Up to the comma or bracket that ends the element.
fn element_length(bytes: &[u8]) -> Option<usize> {
    let (mut depth, mut in_string, mut escaped) = (0u32, false, false);
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            _ if in_string => {}
            b'{' | b'[' => depth += 1,
            b'}' | b']' | b',' if depth == 0 => return Some(at),
            b'}' | b']' => depth -= 1,
            _ => {}
        }
    }
    None
}

fn too_long() -> RowError {
    let detail = format!("more than {MAXIMUM_ROW_BYTES} bytes");
    RowError::new("", "too long", detail)
}

/// The row's object. serde_json's message names the place in the row and quotes nothing of it.
pub fn object(bytes: &[u8]) -> Result<Map<String, Value>, RowError> {
    match serde_json::from_slice(bytes) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(RowError::new("", "not a JSON object", "")),
        Err(_) if std::str::from_utf8(bytes).is_err() => {
            Err(RowError::new("", "not UTF-8", "save the file as UTF-8"))
        }
        Err(error) => Err(RowError::new("", "not JSON", error.to_string())),
    }
}
