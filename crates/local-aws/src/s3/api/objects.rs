//! Operations on objects.

use std::ops::Range;

use s3s::S3Request;
use s3s::dto::{
    CommonPrefix, CopyObjectInput, CopyObjectOutput, CopyObjectResult, CopySource,
    DeleteObjectInput, DeleteObjectOutput, DeleteObjectsInput, DeleteObjectsOutput, DeletedObject,
    ETagCondition, EncodingType, Error, GetObjectInput, GetObjectOutput, HeadObjectInput,
    HeadObjectOutput, ListObjectsInput, ListObjectsOutput, ListObjectsV2Input, ListObjectsV2Output,
    MetadataDirective, Object as ObjectEntry, ObjectStorageClass, PutObjectInput, PutObjectOutput,
    ServerSideEncryption, Timestamp,
};

use super::{Api, check_owner, content_encoding, etag, refuse, signed, write_condition};
use crate::s3::body::{self, Claims};
use crate::s3::checksum::Algorithm;
use crate::s3::listing::{self, Page, Query};
use crate::s3::object::{self, Condition, Headers, Object};
use crate::s3::presign::encode;
use crate::s3::{Failure, bucket};

pub(super) async fn put_object(
    api: &Api,
    request: S3Request<PutObjectInput>,
) -> Result<PutObjectOutput, Failure> {
    let cause = api.cause(&request, "PutObject");
    let S3Request {
        input,
        headers,
        trailing_headers,
        ..
    } = request;
    check_owner(input.expected_bucket_owner.as_ref())?;
    refuse(&[
        (
            "ACL",
            input
                .acl
                .as_ref()
                .is_some_and(|acl| !is_private(acl.as_str())),
        ),
        ("Expires", input.expires.is_some()),
        ("GrantFullControl", input.grant_full_control.is_some()),
        ("GrantRead", input.grant_read.is_some()),
        ("ObjectLockMode", input.object_lock_mode.is_some()),
        (
            "ObjectLockLegalHoldStatus",
            input.object_lock_legal_hold_status.is_some(),
        ),
        (
            "SSECustomerAlgorithm",
            input.sse_customer_algorithm.is_some(),
        ),
        ("SSEKMSKeyId", input.ssekms_key_id.is_some()),
        (
            "StorageClass",
            input
                .storage_class
                .as_ref()
                .is_some_and(|it| it.as_str() != "STANDARD"),
        ),
        ("Tagging", input.tagging.is_some()),
        (
            "WebsiteRedirectLocation",
            input.website_redirect_location.is_some(),
        ),
        ("WriteOffsetBytes", input.write_offset_bytes.is_some()),
    ])?;
    check_encryption(input.server_side_encryption.as_ref())?;
    let condition = write_condition(input.if_match, input.if_none_match)?;
    let asked = input
        .checksum_algorithm
        .map(|it| Algorithm::parse(it.as_str()))
        .transpose()?;
    let claims = Claims {
        headers: &headers,
        trailers: trailing_headers.as_ref(),
        content_md5: input.content_md5.as_deref(),
        asked,
    };
    api.cloud.store.read(|tx| bucket::get(tx, &input.bucket))?;
    let (blob, checksums) = body::store(&api.cloud, input.body, claims).await?;
    let object = Object {
        headers: Headers {
            content_type: input.content_type,
            cache_control: input.cache_control,
            content_disposition: input.content_disposition,
            content_encoding: content_encoding(input.content_encoding),
            content_language: input.content_language,
        },
        metadata: input.metadata.unwrap_or_default().into_iter().collect(),
        checksums,
        ..Object::new(&blob, cause.time)
    };
    let address = (input.bucket.as_str(), input.key.as_str());
    api.cloud
        .store
        .write(|tx| object::put(tx, &cause, address, &object, &condition))?;
    Ok(PutObjectOutput {
        e_tag: Some(etag(&object.etag)),
        checksum_type: object.checksums.kind(),
        checksum_crc32: object.checksums.crc32,
        checksum_crc32c: object.checksums.crc32c,
        checksum_crc64nvme: object.checksums.crc64nvme,
        checksum_sha1: object.checksums.sha1,
        checksum_sha256: object.checksums.sha256,
        server_side_encryption: Some(encryption()),
        ..PutObjectOutput::default()
    })
}

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
    let body = body::read(api.cloud.store.blob_path(&object.sha256), range.clone()).await?;
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

pub(super) async fn copy_object(
    api: &Api,
    request: S3Request<CopyObjectInput>,
) -> Result<CopyObjectOutput, Failure> {
    let cause = api.cause(&request, "CopyObject");
    let input = request.input;
    check_owner(input.expected_bucket_owner.as_ref())?;
    check_owner(input.expected_source_bucket_owner.as_ref())?;
    refuse(&[
        (
            "ACL",
            input
                .acl
                .as_ref()
                .is_some_and(|acl| !is_private(acl.as_str())),
        ),
        ("ChecksumAlgorithm", input.checksum_algorithm.is_some()),
        (
            "CopySourceIfModifiedSince",
            input.copy_source_if_modified_since.is_some(),
        ),
        (
            "CopySourceIfUnmodifiedSince",
            input.copy_source_if_unmodified_since.is_some(),
        ),
        ("Expires", input.expires.is_some()),
        (
            "SSECustomerAlgorithm",
            input.sse_customer_algorithm.is_some(),
        ),
        ("SSEKMSKeyId", input.ssekms_key_id.is_some()),
        (
            "StorageClass",
            input
                .storage_class
                .as_ref()
                .is_some_and(|it| it.as_str() != "STANDARD"),
        ),
        ("Tagging", input.tagging.is_some()),
        (
            "TaggingDirective",
            input
                .tagging_directive
                .as_ref()
                .is_some_and(|it| it.as_str() != "COPY"),
        ),
    ])?;
    check_encryption(input.server_side_encryption.as_ref())?;
    let CopySource::Bucket {
        bucket: source_bucket,
        key: source_key,
        version_id: None,
    } = &input.copy_source
    else {
        return Err(Failure::NotImplemented(
            "a CopySource with a version or an access point".to_owned(),
        ));
    };
    let read = ReadConditions {
        if_match: input.copy_source_if_match.as_ref(),
        if_none_match: input.copy_source_if_none_match.as_ref(),
        if_modified_since: None,
        if_unmodified_since: None,
    };
    let replace = input
        .metadata_directive
        .as_ref()
        .is_some_and(|it| it.as_str() == MetadataDirective::REPLACE);
    let headers = Headers {
        content_type: input.content_type,
        cache_control: input.cache_control,
        content_disposition: input.content_disposition,
        content_encoding: content_encoding(input.content_encoding),
        content_language: input.content_language,
    };
    let metadata = input.metadata.unwrap_or_default();
    let copied = api.cloud.store.write(|tx| {
        let mut object = object::get(tx, source_bucket, source_key)?;
        // S3 never answers a copy with "not modified".
        read.check(&object).map_err(|failure| match failure {
            Failure::NotModified => Failure::PreconditionFailed("x-amz-copy-source-if-none-match"),
            other => other,
        })?;
        if replace {
            object.headers = headers;
            object.metadata = metadata.into_iter().collect();
        }
        object.last_modified = cause.time;
        let address = (input.bucket.as_str(), input.key.as_str());
        object::put(tx, &cause, address, &object, &Condition::None)?;
        Ok::<_, Failure>(object)
    })?;
    Ok(CopyObjectOutput {
        copy_object_result: Some(CopyObjectResult {
            e_tag: Some(etag(&copied.etag)),
            last_modified: Some(copied.last_modified.into()),
            ..CopyObjectResult::default()
        }),
        server_side_encryption: Some(encryption()),
        ..CopyObjectOutput::default()
    })
}

pub(super) async fn delete_object(
    api: &Api,
    request: S3Request<DeleteObjectInput>,
) -> Result<DeleteObjectOutput, Failure> {
    let cause = api.cause(&request, "DeleteObject");
    let input = request.input;
    check_owner(input.expected_bucket_owner.as_ref())?;
    refuse(&[
        (
            "IfMatchLastModifiedTime",
            input.if_match_last_modified_time.is_some(),
        ),
        ("IfMatchSize", input.if_match_size.is_some()),
        ("MFA", input.mfa.is_some()),
        ("VersionId", is_version(input.version_id.as_ref())),
    ])?;
    let condition = write_condition(input.if_match, None)?;
    let address = (input.bucket.as_str(), input.key.as_str());
    api.cloud
        .store
        .write(|tx| object::delete(tx, &cause, address, &condition))?;
    Ok(DeleteObjectOutput::default())
}

pub(super) async fn delete_objects(
    api: &Api,
    request: S3Request<DeleteObjectsInput>,
) -> Result<DeleteObjectsOutput, Failure> {
    let cause = api.cause(&request, "DeleteObject");
    let input = request.input;
    check_owner(input.expected_bucket_owner.as_ref())?;
    let quiet = input.delete.quiet == Some(true);
    let (mut deleted, mut errors) = (Vec::new(), Vec::new());
    api.cloud.store.read(|tx| bucket::get(tx, &input.bucket))?;
    for object in input.delete.objects {
        let refused = refuse(&[
            ("ETag", object.e_tag.is_some()),
            ("LastModifiedTime", object.last_modified_time.is_some()),
            ("Size", object.size.is_some()),
            ("VersionId", is_version(object.version_id.as_ref())),
        ]);
        let address = (input.bucket.as_str(), object.key.as_str());
        let result = refused.and_then(|()| {
            let store = &api.cloud.store;
            store.write(|tx| object::delete(tx, &cause, address, &Condition::None))
        });
        match result {
            Ok(()) if quiet => {}
            Ok(()) => deleted.push(DeletedObject {
                key: Some(object.key),
                ..DeletedObject::default()
            }),
            Err(failure) => {
                let error = s3s::S3Error::from(failure);
                errors.push(Error {
                    code: Some(error.code().as_str().to_owned()),
                    key: Some(object.key),
                    message: error.message().map(str::to_owned),
                    version_id: object.version_id,
                });
            }
        }
    }
    Ok(DeleteObjectsOutput {
        deleted: Some(deleted),
        errors: Some(errors),
        request_charged: None,
    })
}

pub(super) async fn list_objects(
    api: &Api,
    request: S3Request<ListObjectsInput>,
) -> Result<ListObjectsOutput, Failure> {
    let input = request.input;
    check_owner(input.expected_bucket_owner.as_ref())?;
    let max_keys = max_keys(input.max_keys)?;
    let page = list(
        api,
        &input.bucket,
        &Query {
            prefix: input.prefix.as_deref().unwrap_or_default(),
            delimiter: input.delimiter.as_deref().unwrap_or_default(),
            after: input.marker.as_deref().unwrap_or_default(),
            max_keys,
        },
    )?;
    let text = Text::new(input.encoding_type.as_ref());
    Ok(ListObjectsOutput {
        is_truncated: Some(page.next.is_some()),
        next_marker: page.next.as_deref().map(|next| text.of(next)),
        contents: Some(text.objects(page.objects)),
        common_prefixes: Some(text.prefixes(page.common_prefixes)),
        prefix: Some(text.of(&input.prefix.unwrap_or_default())),
        marker: Some(text.of(&input.marker.unwrap_or_default())),
        delimiter: input.delimiter.as_deref().map(|it| text.of(it)),
        encoding_type: input.encoding_type,
        max_keys: i32::try_from(max_keys).ok(),
        name: Some(input.bucket),
        request_charged: None,
    })
}

pub(super) async fn list_objects_v2(
    api: &Api,
    request: S3Request<ListObjectsV2Input>,
) -> Result<ListObjectsV2Output, Failure> {
    let input = request.input;
    check_owner(input.expected_bucket_owner.as_ref())?;
    let max_keys = max_keys(input.max_keys)?;
    let token = input
        .continuation_token
        .as_deref()
        .map(decode_token)
        .transpose()?;
    let after = token.as_deref().or(input.start_after.as_deref());
    let page = list(
        api,
        &input.bucket,
        &Query {
            prefix: input.prefix.as_deref().unwrap_or_default(),
            delimiter: input.delimiter.as_deref().unwrap_or_default(),
            after: after.unwrap_or_default(),
            max_keys,
        },
    )?;
    let text = Text::new(input.encoding_type.as_ref());
    let key_count = page.objects.len() + page.common_prefixes.len();
    Ok(ListObjectsV2Output {
        is_truncated: Some(page.next.is_some()),
        next_continuation_token: page.next.as_deref().map(encode_token),
        contents: Some(text.objects(page.objects)),
        common_prefixes: Some(text.prefixes(page.common_prefixes)),
        key_count: i32::try_from(key_count).ok(),
        prefix: Some(text.of(&input.prefix.unwrap_or_default())),
        delimiter: input.delimiter.as_deref().map(|it| text.of(it)),
        start_after: input.start_after.as_deref().map(|it| text.of(it)),
        continuation_token: input.continuation_token,
        encoding_type: input.encoding_type,
        max_keys: i32::try_from(max_keys).ok(),
        name: Some(input.bucket),
        request_charged: None,
    })
}

fn list(api: &Api, bucket: &str, query: &Query) -> Result<Page, Failure> {
    api.cloud.store.read(|tx| listing::page(tx, bucket, query))
}

/// S3's pages hold at most a thousand.
fn max_keys(asked: Option<i32>) -> Result<usize, Failure> {
    let asked = asked.unwrap_or(1000);
    let asked = usize::try_from(asked).map_err(|_| {
        Failure::InvalidArgument(
            "Argument max-keys must be an integer between 0 and 2147483647".to_owned(),
        )
    })?;
    Ok(asked.min(1000))
}

/// Opaque to clients, so that none builds its own.
fn encode_token(last: &str) -> String {
    data_encoding::BASE64URL_NOPAD.encode(last.as_bytes())
}

fn decode_token(token: &str) -> Result<String, Failure> {
    let bytes = data_encoding::BASE64URL_NOPAD.decode(token.as_bytes()).ok();
    bytes
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .ok_or_else(|| {
            Failure::InvalidArgument("The continuation token provided is incorrect".to_owned())
        })
}

/// Keys as the listing was asked to write them: XML cannot hold every key.
struct Text {
    url: bool,
}

impl Text {
    fn new(encoding: Option<&EncodingType>) -> Self {
        Self {
            url: encoding.is_some_and(|it| it.as_str() == EncodingType::URL),
        }
    }

    fn of(&self, key: &str) -> String {
        if self.url {
            encode(key)
        } else {
            key.to_owned()
        }
    }

    fn objects(&self, objects: Vec<(String, Object)>) -> Vec<ObjectEntry> {
        let entries = objects.into_iter().map(|(key, object)| ObjectEntry {
            key: Some(self.of(&key)),
            e_tag: Some(etag(&object.etag)),
            size: Some(signed(object.size)),
            last_modified: Some(object.last_modified.into()),
            storage_class: Some(ObjectStorageClass::from_static(
                ObjectStorageClass::STANDARD,
            )),
            ..ObjectEntry::default()
        });
        entries.collect()
    }

    fn prefixes(&self, prefixes: Vec<String>) -> Vec<CommonPrefix> {
        let entries = prefixes.into_iter().map(|prefix| CommonPrefix {
            prefix: Some(self.of(&prefix)),
        });
        entries.collect()
    }
}

/// When a read gives the object.
struct ReadConditions<'a> {
    if_match: Option<&'a ETagCondition>,
    if_none_match: Option<&'a ETagCondition>,
    if_modified_since: Option<&'a Timestamp>,
    if_unmodified_since: Option<&'a Timestamp>,
}

impl ReadConditions<'_> {
    /// In RFC 9110's order: an entity tag outweighs a time.
    fn check(&self, object: &Object) -> Result<(), Failure> {
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

/// Every bucket is encrypted with S3's own keys, as AWS's are; no other key exists here.
pub(super) fn encryption() -> ServerSideEncryption {
    ServerSideEncryption::from_static(ServerSideEncryption::AES256)
}

pub(super) fn check_encryption(asked: Option<&ServerSideEncryption>) -> Result<(), Failure> {
    match asked {
        Some(asked) if asked.as_str() != ServerSideEncryption::AES256 => Err(
            Failure::NotImplemented(format!("ServerSideEncryption {}", asked.as_str())),
        ),
        _ => Ok(()),
    }
}

pub(super) fn is_private(acl: &str) -> bool {
    matches!(acl, "private" | "bucket-owner-full-control")
}

/// Buckets here have no versions; `null` names the only one.
fn is_version(version_id: Option<&String>) -> bool {
    version_id.is_some_and(|id| id != "null")
}

fn default_type() -> String {
    "binary/octet-stream".to_owned()
}
