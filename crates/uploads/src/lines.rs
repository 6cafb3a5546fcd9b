//! Lines of an object that comes chunk by chunk.

use anyhow::Result;

/// The line that the last chunk began.
#[derive(Debug, Default)]
pub struct Lines(Vec<u8>);

impl Lines {
    /// Calls `each` with every line that ends in the chunk.
    pub fn read(&mut self, chunk: &[u8], mut each: impl FnMut(&[u8]) -> Result<()>) -> Result<()> {
        // A chunk ends anywhere: its first piece goes on with the line that the one before began.
        let mut pieces = chunk.split(|byte| *byte == b'\n');
        self.0.extend_from_slice(pieces.next().unwrap_or_default());
        for piece in pieces {
            each(&self.0)?;
            self.0.clear();
            self.0.extend_from_slice(piece);
        }
        Ok(())
    }

    /// Whether a line has no end.
    pub fn is_cut(&self) -> bool {
        !self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_the_same_wherever_chunks_end() {
        let content = b"soft\n\na longer line\n";
        for size in 1..=content.len() {
            let (mut lines, mut found) = (Lines::default(), Vec::new());
            for chunk in content.chunks(size) {
                let each = |line: &[u8]| {
                    found.push(line.to_vec());
                    Ok(())
                };
                lines.read(chunk, each).expect("no line is refused");
            }
            assert!(!lines.is_cut());
            assert_eq!(found, [&b"soft"[..], b"", b"a longer line"], "{size}");
        }
        let mut lines = Lines::default();
        lines.read(b"soft\nto", |_| Ok(())).expect("a line");
        assert!(lines.is_cut());
    }
}
