//! A file on disk as an object, in pieces: memory does not grow with the file.

use std::path::Path;
use std::time::SystemTime;

use anyhow::{Context, bail};
use aws_sdk_s3::primitives::{ByteStream, Length};
use aws_sdk_s3::types::{ChecksumAlgorithm, ChecksumType, CompletedMultipartUpload, CompletedPart};

use super::{Account, Uploaded};
use crate::sentence::Sentence;

/// How a file is cut.
#[derive(Debug, Clone, Copy)]
pub struct Parts {
    /// A larger file is sent in parts.
    pub single_bytes: u64,
    /// S3 takes no part below 5 MiB but the last.
    pub part_bytes: u64,
}

/// One request for what a slow line sends in a minute or so: a part that fails is sent again, not the file.
pub const PARTS: Parts = Parts {
    single_bytes: 64 << 20,
    part_bytes: 64 << 20,
};

/// S3's limit. With parts of 64 MiB a file of 625 GiB has as many; larger files have larger parts.
const MAXIMUM_PARTS: u64 = 10_000;

impl Account {
    /// Sends the file under the key. `sent` hears after each part how many bytes S3 has. What fails leaves no parts
    /// behind; those of an interrupted upload the bucket's lifecycle rule removes.
    pub async fn put_file(
        &self,
        key: &str,
        path: &Path,
        parts: Parts,
        sent: impl Fn(u64),
    ) -> anyhow::Result<Uploaded> {
        let place = || format!("read {}", path.display());
        let found = tokio::fs::metadata(path).await.with_context(place)?;
        let (bytes, modified) = (found.len(), found.modified().with_context(place)?);
        if bytes <= parts.single_bytes {
            let body = ByteStream::from_path(path).await.with_context(place)?;
            return self.put(key, body).await;
        }
        let action = format!("write s3://{}/{key}", self.bucket);
        let create = self.s3.create_multipart_upload().bucket(&self.bucket);
        let created = create
            .key(key)
            .checksum_algorithm(ChecksumAlgorithm::Crc32)
            .checksum_type(ChecksumType::FullObject)
            .send()
            .await
            .map_err(|error| error.sentence(&action))?;
        let id = created.upload_id.context("S3 gave the upload no id")?;
        let file = File {
            key,
            path,
            bytes,
            modified,
        };
        match self.send_parts(&file, &id, parts.part_bytes, sent).await {
            Ok(etag) => self.uploaded(key, etag).await,
            Err(error) => {
                let abort = self.s3.abort_multipart_upload().bucket(&self.bucket);
                match abort.key(key).upload_id(&id).send().await {
                    Ok(_) => Err(error),
                    // The bucket's lifecycle rule does it later.
                    Err(left) => {
                        let left = left.sentence("remove the parts that were sent");
                        Err(error.context(format!("{left}; S3 removes them after 7 days")))
                    }
                }
            }
        }
    }

    /// The object's tag.
    async fn send_parts(
        &self,
        file: &File<'_>,
        id: &str,
        part_bytes: u64,
        sent: impl Fn(u64),
    ) -> anyhow::Result<String> {
        let action = format!("write s3://{}/{}", self.bucket, file.key);
        let part_bytes = part_bytes.max(file.bytes.div_ceil(MAXIMUM_PARTS));
        let (mut completed, mut offset, mut number) = (Vec::new(), 0, 1);
        while offset < file.bytes {
            let length = part_bytes.min(file.bytes - offset);
            let part = self.s3.upload_part().bucket(&self.bucket).key(file.key);
            let part = part
                .upload_id(id)
                .part_number(number)
                .checksum_algorithm(ChecksumAlgorithm::Crc32)
                .body(file.piece(offset, length).await?);
            let answer = part.send().await;
            let answer = answer.map_err(|error| error.sentence(&action))?;
            let part = CompletedPart::builder()
                .part_number(number)
                .set_e_tag(answer.e_tag)
                .set_checksum_crc32(answer.checksum_crc32);
            completed.push(part.build());
            offset += length;
            number += 1;
            sent(offset);
        }
        let list = CompletedMultipartUpload::builder().set_parts(Some(completed));
        let complete = self.s3.complete_multipart_upload().bucket(&self.bucket);
        let complete = complete
            .key(file.key)
            .upload_id(id)
            .checksum_type(ChecksumType::FullObject)
            .mpu_object_size(i64::try_from(file.bytes)?)
            .multipart_upload(list.build());
        let answer = complete.send().await;
        let answer = answer.map_err(|error| error.sentence(&action))?;
        Ok(answer.e_tag.unwrap_or_default())
    }
}

struct File<'a> {
    key: &'a str,
    path: &'a Path,
    bytes: u64,
    modified: SystemTime,
}

impl File<'_> {
    /// A piece is read while it is sent, and once more where it is sent again.
    async fn piece(&self, offset: u64, length: u64) -> anyhow::Result<ByteStream> {
        let place = || format!("read {}", self.path.display());
        let now = tokio::fs::metadata(self.path).await.with_context(place)?;
        if (now.len(), now.modified().with_context(place)?) != (self.bytes, self.modified) {
            bail!("{} changed while it was uploaded", self.path.display());
        }
        let piece = ByteStream::read_from().path(self.path).offset(offset);
        let piece = piece.length(Length::Exact(length));
        piece.build().await.with_context(place)
    }
}

#[cfg(test)]
mod tests;
