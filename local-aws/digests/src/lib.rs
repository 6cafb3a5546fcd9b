//! The digests of a blob, taken while its bytes go by.
//!
//! A crate of its own, because `md-5` is compiled where it is used: its functions ask to be
//! inlined. Here that is at full optimisation, also in the profile of `cargo run` and `cargo test`.

use data_encoding::HEXLOWER;
use md5::Md5;
use sha2::{Digest, Sha256};

#[derive(Clone, Default)]
pub struct Digests {
    md5: Md5,
    sha256: Sha256,
}

/// In lower-case hexadecimal.
pub struct Finished {
    pub md5: String,
    pub sha256: String,
}

impl Digests {
    #[inline(never)]
    pub fn update(&mut self, bytes: &[u8]) {
        self.md5.update(bytes);
        self.sha256.update(bytes);
    }

    #[inline(never)]
    #[must_use]
    pub fn finish(self) -> Finished {
        Finished {
            md5: HEXLOWER.encode(&self.md5.finalize()),
            sha256: HEXLOWER.encode(&self.sha256.finalize()),
        }
    }
}
