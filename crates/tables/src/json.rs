//! JSON Lines and arrays of objects. A row that is not JSON is an error of its own.

mod array;
mod object;
#[cfg(test)]
mod tests;

use std::io::{self, Read};

pub use array::JsonArray;
pub use object::{Entry, Object};
use object::{object, too_long};

use crate::MAXIMUM_ROW_BYTES;
use crate::window::Window;

/// A row a line.
pub struct JsonLines<R> {
    window: Window<R>,
}

impl<R: Read> JsonLines<R> {
    pub fn new(input: R) -> Self {
        Self {
            window: Window::new(input),
        }
    }

    /// The next line that is not blank.
    pub fn next_row(&mut self) -> io::Result<Option<Entry>> {
        loop {
            let end = match self.window.line_end(0, MAXIMUM_ROW_BYTES)? {
                Some(0) => return Ok(None),
                Some(end) if end <= MAXIMUM_ROW_BYTES => end,
                _ => {
                    let lines = self.window.skip_line()?;
                    let object = Err(too_long());
                    return Ok(Some(Entry { lines, object }));
                }
            };
            let lines = self.window.lines(end);
            let row = self.window.bytes()[..end].trim_ascii();
            let object = (!row.is_empty()).then(|| object(row));
            self.window.advance(end);
            if let Some(object) = object {
                return Ok(Some(Entry { lines, object }));
            }
        }
    }
}
