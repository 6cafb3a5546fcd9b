//! Checksums as the SDKs send them: in a header, or in a trailer after the body.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use http::HeaderMap;
use s3s::checksum::ChecksumHasher;
use s3s::dto::{Checksum, ChecksumType};
use serde::{Deserialize, Serialize};

use super::Failure;

/// Base64 digests by algorithm, as S3 gives them back.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checksums {
    pub crc32: Option<String>,
    pub crc32c: Option<String>,
    pub crc64nvme: Option<String>,
    pub sha1: Option<String>,
    pub sha256: Option<String>,
    /// Of the parts' checksums rather than of the whole object's bytes.
    pub composite: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Algorithm {
    Crc32,
    Crc32c,
    Crc64Nvme,
    Sha1,
    Sha256,
}

use Algorithm::{Crc32, Crc32c, Crc64Nvme, Sha1, Sha256};

const ALGORITHMS: [Algorithm; 5] = [Crc32, Crc32c, Crc64Nvme, Sha1, Sha256];

impl Algorithm {
    /// As in `x-amz-sdk-checksum-algorithm`.
    pub(super) fn name(self) -> &'static str {
        match self {
            Crc32 => "CRC32",
            Crc32c => "CRC32C",
            Crc64Nvme => "CRC64NVME",
            Sha1 => "SHA1",
            Sha256 => "SHA256",
        }
    }

    pub(super) fn parse(name: &str) -> Result<Self, Failure> {
        ALGORITHMS
            .into_iter()
            .find(|algorithm| algorithm.name() == name)
            .ok_or_else(|| Failure::NotImplemented(format!("the checksum algorithm {name}")))
    }

    fn header(self) -> &'static str {
        match self {
            Crc32 => "x-amz-checksum-crc32",
            Crc32c => "x-amz-checksum-crc32c",
            Crc64Nvme => "x-amz-checksum-crc64nvme",
            Sha1 => "x-amz-checksum-sha1",
            Sha256 => "x-amz-checksum-sha256",
        }
    }
}

impl Checksums {
    pub(super) fn get(&self, algorithm: Algorithm) -> Option<&str> {
        match algorithm {
            Crc32 => self.crc32.as_deref(),
            Crc32c => self.crc32c.as_deref(),
            Crc64Nvme => self.crc64nvme.as_deref(),
            Sha1 => self.sha1.as_deref(),
            Sha256 => self.sha256.as_deref(),
        }
    }

    fn set(&mut self, algorithm: Algorithm, value: String) {
        let member = match algorithm {
            Crc32 => &mut self.crc32,
            Crc32c => &mut self.crc32c,
            Crc64Nvme => &mut self.crc64nvme,
            Sha1 => &mut self.sha1,
            Sha256 => &mut self.sha256,
        };
        *member = Some(value);
    }

    /// What a request's headers or trailers say that the body's checksums are.
    pub(super) fn stated(headers: &HeaderMap) -> Self {
        let mut stated = Self::default();
        for algorithm in ALGORITHMS {
            let value = headers
                .get(algorithm.header())
                .and_then(|value| value.to_str().ok());
            if let Some(value) = value {
                stated.set(algorithm, value.to_owned());
            }
        }
        stated
    }

    /// What to compute for a body with these stated checksums and announced trailers; S3 itself
    /// adds CRC64NVME where the client asks for none.
    pub(super) fn algorithms(&self, trailers: &str, asked: Option<Algorithm>) -> Vec<Algorithm> {
        let wanted: Vec<Algorithm> = ALGORITHMS
            .into_iter()
            .filter(|algorithm| {
                let announced = trailers
                    .split(',')
                    .any(|name| name.trim() == algorithm.header());
                announced || asked == Some(*algorithm) || self.get(*algorithm).is_some()
            })
            .collect();
        if wanted.is_empty() {
            vec![Crc64Nvme]
        } else {
            wanted
        }
    }

    /// Compares what was stated with what the body has.
    pub(super) fn verify(&self, computed: &Self) -> Result<(), Failure> {
        for algorithm in ALGORITHMS {
            if let Some(stated) = self.get(algorithm)
                && computed.get(algorithm) != Some(stated)
            {
                return Err(Failure::BadDigest(algorithm.name()));
            }
        }
        Ok(())
    }

    /// The checksum of a multipart object from its parts': `digest-N`.
    pub(super) fn composite(algorithm: Algorithm, parts: &[&str]) -> Result<Self, Failure> {
        let mut hasher = hasher(&[algorithm]);
        for part in parts {
            let digest = BASE64
                .decode(part)
                .map_err(|_| Failure::BadDigest(algorithm.name()))?;
            hasher.update(&digest);
        }
        let mut checksums = Self::from(hasher.finalize());
        let digest = checksums.get(algorithm).unwrap_or_default();
        let digest = format!("{digest}-{}", parts.len());
        checksums.set(algorithm, digest);
        checksums.composite = true;
        Ok(checksums)
    }

    pub(super) fn kind(&self) -> Option<ChecksumType> {
        let any = ALGORITHMS
            .into_iter()
            .any(|algorithm| self.get(algorithm).is_some());
        let kind = if self.composite {
            ChecksumType::COMPOSITE
        } else {
            ChecksumType::FULL_OBJECT
        };
        any.then(|| ChecksumType::from_static(kind))
    }
}

pub(super) fn hasher(algorithms: &[Algorithm]) -> ChecksumHasher {
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
        Self {
            crc32: checksum.checksum_crc32,
            crc32c: checksum.checksum_crc32c,
            crc64nvme: checksum.checksum_crc64nvme,
            sha1: checksum.checksum_sha1,
            sha256: checksum.checksum_sha256,
            composite: false,
        }
    }
}
