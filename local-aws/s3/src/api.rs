//! The operations, each with its caller; `s3s` refuses the others by name.
//!
//! What a request asks for and an operation does not read is refused, never ignored.

mod answer;
mod buckets;
mod completion;
mod conditions;
mod context;
mod deletions;
mod listings;
mod notifications;
mod objects;
mod parameters;
mod reads;
mod uploads;

use s3s::dto::{
    AbortMultipartUploadInput, AbortMultipartUploadOutput, CompleteMultipartUploadInput,
    CompleteMultipartUploadOutput, CopyObjectInput, CopyObjectOutput, CreateBucketInput,
    CreateBucketOutput, CreateMultipartUploadInput, CreateMultipartUploadOutput, DeleteBucketInput,
    DeleteBucketOutput, DeleteObjectInput, DeleteObjectOutput, DeleteObjectsInput,
    DeleteObjectsOutput, GetBucketLocationInput, GetBucketLocationOutput,
    GetBucketNotificationConfigurationInput, GetBucketNotificationConfigurationOutput,
    GetObjectInput, GetObjectOutput, HeadBucketInput, HeadBucketOutput, HeadObjectInput,
    HeadObjectOutput, ListBucketsInput, ListBucketsOutput, ListObjectsInput, ListObjectsOutput,
    ListObjectsV2Input, ListObjectsV2Output, ListPartsInput, ListPartsOutput,
    PutBucketNotificationConfigurationInput, PutBucketNotificationConfigurationOutput,
    PutObjectInput, PutObjectOutput, UploadPartInput, UploadPartOutput,
};
use s3s::{S3, S3Request, S3Response, S3Result};

pub(crate) use context::Api;

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
        -> PutBucketNotificationConfigurationOutput in notifications;
    get_bucket_notification_configuration(GetBucketNotificationConfigurationInput)
        -> GetBucketNotificationConfigurationOutput in notifications;
    // The functions, the command line, boto3.
    put_object(PutObjectInput) -> PutObjectOutput in objects;
    get_object(GetObjectInput) -> GetObjectOutput in reads;
    head_object(HeadObjectInput) -> HeadObjectOutput in reads;
    copy_object(CopyObjectInput) -> CopyObjectOutput in objects;
    delete_object(DeleteObjectInput) -> DeleteObjectOutput in deletions;
    delete_objects(DeleteObjectsInput) -> DeleteObjectsOutput in deletions;
    list_objects(ListObjectsInput) -> ListObjectsOutput in listings;
    list_objects_v2(ListObjectsV2Input) -> ListObjectsV2Output in listings;
    // boto3's and the AWS CLI's uploads from 8 MB.
    create_multipart_upload(CreateMultipartUploadInput) -> CreateMultipartUploadOutput in uploads;
    upload_part(UploadPartInput) -> UploadPartOutput in uploads;
    complete_multipart_upload(CompleteMultipartUploadInput) -> CompleteMultipartUploadOutput in completion;
    abort_multipart_upload(AbortMultipartUploadInput) -> AbortMultipartUploadOutput in uploads;
    list_parts(ListPartsInput) -> ListPartsOutput in uploads;
}
