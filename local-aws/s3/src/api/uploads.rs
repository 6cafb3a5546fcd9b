//! Operations on multipart uploads.

use s3s::S3Request;
use s3s::dto::{
    AbortMultipartUploadInput, AbortMultipartUploadOutput, ChecksumAlgorithm, ChecksumType,
    CreateMultipartUploadInput, CreateMultipartUploadOutput, ListPartsInput, ListPartsOutput,
    Part as PartEntry, StorageClass, UploadPartInput, UploadPartOutput,
};

use super::answer::{encryption, etag, signed, with_checksums};
use super::context::{Api, check_owner};
use super::parameters::{
    count, is_aes256, is_false, is_private, is_standard, kept_encoding, members, part_number,
};
use crate::body::{self, Claims};
use crate::checksum::{Algorithm, kind};
use crate::failure::Failure;
use crate::object::Headers;
use crate::upload::{self, Id, Part, Upload};

pub(crate) async fn create_multipart_upload(
    api: &Api,
    request: S3Request<CreateMultipartUploadInput>,
) -> Result<CreateMultipartUploadOutput, Failure> {
    members!(request.input => CreateMultipartUploadInput {
        read: bucket, cache_control, checksum_algorithm, checksum_type, content_disposition,
            content_encoding, content_language, content_type, expected_bucket_owner, key, metadata;
        refused: acl unless is_private, bucket_key_enabled unless is_false, expires,
            grant_full_control, grant_read, grant_read_acp, grant_write_acp,
            object_lock_legal_hold_status, object_lock_mode, object_lock_retain_until_date,
            server_side_encryption unless is_aes256, sse_customer_algorithm, sse_customer_key,
            sse_customer_key_md5, ssekms_encryption_context, ssekms_key_id,
            storage_class unless is_standard, tagging, website_redirect_location;
        ignored "the bucket's owner pays": request_payer;
    });
    check_owner(expected_bucket_owner.as_ref())?;
    let algorithm = checksum_algorithm
        .as_ref()
        .map(|it| Algorithm::parse(it.as_str()))
        .transpose()?;
    let full_object = match &checksum_type {
        Some(kind) => kind.as_str() == ChecksumType::FULL_OBJECT,
        // CRC64NVME has no composite form.
        None => algorithm == Some(Algorithm::Crc64Nvme),
    };
    let upload = Upload {
        key,
        headers: Headers {
            content_type,
            cache_control,
            content_disposition,
            content_encoding: kept_encoding(content_encoding),
            content_language,
        },
        metadata: metadata.unwrap_or_default().into_iter().collect(),
        algorithm,
        full_object,
        initiated: api.cloud.world.now(),
    };
    let id = api.cloud.world.dice("s3/upload-id").hex(32);
    api.cloud
        .store
        .write(|tx| upload::create(tx, &bucket, &id, &upload))?;
    Ok(CreateMultipartUploadOutput {
        bucket: Some(bucket),
        key: Some(upload.key),
        upload_id: Some(id),
        checksum_algorithm,
        checksum_type: algorithm.map(|_| kind(full_object)),
        server_side_encryption: Some(encryption()),
        ..CreateMultipartUploadOutput::default()
    })
}

pub(crate) async fn upload_part(
    api: &Api,
    request: S3Request<UploadPartInput>,
) -> Result<UploadPartOutput, Failure> {
    members!(request.input => UploadPartInput {
        read: body, bucket, content_length, content_md5, expected_bucket_owner, key, part_number,
            upload_id;
        refused: sse_customer_algorithm, sse_customer_key, sse_customer_key_md5;
        ignored "the bucket's owner pays": request_payer;
        ignored "read from the headers": checksum_crc32, checksum_crc32c, checksum_crc64nvme,
            checksum_sha1, checksum_sha256;
        ignored "the upload has said it": checksum_algorithm;
    });
    check_owner(expected_bucket_owner.as_ref())?;
    let number = self::part_number(part_number)?;
    let id = Id {
        bucket: &bucket,
        key: &key,
        upload: &upload_id,
    };
    let upload = api.cloud.store.read(|tx| upload::get(tx, id))?;
    let claims = Claims {
        headers: &request.headers,
        extensions: &request.extensions,
        trailers: request.trailing_headers.as_ref(),
        content_length,
        content_md5: content_md5.as_deref(),
        asked: upload.algorithm,
    };
    let (blob, checksums) = body::store(&api.cloud, body, claims).await?;
    let part = Part {
        blob,
        checksums,
        last_modified: api.cloud.world.now(),
    };
    api.cloud
        .store
        .write(|tx| upload::put_part(tx, id, number, &part))?;
    Ok(with_checksums!(
        part.checksums,
        UploadPartOutput {
            e_tag: Some(etag(&part.blob.md5)),
            server_side_encryption: Some(encryption()),
            ..UploadPartOutput::default()
        }
    ))
}

pub(crate) async fn abort_multipart_upload(
    api: &Api,
    request: S3Request<AbortMultipartUploadInput>,
) -> Result<AbortMultipartUploadOutput, Failure> {
    members!(request.input => AbortMultipartUploadInput {
        read: bucket, expected_bucket_owner, key, upload_id;
        refused: if_match_initiated_time;
        ignored "the bucket's owner pays": request_payer;
    });
    check_owner(expected_bucket_owner.as_ref())?;
    let id = Id {
        bucket: &bucket,
        key: &key,
        upload: &upload_id,
    };
    api.cloud.store.write(|tx| upload::abort(tx, id))?;
    Ok(AbortMultipartUploadOutput::default())
}

pub(crate) async fn list_parts(
    api: &Api,
    request: S3Request<ListPartsInput>,
) -> Result<ListPartsOutput, Failure> {
    members!(request.input => ListPartsInput {
        read: bucket, expected_bucket_owner, key, max_parts, part_number_marker, upload_id;
        refused: sse_customer_algorithm, sse_customer_key, sse_customer_key_md5;
        ignored "the bucket's owner pays": request_payer;
    });
    check_owner(expected_bucket_owner.as_ref())?;
    let id = Id {
        bucket: &bucket,
        key: &key,
        upload: &upload_id,
    };
    let marker = part_number_marker.unwrap_or_default();
    if marker < 0 {
        return Err(Failure::InvalidArgument(
            "Argument part-number-marker must be an integer between 0 and 2147483647".to_owned(),
        ));
    }
    let (upload, mut parts) = api.cloud.store.read(|tx| {
        let upload = upload::get(tx, id)?;
        Ok::<_, Failure>((upload, upload::parts(tx, id)?))
    })?;
    parts.retain(|(number, _)| *number > marker);
    let length = count("max-parts", max_parts)?;
    let truncated = parts.len() > length;
    parts.truncate(length);
    Ok(ListPartsOutput {
        is_truncated: Some(truncated),
        max_parts: i32::try_from(length).ok(),
        part_number_marker: Some(marker),
        next_part_number_marker: parts.last().map(|(number, _)| *number),
        checksum_algorithm: upload
            .algorithm
            .map(|it| ChecksumAlgorithm::from_static(it.name())),
        checksum_type: upload.algorithm.map(|_| kind(upload.full_object)),
        parts: Some(parts.into_iter().map(entry).collect()),
        storage_class: Some(StorageClass::from_static(StorageClass::STANDARD)),
        bucket: Some(bucket),
        key: Some(key),
        upload_id: Some(upload_id),
        ..ListPartsOutput::default()
    })
}

fn entry((number, part): (i32, Part)) -> PartEntry {
    with_checksums!(
        part.checksums,
        PartEntry {
            part_number: Some(number),
            size: Some(signed(part.blob.size)),
            e_tag: Some(etag(&part.blob.md5)),
            last_modified: Some(part.last_modified.into()),
        }
    )
}
