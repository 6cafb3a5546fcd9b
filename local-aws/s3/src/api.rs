//! The operations, each with its caller; `s3s` refuses the others by name.
//!
//! What a request asks for and this page does not read is refused, never ignored.

mod buckets;
mod listings;
mod objects;
mod reads;
mod uploads;

use std::sync::Arc;

use s3s::dto::{
    AbortMultipartUploadInput, AbortMultipartUploadOutput, CompleteMultipartUploadInput,
    CompleteMultipartUploadOutput, CopyObjectInput, CopyObjectOutput, CreateBucketInput,
    CreateBucketOutput, CreateMultipartUploadInput, CreateMultipartUploadOutput, DeleteBucketInput,
    DeleteBucketOutput, DeleteObjectInput, DeleteObjectOutput, DeleteObjectsInput,
    DeleteObjectsOutput, ETag, ETagCondition, GetBucketLocationInput, GetBucketLocationOutput,
    GetBucketNotificationConfigurationInput, GetBucketNotificationConfigurationOutput,
    GetObjectInput, GetObjectOutput, HeadBucketInput, HeadBucketOutput, HeadObjectInput,
    HeadObjectOutput, ListBucketsInput, ListBucketsOutput, ListObjectsInput, ListObjectsOutput,
    ListObjectsV2Input, ListObjectsV2Output, ListPartsInput, ListPartsOutput,
    PutBucketNotificationConfigurationInput, PutBucketNotificationConfigurationOutput,
    PutObjectInput, PutObjectOutput, UploadPartInput, UploadPartOutput,
};
use s3s::{S3, S3Request, S3Response, S3Result};

use super::Failure;
use super::object::{Cause, Condition};
use super::wire::RequestId;
use local_core::{ACCOUNT, Cloud};

#[derive(Clone)]
pub(super) struct Api {
    cloud: Arc<Cloud>,
}

impl Api {
    pub(super) fn new(cloud: Arc<Cloud>) -> Self {
        Self { cloud }
    }

    fn cause<T>(&self, request: &S3Request<T>, reason: &'static str) -> Cause {
        let id = request.extensions.get::<RequestId>();
        Cause {
            request_id: id.map_or_else(String::new, |id| id.0.clone()),
            time: self.cloud.world.now(),
            reason,
        }
    }
}

/// One method for each operation: `operation(input) -> output in module`.
macro_rules! operations {
    ($($name:ident($input:ident) -> $output:ident in $module:ident;)*) => {
        #[async_trait::async_trait]
        impl S3 for Api {
            $(
                async fn $name(&self, request: S3Request<$input>) -> S3Result<S3Response<$output>> {
                    Ok(S3Response::new($module::$name(self, request).await?))
                }
            )*
        }
    };
}

operations! {
    // The stack, the SageMaker Python SDK, boto3.
    create_bucket(CreateBucketInput) -> CreateBucketOutput in buckets;
    head_bucket(HeadBucketInput) -> HeadBucketOutput in buckets;
    list_buckets(ListBucketsInput) -> ListBucketsOutput in buckets;
    delete_bucket(DeleteBucketInput) -> DeleteBucketOutput in buckets;
    get_bucket_location(GetBucketLocationInput) -> GetBucketLocationOutput in buckets;
    put_bucket_notification_configuration(PutBucketNotificationConfigurationInput)
        -> PutBucketNotificationConfigurationOutput in buckets;
    get_bucket_notification_configuration(GetBucketNotificationConfigurationInput)
        -> GetBucketNotificationConfigurationOutput in buckets;
    // The functions, the command line, boto3.
    put_object(PutObjectInput) -> PutObjectOutput in objects;
    get_object(GetObjectInput) -> GetObjectOutput in reads;
    head_object(HeadObjectInput) -> HeadObjectOutput in reads;
    copy_object(CopyObjectInput) -> CopyObjectOutput in objects;
    delete_object(DeleteObjectInput) -> DeleteObjectOutput in objects;
    delete_objects(DeleteObjectsInput) -> DeleteObjectsOutput in objects;
    list_objects(ListObjectsInput) -> ListObjectsOutput in listings;
    list_objects_v2(ListObjectsV2Input) -> ListObjectsV2Output in listings;
    // boto3's and the AWS CLI's uploads from 8 MB.
    create_multipart_upload(CreateMultipartUploadInput) -> CreateMultipartUploadOutput in uploads;
    upload_part(UploadPartInput) -> UploadPartOutput in uploads;
    complete_multipart_upload(CompleteMultipartUploadInput) -> CompleteMultipartUploadOutput in uploads;
    abort_multipart_upload(AbortMultipartUploadInput) -> AbortMultipartUploadOutput in uploads;
    list_parts(ListPartsInput) -> ListPartsOutput in uploads;
}

/// `x-amz-expected-bucket-owner` must be the one account.
fn check_owner(expected: Option<&String>) -> Result<(), Failure> {
    match expected {
        Some(owner) if owner != ACCOUNT => Err(Failure::AccessDenied),
        _ => Ok(()),
    }
}

/// Refuses the first parameter that was sent: `refuse(&[("Tagging", input.tagging.is_some())])`.
fn refuse(parameters: &[(&str, bool)]) -> Result<(), Failure> {
    match parameters.iter().find(|(_, sent)| *sent) {
        Some((name, _)) => Err(Failure::NotImplemented(format!("the parameter {name}"))),
        None => Ok(()),
    }
}

fn write_condition(
    if_match: Option<ETagCondition>,
    if_none_match: Option<ETagCondition>,
) -> Result<Condition, Failure> {
    match (if_match, if_none_match) {
        (None, None) => Ok(Condition::None),
        (None, Some(ETagCondition::Any)) => Ok(Condition::Absent),
        (Some(ETagCondition::Any), None) => Ok(Condition::Present),
        (Some(ETagCondition::ETag(etag)), None) => Ok(Condition::Etag(etag.into_value())),
        // S3 itself answers NotImplemented to both.
        (None, Some(_)) => Err(Failure::NotImplemented(
            "If-None-Match with a value other than *".to_owned(),
        )),
        (Some(_), Some(_)) => Err(Failure::NotImplemented(
            "If-Match together with If-None-Match".to_owned(),
        )),
    }
}

fn etag(value: &str) -> ETag {
    ETag::Strong(value.to_owned())
}

/// S3's sizes are signed on the wire; no disk reaches the end of them.
fn signed(size: u64) -> i64 {
    i64::try_from(size).unwrap_or(i64::MAX)
}

/// `aws-chunked` is how the body travelled; S3 does not keep it.
fn content_encoding(sent: Option<String>) -> Option<String> {
    let sent = sent?;
    let kept = sent.split(',').map(str::trim);
    let kept: Vec<&str> = kept
        .filter(|it| !it.is_empty() && *it != "aws-chunked")
        .collect();
    (!kept.is_empty()).then(|| kept.join(","))
}
