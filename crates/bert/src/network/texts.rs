//! Token ids of several texts, one after another.

/// Where one text ends the next begins: there is no padding.
#[derive(Clone, Debug, Default)]
pub struct Texts {
    pub input_ids: Vec<u32>,
    /// Tokens of each text; none is without a token.
    pub lengths: Vec<usize>,
}

impl Texts {
    pub fn new(encoded: &[&[u32]]) -> Texts {
        Texts {
            input_ids: encoded.concat(),
            lengths: encoded.iter().map(|ids| ids.len()).collect(),
        }
    }

    pub fn rows(&self) -> usize {
        self.lengths.len()
    }

    pub fn tokens(&self) -> usize {
        self.input_ids.len()
    }

    /// Place of each text's first token.
    pub fn starts(&self) -> impl Iterator<Item = usize> {
        self.lengths.iter().scan(0, |next, length| {
            let start = *next;
            *next += length;
            Some(start)
        })
    }

    /// Place within its text of each token.
    pub fn positions(&self) -> impl Iterator<Item = usize> {
        self.lengths.iter().flat_map(|length| 0..*length)
    }
}

/// Cuts a buffer into parts of these sizes.
pub fn split_mut(mut values: &mut [f32], sizes: impl Iterator<Item = usize>) -> Vec<&mut [f32]> {
    let mut parts = Vec::new();
    for size in sizes {
        let (part, rest) = values.split_at_mut(size);
        parts.push(part);
        values = rest;
    }
    parts
}

/// The same for reading.
pub fn split(mut values: &[f32], sizes: impl Iterator<Item = usize>) -> Vec<&[f32]> {
    let mut parts = Vec::new();
    for size in sizes {
        let (part, rest) = values.split_at(size);
        parts.push(part);
        values = rest;
    }
    parts
}
