//! Operations that write objects.

use s3s::S3Request;
use s3s::dto::{
    CopyObjectInput, CopyObjectOutput, CopyObjectResult, CopySource, DeleteObjectInput,
    DeleteObjectOutput, DeleteObjectsInput, DeleteObjectsOutput, DeletedObject, Error,
    MetadataDirective, PutObjectInput, PutObjectOutput, ServerSideEncryption,
};

use super::reads::ReadConditions;
use super::{Api, check_owner, content_encoding, etag, refuse, write_condition};
use crate::body::{self, Claims};
use crate::checksum::Algorithm;
use crate::object::{self, Condition, Headers, Object};
use crate::{Failure, bucket};

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
pub(super) fn is_version(version_id: Option<&String>) -> bool {
    version_id.is_some_and(|id| id != "null")
}
