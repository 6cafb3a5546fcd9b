//! A name of content: the same pieces have the same name in every process.

use data_encoding::{BASE32_NOPAD, Encoding, Specification};
use sha2::{Digest, Sha256};

/// Characters of a name.
pub const LENGTH: usize = 26;

/// 128 bits of SHA-256 over the pieces as [`LENGTH`] characters of lower-case base32: endpoint configs
/// and human loops allow 63 characters, and a collision becomes likely only at about 2^64 names.
/// Each piece is hashed after its length, so that ("ab", "c") and ("a", "bc") differ.
pub fn content_name(pieces: &[&[u8]]) -> String {
    let mut hash = Sha256::new();
    for piece in pieces {
        hash.update((piece.len() as u64).to_le_bytes());
        hash.update(piece);
    }
    lower_case_base32().encode(&hash.finalize()[..16])
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
