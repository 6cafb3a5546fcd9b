//! A name of content: the same pieces have the same name in every process.

use data_encoding::{BASE32_NOPAD, Encoding, Specification};
use sha2::{Digest, Sha256};

/// [`content_bits`] as 26 characters of lower-case base32: endpoint configs and human loops allow 63
/// characters.
pub fn content_name(pieces: &[&[u8]]) -> String {
    lower_case_base32().encode(&content_bits(pieces))
}

/// The bits of a [`content_name`]; `None` where it is none.
pub fn parse(name: &str) -> Option<[u8; 16]> {
    let bits = lower_case_base32().decode(name.as_bytes());
    bits.ok()?.try_into().ok()
}

/// 128 bits of SHA-256 over the pieces: a collision becomes likely only at about 2^64 names. Each piece
/// is hashed after its length, so that ("ab", "c") and ("a", "bc") differ.
pub fn content_bits(pieces: &[&[u8]]) -> [u8; 16] {
    let mut hash = Sha256::new();
    for piece in pieces {
        hash.update((piece.len() as u64).to_le_bytes());
        hash.update(piece);
    }
    let digest = hash.finalize();
    digest[..16].try_into().expect("SHA-256 has 32 bytes")
}

fn lower_case_base32() -> Encoding {
    let mut specification = Specification::new();
    specification
        .symbols
        .push_str(&BASE32_NOPAD.specification().symbols.to_lowercase());
    specification
        .encoding()
        .expect("32 distinct symbols make an encoding")
}
