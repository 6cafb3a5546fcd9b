//! The objects of one array.
//!
//! A broken object ends where its brackets are balanced, or earlier, where another object follows a
//! closing brace, starts with the same member as the first good one, and is valid JSON. So one lost
//! quote costs one row, whether the array stands on one line or on many.

use std::io::{self, Read};

use super::object::{Entry, NOT_JSON, Object, object, too_long};
use crate::bounds::MAXIMUM_SEARCH_BYTES;
use crate::window::{Window, is_line_end};
use crate::{Lines, MAXIMUM_ROW_BYTES, RowError};

pub struct JsonArray<R> {
    window: Window<R>,
    place: Place,
    /// How the first good object starts, up to the colon; an object nested in a row starts
    /// otherwise.
    opening: Option<Vec<u8>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Before,
    Inside,
    After,
}

/// How far an object reaches.
enum Extent {
    /// Up to the comma or bracket behind it.
    Ends(usize),
    /// A string with a line end, or a brace too many.
    Broken,
    /// The bytes end inside it.
    More,
}

impl<R: Read> JsonArray<R> {
    pub fn new(input: R) -> Self {
        Self {
            window: Window::new(input),
            place: Place::Before,
            opening: None,
        }
    }

    pub fn next_row(&mut self) -> io::Result<Option<Entry>> {
        if self.place == Place::Before {
            self.skip_blanks(b"[")?;
            self.place = Place::Inside;
        }
        if self.place == Place::Inside {
            self.skip_blanks(b",")?;
            match self.window.bytes().first() {
                None => {
                    self.place = Place::After;
                    let bad = RowError::new("", "the array is not closed", "rows may be missing");
                    return Ok(Some(Entry {
                        lines: Lines::one(self.window.line()),
                        object: Err(bad),
                    }));
                }
                Some(b']') => {
                    self.window.advance(1);
                    self.place = Place::After;
                }
                Some(_) => return self.element().map(Some),
            }
        }
        self.skip_blanks(b"")?;
        if self.window.bytes().is_empty() {
            return Ok(None);
        }
        self.rest(RowError::new("", "text after the array's end", ""))
            .map(Some)
    }

    fn element(&mut self) -> io::Result<Entry> {
        let end = self.end_of(0)?;
        let read = end.map(|end| (end, object(&self.window.bytes()[..end])));
        let bad = match read {
            Some((_, Err(bad))) if bad.kind == NOT_JSON => bad,
            Some((end, object)) => {
                if object.is_ok() && self.opening.is_none() {
                    self.opening = Some(opening(&self.window.bytes()[..end]));
                }
                return Ok(self.entry(end, object));
            }
            None if self.window.bytes().len() > MAXIMUM_ROW_BYTES => too_long(),
            None => RowError::new("", NOT_JSON, "a quote or a bracket is missing"),
        };
        let most = end.unwrap_or(MAXIMUM_ROW_BYTES);
        match self.next_object(most)?.or(end) {
            Some(end) => Ok(self.entry(end, Err(bad))),
            None => self.rest(bad),
        }
    }

    fn entry(&mut self, length: usize, object: Result<Object, RowError>) -> Entry {
        let bytes = &self.window.bytes()[..length];
        let blank = |byte: &u8| *byte == b',' || byte.is_ascii_whitespace();
        let behind = bytes.iter().rev().take_while(|byte| blank(byte)).count();
        let lines = self.window.lines(length - behind);
        self.window.advance(length);
        Entry { lines, object }
    }

    /// The end of the value at `from`; `None` where it has none.
    fn end_of(&mut self, from: usize) -> io::Result<Option<usize>> {
        loop {
            let bytes = &self.window.bytes()[from..];
            match extent(bytes) {
                // At least a byte, so that reading goes on.
                Extent::Ends(length) => return Ok(Some(from + length.max(1))),
                Extent::Broken => return Ok(None),
                Extent::More if self.window.ended() || bytes.len() > MAXIMUM_ROW_BYTES => {
                    return Ok(None);
                }
                Extent::More => self.window.grow()?,
            }
        }
    }

    /// The first place before `most` at which another object follows a closing brace.
    fn next_object(&mut self, most: usize) -> io::Result<Option<usize>> {
        let mut behind_brace = self.window.bytes().first() == Some(&b'}');
        let (mut at, mut parsed) = (1, 0);
        while at < most && parsed < MAXIMUM_SEARCH_BYTES {
            if at == self.window.bytes().len() {
                if self.window.ended() {
                    break;
                }
                self.window.grow()?;
                continue;
            }
            match self.window.bytes()[at] {
                b'{' if behind_brace => {
                    let end = self.end_of(at)?;
                    parsed += end.unwrap_or(self.window.bytes().len()) - at;
                    let follows = end.is_some_and(|end| {
                        let bytes = &self.window.bytes()[at..end];
                        let expected = self.opening.as_ref();
                        expected.is_none_or(|expected| *expected == opening(bytes))
                            && object(bytes).is_ok()
                    });
                    if follows {
                        return Ok(Some(at));
                    }
                    behind_brace = false;
                }
                b'}' => behind_brace = true,
                b',' => {}
                byte if byte.is_ascii_whitespace() => {}
                _ => behind_brace = false,
            }
            at += 1;
        }
        Ok(None)
    }

    /// Everything to the file's end as one error: nothing tells where the next row starts.
    fn rest(&mut self, bad: RowError) -> io::Result<Entry> {
        let first = self.window.line();
        let mut last = first;
        self.place = Place::After;
        while !self.window.bytes().is_empty() || !self.window.ended() {
            last = self.window.skip_line()?.last;
        }
        Ok(Entry {
            lines: Lines { first, last },
            object: Err(bad),
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

/// From the brace to the first colon, without white space.
fn opening(object: &[u8]) -> Vec<u8> {
    let bytes = object.iter().take_while(|byte| **byte != b':');
    bytes
        .filter(|byte| !byte.is_ascii_whitespace())
        .copied()
        .collect()
}

fn extent(bytes: &[u8]) -> Extent {
    let (mut depth, mut in_string, mut escaped) = (0u32, false, false);
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            // JSON writes a line end in a string as \n.
            byte if in_string && is_line_end(*byte) => return Extent::Broken,
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            _ if in_string => {}
            b'{' | b'[' => depth += 1,
            b']' | b',' if depth == 0 => return Extent::Ends(at),
            b'}' if depth == 0 => return Extent::Broken,
            b'}' | b']' => depth -= 1,
            _ => {}
        }
    }
    Extent::More
}
