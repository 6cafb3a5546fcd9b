//! What several answers say.

use s3s::dto::{ETag, Owner, ServerSideEncryption};

use local_core::ACCOUNT;

pub(crate) fn etag(value: &str) -> ETag {
    ETag::Strong(value.to_owned())
}

/// S3's sizes are signed on the wire; no disk reaches the end of them.
pub(crate) fn signed(size: u64) -> i64 {
    i64::try_from(size).unwrap_or(i64::MAX)
}

/// Every bucket is encrypted with S3's own keys, as AWS's are.
pub(crate) fn encryption() -> ServerSideEncryption {
    ServerSideEncryption::from_static(ServerSideEncryption::AES256)
}

pub(crate) fn owner() -> Owner {
    Owner {
        display_name: None,
        id: Some(ACCOUNT.to_owned()),
    }
}

/// An answer with the members of its checksums: `with_checksums!(checksums, PutObjectOutput { … })`.
macro_rules! with_checksums {
    ($checksums:expr, $type:ident { $($members:tt)* }) => {{
        let checksum = s3s::dto::Checksum::from($checksums);
        $type {
            checksum_crc32: checksum.checksum_crc32,
            checksum_crc32c: checksum.checksum_crc32c,
            checksum_crc64nvme: checksum.checksum_crc64nvme,
            checksum_sha1: checksum.checksum_sha1,
            checksum_sha256: checksum.checksum_sha256,
            $($members)*
        }
    }};
}

pub(crate) use with_checksums;
