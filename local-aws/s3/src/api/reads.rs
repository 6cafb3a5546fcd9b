//! Operations that read objects.

use std::ops::Range;

use s3s::S3Request;
use s3s::dto::{
    ETagCondition, GetObjectInput, GetObjectOutput, HeadObjectInput, HeadObjectOutput, Timestamp,
};

use super::objects::{encryption, is_version};
use super::{Api, check_owner, etag, refuse, signed};
use crate::Failure;
use crate::body;
use crate::object::{self, Object};

pub(super) async fn get_object(
    api: &Api,
    request: S3Request<GetObjectInput>,
) -> Result<GetObjectOutput, Failure> {
    let input = request.input;
    check_owner(input.expected_bucket_owner.as_ref())?;
    refuse(&[
        ("PartNumber", input.part_number.is_some()),
        (
            "SSECustomerAlgorithm",
            input.sse_customer_algorithm.is_some(),
        ),
        ("VersionId", is_version(input.version_id.as_ref())),
    ])?;
    let object = api
        .cloud
        .store
        .read(|tx| object::get(tx, &input.bucket, &input.key))?;
    let read = ReadConditions {
        if_match: input.if_match.as_ref(),
        if_none_match: input.if_none_match.as_ref(),
        if_modified_since: input.if_modified_since.as_ref(),
        if_unmodified_since: input.if_unmodified_since.as_ref(),
    };
    read.check(&object)?;
    let (range, content_range) = range(input.range, object.size)?;
    let body = body::read(api.cloud.store.blobs().path(&object.sha256), range.clone()).await?;
    // The checksum is the whole object's; S3 leaves it out of a part.
    let whole = input.checksum_mode.is_some() && content_range.is_none();
    let checksums = object.checksums.clone();
    Ok(GetObjectOutput {
        accept_ranges: Some("bytes".to_owned()),
        body: Some(body),
        content_length: Some(signed(range.end - range.start)),
        content_range,
        e_tag: Some(etag(&object.etag)),
        last_modified: Some(object.last_modified.into()),
        cache_control: object.headers.cache_control,
        content_disposition: object.headers.content_disposition,
        content_encoding: object.headers.content_encoding,
        content_language: object.headers.content_language,
        content_type: Some(object.headers.content_type.unwrap_or_else(default_type)),
        metadata: Some(object.metadata.into_iter().collect()),
        checksum_type: checksums.kind().filter(|_| whole),
        checksum_crc32: checksums.crc32.filter(|_| whole),
        checksum_crc32c: checksums.crc32c.filter(|_| whole),
        checksum_crc64nvme: checksums.crc64nvme.filter(|_| whole),
        checksum_sha1: checksums.sha1.filter(|_| whole),
        checksum_sha256: checksums.sha256.filter(|_| whole),
        server_side_encryption: Some(encryption()),
        ..GetObjectOutput::default()
    })
}

pub(super) async fn head_object(
    api: &Api,
    request: S3Request<HeadObjectInput>,
) -> Result<HeadObjectOutput, Failure> {
    let input = request.input;
    check_owner(input.expected_bucket_owner.as_ref())?;
    refuse(&[
        ("PartNumber", input.part_number.is_some()),
        (
            "SSECustomerAlgorithm",
            input.sse_customer_algorithm.is_some(),
        ),
        ("VersionId", is_version(input.version_id.as_ref())),
    ])?;
    let object = api
        .cloud
        .store
        .read(|tx| object::get(tx, &input.bucket, &input.key))?;
    let read = ReadConditions {
        if_match: input.if_match.as_ref(),
        if_none_match: input.if_none_match.as_ref(),
        if_modified_since: input.if_modified_since.as_ref(),
        if_unmodified_since: input.if_unmodified_since.as_ref(),
    };
    read.check(&object)?;
    let (range, content_range) = range(input.range, object.size)?;
    let whole = input.checksum_mode.is_some() && content_range.is_none();
    let checksums = object.checksums.clone();
    Ok(HeadObjectOutput {
        accept_ranges: Some("bytes".to_owned()),
        content_length: Some(signed(range.end - range.start)),
        content_range,
        e_tag: Some(etag(&object.etag)),
        last_modified: Some(object.last_modified.into()),
        cache_control: object.headers.cache_control,
        content_disposition: object.headers.content_disposition,
        content_encoding: object.headers.content_encoding,
        content_language: object.headers.content_language,
        content_type: Some(object.headers.content_type.unwrap_or_else(default_type)),
        metadata: Some(object.metadata.into_iter().collect()),
        checksum_type: checksums.kind().filter(|_| whole),
        checksum_crc32: checksums.crc32.filter(|_| whole),
        checksum_crc32c: checksums.crc32c.filter(|_| whole),
        checksum_crc64nvme: checksums.crc64nvme.filter(|_| whole),
        checksum_sha1: checksums.sha1.filter(|_| whole),
        checksum_sha256: checksums.sha256.filter(|_| whole),
        server_side_encryption: Some(encryption()),
        ..HeadObjectOutput::default()
    })
}

/// When a read gives the object.
pub(super) struct ReadConditions<'a> {
    pub if_match: Option<&'a ETagCondition>,
    pub if_none_match: Option<&'a ETagCondition>,
    pub if_modified_since: Option<&'a Timestamp>,
    pub if_unmodified_since: Option<&'a Timestamp>,
}

impl ReadConditions<'_> {
    /// In RFC 9110's order: an entity tag outweighs a time.
    pub fn check(&self, object: &Object) -> Result<(), Failure> {
        let matches = |condition: &ETagCondition| match condition {
            ETagCondition::Any => true,
            ETagCondition::ETag(etag) => etag.value() == object.etag,
        };
        // HTTP dates have whole seconds.
        let modified = object
            .last_modified
            .replace_nanosecond(0)
            .unwrap_or(object.last_modified);
        let since = |time: &Timestamp| modified > time::OffsetDateTime::from(time.clone());
        match (self.if_match, self.if_unmodified_since) {
            (Some(condition), _) if !matches(condition) => {
                return Err(Failure::PreconditionFailed("If-Match"));
            }
            (None, Some(time)) if since(time) => {
                return Err(Failure::PreconditionFailed("If-Unmodified-Since"));
            }
            _ => {}
        }
        match (self.if_none_match, self.if_modified_since) {
            (Some(condition), _) if matches(condition) => Err(Failure::NotModified),
            (None, Some(time)) if !since(time) => Err(Failure::NotModified),
            _ => Ok(()),
        }
    }
}

/// The bytes to give, and the header that says so.
fn range(
    asked: Option<s3s::dto::Range>,
    size: u64,
) -> Result<(Range<u64>, Option<String>), Failure> {
    let Some(asked) = asked else {
        return Ok((0..size, None));
    };
    let range = asked.check(size).map_err(|_| Failure::InvalidRange)?;
    let header = format!(
        "bytes {}-{}/{size}",
        range.start,
        range.end.saturating_sub(1)
    );
    Ok((range, Some(header)))
}

fn default_type() -> String {
    "binary/octet-stream".to_owned()
}
