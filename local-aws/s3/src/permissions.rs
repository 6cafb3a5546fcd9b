//! What S3's operations ask of their caller.
//!
//! Source: the S3 user guide, "Required permissions for Amazon S3 API operations".

use local_core::authorization::Question;
use local_core::store::Tx;
use local_core::{Cloud, Principal};
use s3s::path::S3Path;

use crate::failure::Failure;

/// The part of a bucket that an action is about.
#[derive(Clone, Copy, PartialEq, Eq)]
enum On {
    Everything,
    Bucket,
    Object,
}

/// An operation, its action and its resource. `DeleteObjects` names its objects in its body, and `CopyObject` its
/// source besides: they ask for each by [`check_object`].
const ALL: [(&str, &str, On); 19] = [
    ("ListBuckets", "s3:ListAllMyBuckets", On::Everything),
    ("CreateBucket", "s3:CreateBucket", On::Bucket),
    ("DeleteBucket", "s3:DeleteBucket", On::Bucket),
    ("HeadBucket", "s3:ListBucket", On::Bucket),
    ("GetBucketLocation", "s3:GetBucketLocation", On::Bucket),
    (
        "PutBucketNotificationConfiguration",
        "s3:PutBucketNotification",
        On::Bucket,
    ),
    (
        "GetBucketNotificationConfiguration",
        "s3:GetBucketNotification",
        On::Bucket,
    ),
    ("ListObjects", "s3:ListBucket", On::Bucket),
    ("ListObjectsV2", "s3:ListBucket", On::Bucket),
    ("GetObject", "s3:GetObject", On::Object),
    ("HeadObject", "s3:GetObject", On::Object),
    ("PutObject", "s3:PutObject", On::Object),
    ("CopyObject", "s3:PutObject", On::Object),
    ("DeleteObject", "s3:DeleteObject", On::Object),
    ("CreateMultipartUpload", "s3:PutObject", On::Object),
    ("UploadPart", "s3:PutObject", On::Object),
    ("CompleteMultipartUpload", "s3:PutObject", On::Object),
    (
        "AbortMultipartUpload",
        "s3:AbortMultipartUpload",
        On::Object,
    ),
    ("ListParts", "s3:ListMultipartUploadParts", On::Object),
];

/// Asks the caller's policies before the request's input is read.
pub(crate) fn check(
    cloud: &Cloud,
    principal: &Principal,
    operation: &str,
    path: &S3Path,
) -> Result<(), Failure> {
    let Some((_, action, on)) = ALL.iter().find(|(name, ..)| *name == operation) else {
        // No statement names another operation: only one about all of S3 allows it.
        let everything = Question::new(principal, &format!("s3:{operation}"), "*");
        return match operation {
            "DeleteObjects" => Ok(()),
            _ => ask(cloud, &everything),
        };
    };
    let resource = match (on, path) {
        (On::Object, S3Path::Object { bucket, key }) => object_arn(bucket, key),
        (On::Bucket, S3Path::Bucket { bucket } | S3Path::Object { bucket, .. }) => {
            bucket_arn(bucket)
        }
        _ => "*".to_owned(),
    };
    ask(cloud, &Question::new(principal, action, &resource))
}

/// Asks for one more object than the request's path names.
pub(crate) fn check_object(
    cloud: &Cloud,
    principal: &Principal,
    action: &str,
    (bucket, key): (&str, &str),
) -> Result<(), Failure> {
    ask(
        cloud,
        &Question::new(principal, action, &object_arn(bucket, key)),
    )
}

/// The same for a service that works in a role's name, within a transaction.
pub(crate) fn check_in(
    cloud: &Cloud,
    tx: &Tx,
    principal: &Principal,
    action: &str,
    (bucket, key): (&str, &str),
) -> Result<(), Failure> {
    let question = Question::new(principal, action, &object_arn(bucket, key));
    cloud
        .authorize_in(tx, &question)
        .map_err(|denial| Failure::Denied(denial.message))
}

/// A missing object is reported only to a caller that may list the bucket; another is denied.
///
/// Source: `GetObject`, section "Permissions".
pub(crate) fn missing(
    cloud: &Cloud,
    principal: &Principal,
    bucket: &str,
    failure: Failure,
) -> Failure {
    match failure {
        Failure::NoSuchKey(_) => ask_to_list(cloud, principal, bucket)
            .err()
            .unwrap_or(failure),
        other => other,
    }
}

pub(crate) fn ask_to_list(
    cloud: &Cloud,
    principal: &Principal,
    bucket: &str,
) -> Result<(), Failure> {
    ask(
        cloud,
        &Question::new(principal, "s3:ListBucket", &bucket_arn(bucket)),
    )
}

fn ask(cloud: &Cloud, question: &Question) -> Result<(), Failure> {
    cloud
        .authorize(question)
        .map_err(|denial| Failure::Denied(denial.message))
}

fn bucket_arn(bucket: &str) -> String {
    format!("arn:aws:s3:::{bucket}")
}

fn object_arn(bucket: &str, key: &str) -> String {
    format!("arn:aws:s3:::{bucket}/{key}")
}
