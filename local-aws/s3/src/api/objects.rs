//! Operations that write objects.

use s3s::S3Request;
use s3s::dto::{
    CopyObjectInput, CopyObjectOutput, CopyObjectResult, CopySource, MetadataDirective,
    PutObjectInput, PutObjectOutput,
};

use super::answer::{encryption, etag, with_checksums};
use super::conditions::{self, ReadConditions};
use super::context::{Api, check_owner};
use super::parameters::{
    is_aes256, is_copy, is_false, is_private, is_standard, kept_encoding, members,
};
use crate::body::{self, Claims};
use crate::bucket;
use crate::checksum::Algorithm;
use crate::failure::Failure;
use crate::key;
use crate::object::{Headers, Object};
use crate::permissions;
use crate::rows::{self, Condition};

pub(crate) async fn put_object(
    api: &Api,
    request: S3Request<PutObjectInput>,
) -> Result<PutObjectOutput, Failure> {
    let cause = api.cause(&request, "PutObject");
    members!(request.input => PutObjectInput {
        read: body, bucket, cache_control, checksum_algorithm, content_disposition,
            content_encoding, content_language, content_length, content_md5, content_type,
            expected_bucket_owner, if_match, if_none_match, key, metadata;
        refused: acl unless is_private, bucket_key_enabled unless is_false, expires,
            grant_full_control, grant_read, grant_read_acp, grant_write_acp,
            object_lock_legal_hold_status, object_lock_mode, object_lock_retain_until_date,
            server_side_encryption unless is_aes256, sse_customer_algorithm, sse_customer_key,
            sse_customer_key_md5, ssekms_encryption_context, ssekms_key_id,
            storage_class unless is_standard, tagging, website_redirect_location,
            write_offset_bytes;
        ignored "the bucket's owner pays": request_payer;
        ignored "read from the headers": checksum_crc32, checksum_crc32c, checksum_crc64nvme,
            checksum_sha1, checksum_sha256;
    });
    check_owner(expected_bucket_owner.as_ref())?;
    let condition = conditions::of_write(if_match, if_none_match)?;
    let asked = checksum_algorithm.map(|it| Algorithm::parse(it.as_str()));
    api.cloud.store.read(|tx| bucket::get(tx, &bucket))?;
    let claims = Claims {
        headers: &request.headers,
        extensions: &request.extensions,
        trailers: request.trailing_headers.as_ref(),
        content_length,
        content_md5: content_md5.as_deref(),
        asked: asked.transpose()?,
    };
    let (blob, checksums) = body::store(&api.cloud, body, claims).await?;
    let object = Object {
        headers: Headers {
            content_type,
            cache_control,
            content_disposition,
            content_encoding: kept_encoding(content_encoding),
            content_language,
        },
        metadata: metadata.unwrap_or_default().into_iter().collect(),
        checksums,
        ..Object::new(&blob, cause.time)
    };
    api.cloud
        .store
        .write(|tx| rows::put(tx, &cause, (&bucket, &key), &object, &condition))?;
    let checksum_type = object.checksums.kind();
    Ok(with_checksums!(
        object.checksums,
        PutObjectOutput {
            e_tag: Some(etag(&object.etag)),
            checksum_type,
            server_side_encryption: Some(encryption()),
            ..PutObjectOutput::default()
        }
    ))
}

pub(crate) async fn copy_object(
    api: &Api,
    request: S3Request<CopyObjectInput>,
) -> Result<CopyObjectOutput, Failure> {
    let cause = api.cause(&request, "CopyObject");
    let principal = api.principal(&request)?;
    members!(request.input => CopyObjectInput {
        read: bucket, cache_control, content_disposition, content_encoding, content_language,
            content_type, copy_source, copy_source_if_match, copy_source_if_modified_since,
            copy_source_if_none_match, copy_source_if_unmodified_since, expected_bucket_owner,
            expected_source_bucket_owner, key, metadata, metadata_directive;
        refused: acl unless is_private, bucket_key_enabled unless is_false, checksum_algorithm,
            copy_source_sse_customer_algorithm, copy_source_sse_customer_key,
            copy_source_sse_customer_key_md5, expires, grant_full_control, grant_read,
            grant_read_acp, grant_write_acp, object_lock_legal_hold_status, object_lock_mode,
            object_lock_retain_until_date, server_side_encryption unless is_aes256,
            sse_customer_algorithm, sse_customer_key, sse_customer_key_md5,
            ssekms_encryption_context, ssekms_key_id, storage_class unless is_standard, tagging,
            tagging_directive unless is_copy, website_redirect_location;
        ignored "the bucket's owner pays": request_payer;
    });
    check_owner(expected_bucket_owner.as_ref())?;
    check_owner(expected_source_bucket_owner.as_ref())?;
    let source = source(&copy_source)?;
    permissions::check_object(&api.cloud, &principal, "s3:GetObject", source)?;
    let conditions = ReadConditions {
        if_match: copy_source_if_match,
        if_none_match: copy_source_if_none_match,
        if_modified_since: copy_source_if_modified_since,
        if_unmodified_since: copy_source_if_unmodified_since,
    };
    let replaces = metadata_directive.is_some_and(|it| it.as_str() == MetadataDirective::REPLACE);
    let target = (bucket.as_str(), key.as_str());
    if source == target && !replaces {
        return Err(Failure::InvalidRequest(ONTO_ITSELF.to_owned()));
    }
    let replacement = replaces.then(|| {
        let headers = Headers {
            content_type,
            cache_control,
            content_disposition,
            content_encoding: kept_encoding(content_encoding),
            content_language,
        };
        (headers, metadata.unwrap_or_default())
    });
    let copied = api.cloud.store.write(|tx| {
        let mut object = rows::get(tx, source.0, source.1)?;
        // S3 never answers a copy with "not modified".
        conditions.check(&object).map_err(|failure| match failure {
            Failure::NotModified(_) => {
                Failure::PreconditionFailed("x-amz-copy-source-if-none-match")
            }
            other => other,
        })?;
        if let Some((headers, metadata)) = replacement {
            object.headers = headers;
            object.metadata = metadata.into_iter().collect();
        }
        object.last_modified = cause.time;
        rows::put(tx, &cause, target, &object, &Condition::None)?;
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

const ONTO_ITSELF: &str = "This copy request is illegal because it is trying to copy an object to itself \
    without changing the object's metadata, storage class, website redirect location or encryption attributes.";

fn source(source: &CopySource) -> Result<(&str, &str), Failure> {
    let CopySource::Bucket {
        bucket,
        key,
        version_id: None,
    } = source
    else {
        return Err(Failure::NotImplemented(
            "a CopySource with a version or an access point".to_owned(),
        ));
    };
    key::check(key)?;
    Ok((bucket, key))
}
