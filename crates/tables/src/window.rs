//! A sliding buffer over the input.

use std::io::{self, Read};

use crate::Lines;

const CHUNK: usize = 1 << 16;

pub struct Window<R> {
    input: R,
    buffer: Vec<u8>,
    start: usize,
    ended: bool,
    /// The line that the window begins on, counted from 1.
    line: u64,
    /// The byte before the window: a "\n" behind a "\r" ends no further line.
    before: u8,
}

impl<R: Read> Window<R> {
    pub fn new(input: R) -> Self {
        Self {
            input,
            buffer: Vec::new(),
            start: 0,
            ended: false,
            line: 1,
            before: 0,
        }
    }

    pub fn bytes(&self) -> &[u8] {
        &self.buffer[self.start..]
    }

    /// Whether the input ends where the window does.
    pub fn ended(&self) -> bool {
        self.ended
    }

    pub fn line(&self) -> u64 {
        self.line
    }

    /// Doubles the buffer, so that rescanning it from its start stays linear overall.
    pub fn grow(&mut self) -> io::Result<()> {
        self.buffer.drain(..self.start);
        self.start = 0;
        let held = self.buffer.len();
        let wanted = held.max(CHUNK);
        let mut input = (&mut self.input).take(wanted as u64);
        input.read_to_end(&mut self.buffer)?;
        self.ended = self.buffer.len() - held < wanted;
        Ok(())
    }

    /// Drops the first `length` bytes.
    pub fn advance(&mut self, length: usize) {
        let bytes = &self.bytes()[..length];
        let ends = line_ends(self.before, bytes);
        self.before = bytes.last().copied().unwrap_or(self.before);
        self.line += ends;
        self.start += length;
    }

    /// The lines that the first `length` bytes stand on.
    pub fn lines(&self, length: usize) -> Lines {
        let bytes = &self.bytes()[..length];
        let inner = bytes
            .strip_suffix(b"\r\n")
            .or_else(|| bytes.strip_suffix(b"\n"))
            .or_else(|| bytes.strip_suffix(b"\r"))
            .unwrap_or(bytes);
        Lines {
            first: self.line,
            last: self.line + line_ends(self.before, inner),
        }
    }

    /// The place behind the first line end at or after `from`; the window's end where the input
    /// ends first; `None` where the line is longer than the window may become.
    pub fn line_end(&mut self, from: usize, most: usize) -> io::Result<Option<usize>> {
        let mut looked = from;
        loop {
            let bytes = self.bytes();
            match bytes[looked..].iter().position(|byte| is_line_end(*byte)) {
                // Its second half may be yet to come.
                Some(at) if looked + at + 1 < bytes.len() || self.ended => {
                    let at = looked + at;
                    let both = bytes[at..].starts_with(b"\r\n");
                    return Ok(Some(at + if both { 2 } else { 1 }));
                }
                _ if self.ended => return Ok(Some(bytes.len())),
                found => {
                    looked = found.map_or(bytes.len(), |at| looked + at);
                    if bytes.len() >= most {
                        return Ok(None);
                    }
                    self.grow()?;
                }
            }
        }
    }

    /// Drops everything to the end of the line, however long it is.
    pub fn skip_line(&mut self) -> io::Result<Lines> {
        let lines = Lines::one(self.line);
        loop {
            if let Some(end) = self.line_end(0, crate::MAXIMUM_ROW_BYTES)? {
                self.advance(end);
                return Ok(lines);
            }
            // A "\n" may follow a "\r".
            let kept = usize::from(self.bytes().ends_with(b"\r"));
            self.advance(self.bytes().len() - kept);
        }
    }
}

pub fn is_line_end(byte: u8) -> bool {
    matches!(byte, b'\n' | b'\r')
}

/// "\n", "\r\n" and "\r" alone, in bytes that follow the byte `before`.
fn line_ends(mut before: u8, bytes: &[u8]) -> u64 {
    let mut ends = 0;
    for &byte in bytes {
        ends += u64::from(byte == b'\r' || (byte == b'\n' && before != b'\r'));
        before = byte;
    }
    ends
}
