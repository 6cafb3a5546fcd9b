//! The end of a multipart upload: its parts become one object.

use s3s::S3Request;
use s3s::dto::{
    ChecksumType, CompleteMultipartUploadInput, CompleteMultipartUploadOutput,
    CompletedMultipartUpload, CompletedPart,
};

use super::answer::{encryption, etag, signed, with_checksums};
use super::conditions;
use super::context::{Api, check_owner};
use super::parameters::{members, part_number};
use crate::checksum::{Checksums, kind};
use crate::failure::Failure;
use crate::upload::{self, Id, Listed, Part, Upload};

pub(crate) async fn complete_multipart_upload(
    api: &Api,
    request: S3Request<CompleteMultipartUploadInput>,
) -> Result<CompleteMultipartUploadOutput, Failure> {
    let cause = api.cause(&request, "CompleteMultipartUpload");
    let stated = Checksums::stated(&request.headers);
    members!(request.input => CompleteMultipartUploadInput {
        read: bucket, checksum_type, expected_bucket_owner, if_match, if_none_match, key,
            mpu_object_size, multipart_upload, upload_id;
        refused: sse_customer_algorithm, sse_customer_key, sse_customer_key_md5;
        ignored "the bucket's owner pays": request_payer;
        ignored "read from the headers": checksum_crc32, checksum_crc32c, checksum_crc64nvme,
            checksum_sha1, checksum_sha256;
    });
    check_owner(expected_bucket_owner.as_ref())?;
    let condition = conditions::of_write(if_match, if_none_match)?;
    let id = Id {
        bucket: &bucket,
        key: &key,
        upload: &upload_id,
    };
    let (upload, stored) = api.cloud.store.read(|tx| {
        let upload = upload::get(tx, id)?;
        Ok::<_, Failure>((upload, upload::parts(tx, id)?))
    })?;
    check_type(checksum_type, &upload)?;
    let parts = upload::select(stored, &listed(multipart_upload)?)?;
    check_size(mpu_object_size, &parts)?;
    let (store, now) = (api.cloud.store.clone(), cause.time);
    let joined = tokio::task::spawn_blocking(move || upload::join(&store, &upload, &parts, now));
    let object = joined.await.map_err(std::io::Error::other)??;
    stated.verify(&object.checksums)?;
    api.cloud
        .store
        .write(|tx| upload::complete(tx, &cause, id, &object, &condition))?;
    let checksum_type = object.checksums.kind();
    Ok(with_checksums!(
        object.checksums,
        CompleteMultipartUploadOutput {
            location: Some(format!("{}/{bucket}/{key}", api.cloud.endpoint_url())),
            e_tag: Some(etag(&object.etag)),
            checksum_type,
            bucket: Some(bucket),
            key: Some(key),
            server_side_encryption: Some(encryption()),
            ..CompleteMultipartUploadOutput::default()
        }
    ))
}

fn listed(upload: Option<CompletedMultipartUpload>) -> Result<Vec<Listed>, Failure> {
    let parts = upload.and_then(|upload| upload.parts).unwrap_or_default();
    let listed = parts.into_iter().map(|part| {
        members!(part => CompletedPart {
            read: checksum_crc32, checksum_crc32c, checksum_crc64nvme, checksum_sha1,
                checksum_sha256, e_tag, part_number;
        });
        let number = part_number.ok_or(Failure::MalformedXml("a part has no number"))?;
        Ok(Listed {
            number: self::part_number(number)?,
            etag: e_tag.map(s3s::dto::ETag::into_value),
            checksums: Checksums::from(s3s::dto::Checksum {
                checksum_crc32,
                checksum_crc32c,
                checksum_crc64nvme,
                checksum_sha1,
                checksum_sha256,
                checksum_type: None,
            }),
        })
    });
    listed.collect()
}

fn check_type(stated: Option<ChecksumType>, upload: &Upload) -> Result<(), Failure> {
    let kind = kind(upload.full_object);
    match stated {
        Some(stated) if upload.algorithm.is_some() && stated != kind => {
            Err(Failure::InvalidRequest(format!(
                "The upload was created using the {} checksum mode. The complete request must use the same checksum mode.",
                kind.as_str()
            )))
        }
        _ => Ok(()),
    }
}

fn check_size(stated: Option<i64>, parts: &[Part]) -> Result<(), Failure> {
    let size: u64 = parts.iter().map(|part| part.blob.size).sum();
    match stated {
        Some(stated) if stated != signed(size) => Err(Failure::InvalidRequest(format!(
            "The provided 'x-amz-mp-object-size' header value {stated} does not match what was computed: {size}"
        ))),
        _ => Ok(()),
    }
}
