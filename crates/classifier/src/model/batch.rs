//! Token ids of several texts, padded on the right to the longest of them.

use std::sync::Arc;

/// `rows × length` ids and how many of each row are not padding: the attention mask.
#[derive(Clone, Debug)]
pub struct Batch {
    input_ids: Arc<[u32]>,
    lengths: Arc<[usize]>,
    length: usize,
}

impl Batch {
    /// No text may be without a token; the encoder's `[CLS]` and `[SEP]` see to it.
    pub fn new(encoded: &[&[u32]], pad_token_id: u32) -> Batch {
        let lengths: Arc<[usize]> = encoded.iter().map(|ids| ids.len()).collect();
        let length = lengths.iter().copied().max().unwrap_or(0);
        Batch::padded_to(length, encoded, pad_token_id)
    }

    /// The same with more padding than needed: it must not change any result.
    pub fn padded_to(length: usize, encoded: &[&[u32]], pad_token_id: u32) -> Batch {
        let mut input_ids = Vec::with_capacity(encoded.len() * length);
        for ids in encoded {
            input_ids.extend_from_slice(ids);
            input_ids.resize(input_ids.len() + length - ids.len(), pad_token_id);
        }
        let lengths = encoded.iter().map(|ids| ids.len()).collect();
        Batch {
            input_ids: input_ids.into(),
            lengths,
            length,
        }
    }

    pub fn rows(&self) -> usize {
        self.lengths.len()
    }

    /// Tokens per row, padding included.
    pub fn length(&self) -> usize {
        self.length
    }

    pub fn input_ids(&self) -> Arc<[u32]> {
        Arc::clone(&self.input_ids)
    }

    /// Tokens per row without padding.
    pub fn lengths(&self) -> Arc<[usize]> {
        Arc::clone(&self.lengths)
    }
}
