//! Checksums as the SDKs send them: in a header, or in a trailer after the body.

use std::collections::BTreeMap;

use data_encoding::BASE64;
use http::HeaderMap;
use s3s::checksum::ChecksumHasher;
use s3s::dto::{Checksum, ChecksumType};
use serde::{Deserialize, Serialize};

use crate::failure::Failure;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Algorithm {
    Crc32,
    Crc32c,
    Crc64Nvme,
    Sha1,
    Sha256,
}

use Algorithm::{Crc32, Crc32c, Crc64Nvme, Sha1, Sha256};

/// Each with its name in `x-amz-sdk-checksum-algorithm`, and the header or trailer that states its digest.
const ALGORITHMS: [(Algorithm, &str, &str); 5] = [
    (Crc32, "CRC32", "x-amz-checksum-crc32"),
    (Crc32c, "CRC32C", "x-amz-checksum-crc32c"),
    (Crc64Nvme, "CRC64NVME", "x-amz-checksum-crc64nvme"),
    (Sha1, "SHA1", "x-amz-checksum-sha1"),
    (Sha256, "SHA256", "x-amz-checksum-sha256"),
];

impl Algorithm {
    pub(crate) fn name(self) -> &'static str {
        ALGORITHMS[self as usize].1
    }

    pub(crate) fn parse(name: &str) -> Result<Self, Failure> {
        let mut all = ALGORITHMS.into_iter();
        all.find_map(|(algorithm, known, _)| (known == name).then_some(algorithm))
            .ok_or_else(|| Failure::NotImplemented(format!("the checksum algorithm {name}")))
    }
}

/// Digests by algorithm, in base64, as S3 gives them back.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checksums {
    digests: BTreeMap<Algorithm, String>,
    /// Of the parts' checksums rather than of the whole object's bytes.
    composite: bool,
}

impl Checksums {
    pub(crate) fn get(&self, algorithm: Algorithm) -> Option<&str> {
        self.digests.get(&algorithm).map(String::as_str)
    }

    /// What a request's headers or trailers say that the body's checksums are.
    pub(crate) fn stated(headers: &HeaderMap) -> Self {
        let stated = ALGORITHMS.into_iter().filter_map(|(algorithm, _, header)| {
            let digest = headers.get(header)?.to_str().ok()?;
            Some((algorithm, digest.to_owned()))
        });
        Self {
            digests: stated.collect(),
            composite: false,
        }
    }

    /// What to compute for a body with these stated checksums and announced trailers; S3 itself
    /// adds CRC64NVME where the client asks for none.
    pub(crate) fn algorithms(
        &self,
        announced: &[&str],
        asked: Option<Algorithm>,
    ) -> Vec<Algorithm> {
        let wanted = ALGORITHMS
            .into_iter()
            .filter(|(algorithm, _, trailer)| {
                announced.contains(trailer)
                    || asked == Some(*algorithm)
                    || self.digests.contains_key(algorithm)
            })
            .map(|(algorithm, _, _)| algorithm);
        let wanted: Vec<Algorithm> = wanted.collect();
        if wanted.is_empty() {
            vec![Crc64Nvme]
        } else {
            wanted
        }
    }

    /// The first algorithm whose digest is stated here and differs there.
    pub(crate) fn difference(&self, computed: &Self) -> Option<Algorithm> {
        let mut stated = self.digests.iter();
        stated.find_map(|(algorithm, digest)| {
            (computed.get(*algorithm) != Some(digest)).then_some(*algorithm)
        })
    }

    /// Compares what was stated with what the body has.
    pub(crate) fn verify(&self, computed: &Self) -> Result<(), Failure> {
        self.difference(computed).map_or(Ok(()), |algorithm| {
            Err(Failure::BadDigest(algorithm.name()))
        })
    }

    /// The checksum of a multipart object from its parts': `digest-N`.
    pub(crate) fn composite(algorithm: Algorithm, parts: &[&str]) -> Result<Self, Failure> {
        let mut hasher = hasher(&[algorithm]);
        for part in parts {
            let digest = BASE64.decode(part.as_bytes());
            hasher.update(&digest.map_err(|_| Failure::BadDigest(algorithm.name()))?);
        }
        let mut checksums = Self::from(hasher.finalize());
        for digest in checksums.digests.values_mut() {
            *digest = format!("{digest}-{}", parts.len());
        }
        checksums.composite = true;
        Ok(checksums)
    }

    pub(crate) fn kind(&self) -> Option<ChecksumType> {
        (!self.digests.is_empty()).then(|| kind(!self.composite))
    }
}

pub(crate) fn kind(full_object: bool) -> ChecksumType {
    ChecksumType::from_static(if full_object {
        ChecksumType::FULL_OBJECT
    } else {
        ChecksumType::COMPOSITE
    })
}

pub(crate) fn hasher(algorithms: &[Algorithm]) -> ChecksumHasher {
    use s3s::crypto::{self, Checksum as _};
    let wants = |algorithm| algorithms.contains(&algorithm);
    ChecksumHasher {
        crc32: wants(Crc32).then(crypto::Crc32::new),
        crc32c: wants(Crc32c).then(crypto::Crc32c::new),
        crc64nvme: wants(Crc64Nvme).then(crypto::Crc64Nvme::new),
        sha1: wants(Sha1).then(crypto::Sha1::new),
        sha256: wants(Sha256).then(crypto::Sha256::new),
    }
}

impl From<Checksum> for Checksums {
    fn from(checksum: Checksum) -> Self {
        let digests = [
            (Crc32, checksum.checksum_crc32),
            (Crc32c, checksum.checksum_crc32c),
            (Crc64Nvme, checksum.checksum_crc64nvme),
            (Sha1, checksum.checksum_sha1),
            (Sha256, checksum.checksum_sha256),
        ];
        let digests = digests.into_iter();
        Self {
            digests: digests
                .filter_map(|(algorithm, digest)| Some((algorithm, digest?)))
                .collect(),
            composite: false,
        }
    }
}

/// In the shape of an answer's members.
impl From<Checksums> for Checksum {
    fn from(mut checksums: Checksums) -> Self {
        let checksum_type = checksums.kind();
        let mut take = |algorithm| checksums.digests.remove(&algorithm);
        Self {
            checksum_crc32: take(Crc32),
            checksum_crc32c: take(Crc32c),
            checksum_crc64nvme: take(Crc64Nvme),
            checksum_sha1: take(Sha1),
            checksum_sha256: take(Sha256),
            checksum_type,
        }
    }
}
