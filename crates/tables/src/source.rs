//! From a file's bytes to its text: compression and byte order mark are taken off, and what is no
//! text is refused by name.

use std::io::{self, Cursor, Read};

use flate2::read::MultiGzDecoder;

use crate::Error;

const MARK: &[u8] = b"\xef\xbb\xbf";
const GZIP: &[u8] = b"\x1f\x8b";

/// First bytes of what people upload instead of a table, and what they should do.
const OTHERS: &[(&[u8], &str)] = &[
    (
        b"PK\x03\x04",
        "the file looks like an Excel workbook or another zip archive: save the sheet as CSV UTF-8",
    ),
    (
        b"\xd0\xcf\x11\xe0",
        "the file looks like an old Excel workbook: save the sheet as CSV UTF-8",
    ),
    (
        b"PAR1",
        "the file looks like Parquet: write it as CSV or JSON Lines",
    ),
    (
        b"\x28\xb5\x2f\xfd",
        "the file looks like zstd: unpack it, or pack it with gzip",
    ),
    (
        b"BZh",
        "the file looks like bzip2: unpack it, or pack it with gzip",
    ),
    (
        b"\xfd7zXZ\0",
        "the file looks like xz: unpack it, or pack it with gzip",
    ),
    (b"%PDF", "the file looks like a PDF: a table is needed"),
    (
        b"\xff\xfe",
        "the file looks like UTF-16: save it as CSV UTF-8",
    ),
    (
        b"\xfe\xff",
        "the file looks like UTF-16: save it as CSV UTF-8",
    ),
];

/// A tar archive has its magic behind the first file's name and attributes.
const TAR: &[u8] = b"ustar";
const TAR_PLACE: usize = 257;

/// How far a file is looked into to say what it is.
const START: usize = 1 << 12;

/// The text of a file or of a request's body.
pub struct Source<'a> {
    start: Cursor<Vec<u8>>,
    rest: Box<dyn Read + 'a>,
}

impl<'a> Source<'a> {
    /// `limit`: bytes that a packed file may have when it is unpacked.
    pub fn open(input: impl Read + 'a, limit: u64) -> Result<Self, Error> {
        let mut input: Box<dyn Read + 'a> = Box::new(input);
        let mut start = first(&mut input)?;
        if start.starts_with(GZIP) {
            let packed = MultiGzDecoder::new(Cursor::new(start).chain(input));
            input = Box::new(Unpacked {
                packed,
                left: limit,
                limit,
            });
            start = first(&mut input)?;
        }
        if let Some((_, reason)) = OTHERS.iter().find(|(magic, _)| start.starts_with(magic)) {
            return Err(Error::Refused((*reason).to_owned()));
        }
        if start.get(TAR_PLACE..).is_some_and(|at| at.starts_with(TAR)) {
            let reason = "the file looks like a tar archive: upload the tables in it";
            return Err(Error::Refused(reason.to_owned()));
        }
        if start.iter().take(4).any(|byte| *byte == 0) {
            let reason = "the file looks like UTF-16 or no text at all: save it as CSV UTF-8";
            return Err(Error::Refused(reason.to_owned()));
        }
        Ok(Self {
            start: Cursor::new(without_mark(&start).to_vec()),
            rest: input,
        })
    }

    /// The text's first bytes, at most 4,096 of them.
    pub fn start(&self) -> &[u8] {
        self.start.get_ref()
    }
}

impl Read for Source<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.start.read(buffer)? {
            0 => self.rest.read(buffer),
            read => Ok(read),
        }
    }
}

/// The text without the byte order mark that Windows programs begin files and bodies with.
pub fn without_mark(text: &[u8]) -> &[u8] {
    text.strip_prefix(MARK).unwrap_or(text)
}

fn first(input: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut start = Vec::new();
    input.take(START as u64).read_to_end(&mut start)?;
    Ok(start)
}

/// A small archive can unpack to any size.
struct Unpacked<R> {
    packed: MultiGzDecoder<R>,
    left: u64,
    limit: u64,
}

impl<R: Read> Read for Unpacked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.packed.read(buffer).map_err(|error| {
            let reason = format!("the gzip file is damaged or cut short ({error}): pack it again");
            refusal(Error::Refused(reason))
        })?;
        let Some(left) = self.left.checked_sub(read as u64) else {
            return Err(refusal(Error::TooLarge(self.limit)));
        };
        self.left = left;
        Ok(read)
    }
}

/// A refusal on its way through a reader; [`Error`] takes it out again.
fn refusal(error: Error) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error)
}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        error.downcast().unwrap_or_else(Self::Io)
    }
}
