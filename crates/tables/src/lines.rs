//! Where in a file a row stands.

/// The lines of a file that a row stands on, counted from 1; 0 in a file without lines.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Lines {
    pub first: u64,
    pub last: u64,
}

impl Lines {
    pub fn one(line: u64) -> Self {
        Self {
            first: line,
            last: line,
        }
    }
}

impl std::fmt::Display for Lines {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Lines { first, last } if first == last => write!(f, "line {first}"),
            Lines { first, last } => write!(f, "lines {first} to {last}"),
        }
    }
}
