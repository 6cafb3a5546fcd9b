//! The strict grammar of one record.

use std::borrow::Cow;
use std::ops::Range;

use super::broken::Broken;
use crate::window::is_line_end;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parsed {
    Record {
        /// With the line end.
        length: usize,
        /// Whether a field contains a line end.
        several_lines: bool,
    },
    Broken(Broken),
    /// The bytes end inside the record, and the input does not.
    More,
}

/// Where a record's fields are among its bytes.
#[derive(Debug, Default)]
pub struct Parts {
    fields: Vec<Field>,
    /// How far the parser came, and in what.
    reached: usize,
    in_quotes: bool,
}

#[derive(Debug)]
struct Field {
    place: Range<usize>,
    /// Whether it contains doubled quotes.
    doubled: bool,
}

impl Parts {
    pub fn len(&self) -> usize {
        self.fields.len()
    }

    pub fn reached(&self) -> usize {
        self.reached
    }

    /// What is wrong with a record that does not end.
    pub fn endless(&self) -> Broken {
        if self.in_quotes {
            Broken::UnclosedQuote
        } else {
            Broken::TooLong
        }
    }

    pub fn of<'a>(&'a self, bytes: &'a [u8]) -> Record<'a> {
        Record { parts: self, bytes }
    }
}

/// A good record.
#[derive(Debug, Clone, Copy)]
pub struct Record<'a> {
    parts: &'a Parts,
    bytes: &'a [u8],
}

impl<'a> Record<'a> {
    /// Its fields as the names of columns.
    pub fn names(&self) -> Vec<String> {
        let name = |bytes: Cow<'_, [u8]>| String::from_utf8_lossy(&bytes).trim().to_owned();
        self.iter().map(name).collect()
    }

    #[expect(clippy::len_without_is_empty, reason = "every record has a field")]
    pub fn len(&self) -> usize {
        self.parts.len()
    }

    /// A field's value without its quotes.
    pub fn get(&self, place: usize) -> Option<Cow<'a, [u8]>> {
        let Field { place, doubled } = self.parts.fields.get(place)?;
        let value = &self.bytes[place.clone()];
        if !doubled {
            return Some(value.into());
        }
        let mut single = Vec::with_capacity(value.len());
        let mut rest = value;
        while let Some(at) = rest.iter().position(|byte| *byte == b'"') {
            single.extend_from_slice(&rest[..=at]);
            rest = &rest[at + 2..];
        }
        single.extend_from_slice(rest);
        Some(single.into())
    }

    pub fn iter(&self) -> impl Iterator<Item = Cow<'a, [u8]>> {
        let record = *self;
        (0..self.len()).filter_map(move |place| record.get(place))
    }
}

/// Parses the record that `bytes` start with. `ended`: nothing comes behind them.
pub fn parse(bytes: &[u8], ended: bool, separator: u8, parts: &mut Parts) -> Parsed {
    parts.fields.clear();
    parts.reached = 0;
    let mut several_lines = false;
    loop {
        let from = parts.reached;
        let blanks = blanks(&bytes[from..], separator);
        parts.in_quotes = bytes.get(from + blanks) == Some(&b'"');
        let quotes = if parts.in_quotes {
            quoted(bytes, from + blanks + 1, separator, parts)
        } else {
            bare(bytes, from, separator, parts)
        };
        let at = parts.reached;
        let wrong = match quotes {
            Quotes::Right => None,
            Quotes::Wrong(broken) => Some(Parsed::Broken(broken)),
            Quotes::Open if ended => Some(Parsed::Broken(Broken::UnclosedQuote)),
            Quotes::Open => Some(Parsed::More),
        };
        // At the end of the bytes nothing is certain yet: what follows may double a quote.
        let uncertain = at == bytes.len() && !ended;
        if let Some(parsed) = wrong {
            return if uncertain { Parsed::More } else { parsed };
        }
        if let Some(Field { place, .. }) = parts.fields.last() {
            several_lines |=
                parts.in_quotes && bytes[place.clone()].iter().any(|b| is_line_end(*b));
        }
        match bytes.get(at) {
            Some(byte) if *byte == separator => parts.reached += 1,
            Some(b'\r') if at + 1 == bytes.len() && !ended => return Parsed::More,
            None if !ended => return Parsed::More,
            end => {
                let both = bytes[at..].starts_with(b"\r\n");
                let length = at + usize::from(end.is_some()) + usize::from(both);
                return Parsed::Record {
                    length,
                    several_lines,
                };
            }
        }
    }
}

enum Quotes {
    Right,
    Wrong(Broken),
    /// Still open where the bytes end.
    Open,
}

/// A field from behind its opening quote to the separator or line end.
fn quoted(bytes: &[u8], from: usize, separator: u8, parts: &mut Parts) -> Quotes {
    let mut doubled = false;
    let mut at = from;
    loop {
        let Some(quote) = bytes[at..].iter().position(|byte| *byte == b'"') else {
            parts.reached = bytes.len();
            return Quotes::Open;
        };
        at += quote + 1;
        if bytes.get(at) != Some(&b'"') {
            break;
        }
        doubled = true;
        at += 1;
    }
    parts.fields.push(Field {
        place: from..at - 1,
        doubled,
    });
    parts.in_quotes = true;
    let behind = at + blanks(&bytes[at..], separator);
    parts.reached = behind;
    match bytes.get(behind) {
        Some(byte) if *byte != separator && !is_line_end(*byte) => {
            let lines = bytes[from..at].iter().any(|byte| is_line_end(*byte));
            // The quote that closes on another line was most likely to open a field there.
            Quotes::Wrong(if lines {
                Broken::UnclosedQuote
            } else {
                Broken::TextBehindQuote
            })
        }
        _ => Quotes::Right,
    }
}

/// A field without quotes around it.
fn bare(bytes: &[u8], from: usize, separator: u8, parts: &mut Parts) -> Quotes {
    let mut quotes = 0;
    let length = bytes[from..].iter().position(|byte| {
        quotes += usize::from(*byte == b'"');
        *byte == separator || is_line_end(*byte)
    });
    let end = length.map_or(bytes.len(), |length| from + length);
    parts.reached = end;
    parts.fields.push(Field {
        place: from..end,
        doubled: false,
    });
    if quotes % 2 == 0 {
        Quotes::Right
    } else {
        Quotes::Wrong(Broken::QuoteInField)
    }
}

fn blanks(bytes: &[u8], separator: u8) -> usize {
    let blank = |byte: &&u8| matches!(**byte, b' ' | b'\t') && **byte != separator;
    bytes.iter().take_while(blank).count()
}
