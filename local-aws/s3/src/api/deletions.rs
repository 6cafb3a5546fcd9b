//! Operations that delete objects.

use s3s::S3Request;
use s3s::dto::{
    DeleteObjectInput, DeleteObjectOutput, DeleteObjectsInput, DeleteObjectsOutput, DeletedObject,
    Error, ObjectIdentifier,
};

use super::conditions;
use super::context::{Api, check_owner};
use super::parameters::{is_false, is_null, members};
use crate::bucket;
use crate::event::Cause;
use crate::failure::Failure;
use crate::key;
use crate::permissions;
use crate::rows::{self, Condition};
use local_core::Principal;
use local_core::store::Tx;

pub(crate) async fn delete_object(
    api: &Api,
    request: S3Request<DeleteObjectInput>,
) -> Result<DeleteObjectOutput, Failure> {
    let cause = api.cause(&request, "DeleteObject");
    members!(request.input => DeleteObjectInput {
        read: bucket, expected_bucket_owner, if_match, key;
        refused: bypass_governance_retention unless is_false, if_match_last_modified_time,
            if_match_size, mfa, version_id unless is_null;
        ignored "the bucket's owner pays": request_payer;
    });
    check_owner(expected_bucket_owner.as_ref())?;
    let condition = conditions::of_write(if_match, None)?;
    api.cloud
        .store
        .write(|tx| rows::delete(tx, &cause, (&bucket, &key), &condition))?;
    Ok(DeleteObjectOutput::default())
}

/// As many keys as S3 takes at once.
const MAX_KEYS: usize = 1000;

pub(crate) async fn delete_objects(
    api: &Api,
    request: S3Request<DeleteObjectsInput>,
) -> Result<DeleteObjectsOutput, Failure> {
    let cause = api.cause(&request, "DeleteObject");
    let principal = api.principal(&request)?;
    members!(request.input => DeleteObjectsInput {
        read: bucket, delete, expected_bucket_owner;
        refused: bypass_governance_retention unless is_false, mfa;
        ignored "the bucket's owner pays": request_payer;
        ignored "says which header has the body's checksum": checksum_algorithm;
    });
    check_owner(expected_bucket_owner.as_ref())?;
    if !(1..=MAX_KEYS).contains(&delete.objects.len()) {
        return Err(Failure::MalformedXml("a request names from 1 to 1000 keys"));
    }
    for object in &delete.objects {
        key::check(&object.key)?;
    }
    let quiet = delete.quiet == Some(true);
    let (mut deleted, mut errors) = (Vec::new(), Vec::new());
    api.cloud.store.write(|tx| {
        bucket::get(tx, &bucket)?;
        for object in delete.objects {
            let key = object.key.clone();
            match delete_one(api, tx, (&cause, &principal), &bucket, object) {
                Ok(()) if quiet => {}
                Ok(()) => deleted.push(DeletedObject {
                    key: Some(key),
                    ..DeletedObject::default()
                }),
                Err(failure) => errors.push(error(key, failure)),
            }
        }
        Ok::<_, Failure>(())
    })?;
    Ok(DeleteObjectsOutput {
        deleted: Some(deleted),
        errors: Some(errors),
        request_charged: None,
    })
}

fn delete_one(
    api: &Api,
    tx: &Tx,
    (cause, principal): (&Cause, &Principal),
    bucket: &str,
    object: ObjectIdentifier,
) -> Result<(), Failure> {
    members!(object => ObjectIdentifier {
        read: key;
        refused: e_tag, last_modified_time, size, version_id unless is_null;
    });
    permissions::check_in(&api.cloud, tx, principal, "s3:DeleteObject", (bucket, &key))?;
    rows::delete(tx, cause, (bucket, &key), &Condition::None)
}

fn error(key: String, failure: Failure) -> Error {
    let error = s3s::S3Error::from(failure);
    Error {
        code: Some(error.code().as_str().to_owned()),
        key: Some(key),
        message: error.message().map(str::to_owned),
        version_id: None,
    }
}
