//! Operations on multipart uploads.

use s3s::S3Request;
use s3s::dto::{
    AbortMultipartUploadInput, AbortMultipartUploadOutput, ChecksumAlgorithm, ChecksumType,
    CompleteMultipartUploadInput, CompleteMultipartUploadOutput, CreateMultipartUploadInput,
    CreateMultipartUploadOutput, ListPartsInput, ListPartsOutput, Part as PartEntry, StorageClass,
    UploadPartInput, UploadPartOutput,
};

use super::objects::{check_encryption, encryption, is_private};
use super::{Api, check_owner, content_encoding, etag, refuse, signed, write_condition};
use crate::Failure;
use crate::body::{self, Claims};
use crate::checksum::{Algorithm, Checksums};
use crate::object::Headers;
use crate::upload::{self, Id, Listed, Part, Upload};

pub(super) async fn create_multipart_upload(
    api: &Api,
    request: S3Request<CreateMultipartUploadInput>,
) -> Result<CreateMultipartUploadOutput, Failure> {
    let input = request.input;
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
        ("ObjectLockMode", input.object_lock_mode.is_some()),
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
    ])?;
    check_encryption(input.server_side_encryption.as_ref())?;
    let algorithm = input
        .checksum_algorithm
        .as_ref()
        .map(|it| Algorithm::parse(it.as_str()))
        .transpose()?;
    let full_object = match &input.checksum_type {
        Some(kind) => kind.as_str() == ChecksumType::FULL_OBJECT,
        // CRC64NVME has no composite form.
        None => algorithm == Some(Algorithm::Crc64Nvme),
    };
    let upload = Upload {
        key: input.key,
        headers: Headers {
            content_type: input.content_type,
            cache_control: input.cache_control,
            content_disposition: input.content_disposition,
            content_encoding: content_encoding(input.content_encoding),
            content_language: input.content_language,
        },
        metadata: input.metadata.unwrap_or_default().into_iter().collect(),
        algorithm,
        full_object,
        initiated: api.cloud.world.now(),
    };
    let id = api.cloud.world.random_hex(32);
    api.cloud
        .store
        .write(|tx| upload::create(tx, &input.bucket, &id, &upload))?;
    Ok(CreateMultipartUploadOutput {
        bucket: Some(input.bucket),
        key: Some(upload.key),
        upload_id: Some(id),
        checksum_algorithm: input.checksum_algorithm,
        checksum_type: algorithm.map(|_| kind(full_object)),
        server_side_encryption: Some(encryption()),
        ..CreateMultipartUploadOutput::default()
    })
}

pub(super) async fn upload_part(
    api: &Api,
    request: S3Request<UploadPartInput>,
) -> Result<UploadPartOutput, Failure> {
    let S3Request {
        input,
        headers,
        trailing_headers,
        ..
    } = request;
    check_owner(input.expected_bucket_owner.as_ref())?;
    refuse(&[(
        "SSECustomerAlgorithm",
        input.sse_customer_algorithm.is_some(),
    )])?;
    let number = part_number(input.part_number)?;
    let id = Id {
        bucket: &input.bucket,
        key: &input.key,
        upload: &input.upload_id,
    };
    let upload = api.cloud.store.read(|tx| upload::get(tx, id))?;
    let claims = Claims {
        headers: &headers,
        trailers: trailing_headers.as_ref(),
        content_md5: input.content_md5.as_deref(),
        asked: upload.algorithm,
    };
    let (blob, checksums) = body::store(&api.cloud, input.body, claims).await?;
    let part = Part {
        blob,
        checksums,
        last_modified: api.cloud.world.now(),
    };
    api.cloud
        .store
        .write(|tx| upload::put_part(tx, id, number, &part))?;
    Ok(UploadPartOutput {
        e_tag: Some(etag(&part.blob.md5)),
        checksum_crc32: part.checksums.crc32,
        checksum_crc32c: part.checksums.crc32c,
        checksum_crc64nvme: part.checksums.crc64nvme,
        checksum_sha1: part.checksums.sha1,
        checksum_sha256: part.checksums.sha256,
        server_side_encryption: Some(encryption()),
        ..UploadPartOutput::default()
    })
}

pub(super) async fn complete_multipart_upload(
    api: &Api,
    request: S3Request<CompleteMultipartUploadInput>,
) -> Result<CompleteMultipartUploadOutput, Failure> {
    let cause = api.cause(&request, "CompleteMultipartUpload");
    let stated = Checksums::stated(&request.headers);
    let input = request.input;
    check_owner(input.expected_bucket_owner.as_ref())?;
    refuse(&[(
        "SSECustomerAlgorithm",
        input.sse_customer_algorithm.is_some(),
    )])?;
    let condition = write_condition(input.if_match, input.if_none_match)?;
    let id = Id {
        bucket: &input.bucket,
        key: &input.key,
        upload: &input.upload_id,
    };
    let (upload, stored) = api.cloud.store.read(|tx| {
        let upload = upload::get(tx, id)?;
        Ok::<_, Failure>((upload, upload::parts(tx, id)?))
    })?;
    let listed = input
        .multipart_upload
        .and_then(|it| it.parts)
        .unwrap_or_default();
    let listed = listed.into_iter().map(|part| {
        Ok(Listed {
            number: part_number(part.part_number.unwrap_or_default())?,
            etag: part.e_tag.map(s3s::dto::ETag::into_value),
        })
    });
    let parts = upload::select(stored, &listed.collect::<Result<Vec<_>, Failure>>()?)?;
    let size: u64 = parts.iter().map(|part| part.blob.size).sum();
    if input
        .mpu_object_size
        .is_some_and(|stated| stated != signed(size))
    {
        return Err(Failure::InvalidArgument(format!(
            "the parts are {size} bytes, not MpuObjectSize"
        )));
    }
    let (store, now) = (api.cloud.store.clone(), cause.time);
    let joined = tokio::task::spawn_blocking(move || upload::join(&store, &upload, &parts, now));
    let object = joined.await.map_err(std::io::Error::other)??;
    stated.verify(&object.checksums)?;
    api.cloud
        .store
        .write(|tx| upload::complete(tx, &cause, id, &object, &condition))?;
    Ok(CompleteMultipartUploadOutput {
        location: Some(format!(
            "{}/{}/{}",
            api.cloud.endpoint_url(),
            input.bucket,
            input.key
        )),
        e_tag: Some(etag(&object.etag)),
        checksum_type: object.checksums.kind(),
        checksum_crc32: object.checksums.crc32,
        checksum_crc32c: object.checksums.crc32c,
        checksum_crc64nvme: object.checksums.crc64nvme,
        checksum_sha1: object.checksums.sha1,
        checksum_sha256: object.checksums.sha256,
        bucket: Some(input.bucket),
        key: Some(input.key),
        server_side_encryption: Some(encryption()),
        ..CompleteMultipartUploadOutput::default()
    })
}

pub(super) async fn abort_multipart_upload(
    api: &Api,
    request: S3Request<AbortMultipartUploadInput>,
) -> Result<AbortMultipartUploadOutput, Failure> {
    let input = request.input;
    check_owner(input.expected_bucket_owner.as_ref())?;
    refuse(&[(
        "IfMatchInitiatedTime",
        input.if_match_initiated_time.is_some(),
    )])?;
    let id = Id {
        bucket: &input.bucket,
        key: &input.key,
        upload: &input.upload_id,
    };
    api.cloud.store.write(|tx| upload::abort(tx, id))?;
    Ok(AbortMultipartUploadOutput::default())
}

pub(super) async fn list_parts(
    api: &Api,
    request: S3Request<ListPartsInput>,
) -> Result<ListPartsOutput, Failure> {
    let input = request.input;
    check_owner(input.expected_bucket_owner.as_ref())?;
    let id = Id {
        bucket: &input.bucket,
        key: &input.key,
        upload: &input.upload_id,
    };
    let (upload, mut parts) = api.cloud.store.read(|tx| {
        let upload = upload::get(tx, id)?;
        Ok::<_, Failure>((upload, upload::parts(tx, id)?))
    })?;
    let marker = input.part_number_marker.unwrap_or_default();
    parts.retain(|(number, _)| *number > marker);
    // S3's pages hold at most a thousand.
    let max_parts = input.max_parts.unwrap_or(1000).clamp(1, 1000);
    let length = usize::try_from(max_parts).unwrap_or(1000);
    let truncated = parts.len() > length;
    parts.truncate(length);
    Ok(ListPartsOutput {
        is_truncated: Some(truncated),
        max_parts: Some(max_parts),
        part_number_marker: Some(marker),
        next_part_number_marker: parts.last().map(|(number, _)| *number),
        checksum_algorithm: upload
            .algorithm
            .map(|it| ChecksumAlgorithm::from_static(it.name())),
        checksum_type: upload.algorithm.map(|_| kind(upload.full_object)),
        parts: Some(parts.into_iter().map(entry).collect()),
        storage_class: Some(StorageClass::from_static(StorageClass::STANDARD)),
        bucket: Some(input.bucket),
        key: Some(input.key),
        upload_id: Some(input.upload_id),
        ..ListPartsOutput::default()
    })
}

fn entry((number, part): (i32, Part)) -> PartEntry {
    PartEntry {
        part_number: Some(number),
        size: Some(signed(part.blob.size)),
        e_tag: Some(etag(&part.blob.md5)),
        last_modified: Some(part.last_modified.into()),
        checksum_crc32: part.checksums.crc32,
        checksum_crc32c: part.checksums.crc32c,
        checksum_crc64nvme: part.checksums.crc64nvme,
        checksum_sha1: part.checksums.sha1,
        checksum_sha256: part.checksums.sha256,
    }
}

fn kind(full_object: bool) -> ChecksumType {
    ChecksumType::from_static(if full_object {
        ChecksumType::FULL_OBJECT
    } else {
        ChecksumType::COMPOSITE
    })
}

fn part_number(number: i32) -> Result<i32, Failure> {
    if (1..=10_000).contains(&number) {
        Ok(number)
    } else {
        Err(Failure::InvalidArgument(
            "Part number must be an integer between 1 and 10000, inclusive".to_owned(),
        ))
    }
}
