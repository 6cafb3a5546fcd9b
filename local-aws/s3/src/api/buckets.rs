//! Operations on buckets.

use s3s::S3Request;
use s3s::dto::{
    Bucket as BucketEntry, BucketLocationConstraint, CreateBucketInput, CreateBucketOutput,
    DeleteBucketInput, DeleteBucketOutput, EventBridgeConfiguration, GetBucketLocationInput,
    GetBucketLocationOutput, GetBucketNotificationConfigurationInput,
    GetBucketNotificationConfigurationOutput, HeadBucketInput, HeadBucketOutput, ListBucketsInput,
    ListBucketsOutput, Owner, PutBucketNotificationConfigurationInput,
    PutBucketNotificationConfigurationOutput,
};

use super::{Api, check_owner, refuse};
use crate::Failure;
use crate::bucket::{self, Bucket};
use local_core::{ACCOUNT, DEFAULT_REGION};

pub(super) async fn create_bucket(
    api: &Api,
    request: S3Request<CreateBucketInput>,
) -> Result<CreateBucketOutput, Failure> {
    let input = &request.input;
    refuse(&[
        (
            "ACL",
            input
                .acl
                .as_ref()
                .is_some_and(|acl| acl.as_str() != "private"),
        ),
        ("GrantFullControl", input.grant_full_control.is_some()),
        ("GrantRead", input.grant_read.is_some()),
        ("GrantReadACP", input.grant_read_acp.is_some()),
        ("GrantWrite", input.grant_write.is_some()),
        ("GrantWriteACP", input.grant_write_acp.is_some()),
        (
            "ObjectLockEnabledForBucket",
            input.object_lock_enabled_for_bucket == Some(true),
        ),
    ])?;
    let configuration = input.create_bucket_configuration.as_ref();
    let constraint = configuration.and_then(|it| it.location_constraint.as_ref());
    let region = constraint.map_or(DEFAULT_REGION, BucketLocationConstraint::as_str);
    let signed_for = request
        .region
        .as_ref()
        .map_or(DEFAULT_REGION, |region| region.as_str());
    if region != signed_for {
        return Err(Failure::IllegalLocationConstraint(
            constraint
                .map_or("unspecified", |it| it.as_str())
                .to_owned(),
        ));
    }
    let name = &input.bucket;
    let bucket = Bucket {
        region: region.to_owned(),
        created: api.cloud.world.now(),
        event_bridge: false,
    };
    let created = api
        .cloud
        .store
        .write(|tx| bucket::create_bucket(tx, name, &bucket));
    match created {
        // In us-east-1, S3 answers the owner's repetition with success.
        Err(Failure::BucketAlreadyOwnedByYou(_)) if region == DEFAULT_REGION => {}
        other => other?,
    }
    Ok(CreateBucketOutput {
        location: Some(format!("/{name}")),
    })
}

pub(super) async fn head_bucket(
    api: &Api,
    request: S3Request<HeadBucketInput>,
) -> Result<HeadBucketOutput, Failure> {
    check_owner(request.input.expected_bucket_owner.as_ref())?;
    let bucket = api
        .cloud
        .store
        .read(|tx| bucket::get(tx, &request.input.bucket))?;
    Ok(HeadBucketOutput {
        bucket_region: Some(bucket.region),
        ..HeadBucketOutput::default()
    })
}

pub(super) async fn list_buckets(
    api: &Api,
    request: S3Request<ListBucketsInput>,
) -> Result<ListBucketsOutput, Failure> {
    let input = request.input;
    refuse(&[
        ("ContinuationToken", input.continuation_token.is_some()),
        ("MaxBuckets", input.max_buckets.is_some()),
    ])?;
    let buckets = api.cloud.store.read(bucket::list).into_iter();
    let wanted = buckets.filter(|(name, bucket)| {
        let prefix = input
            .prefix
            .as_ref()
            .is_none_or(|prefix| name.starts_with(prefix));
        prefix
            && input
                .bucket_region
                .as_ref()
                .is_none_or(|region| *region == bucket.region)
    });
    let buckets = wanted.map(|(name, bucket)| BucketEntry {
        bucket_region: Some(bucket.region),
        creation_date: Some(bucket.created.into()),
        name: Some(name),
    });
    Ok(ListBucketsOutput {
        buckets: Some(buckets.collect()),
        owner: Some(Owner {
            display_name: None,
            id: Some(ACCOUNT.to_owned()),
        }),
        prefix: input.prefix,
        continuation_token: None,
    })
}

pub(super) async fn delete_bucket(
    api: &Api,
    request: S3Request<DeleteBucketInput>,
) -> Result<DeleteBucketOutput, Failure> {
    check_owner(request.input.expected_bucket_owner.as_ref())?;
    let name = &request.input.bucket;
    api.cloud
        .store
        .write(|tx| bucket::delete_bucket(tx, name))?;
    Ok(DeleteBucketOutput::default())
}

pub(super) async fn get_bucket_location(
    api: &Api,
    request: S3Request<GetBucketLocationInput>,
) -> Result<GetBucketLocationOutput, Failure> {
    check_owner(request.input.expected_bucket_owner.as_ref())?;
    let bucket = api
        .cloud
        .store
        .read(|tx| bucket::get(tx, &request.input.bucket))?;
    // S3's first region has no constraint.
    let constraint = (bucket.region != DEFAULT_REGION).then_some(bucket.region);
    Ok(GetBucketLocationOutput {
        location_constraint: constraint.map(BucketLocationConstraint::from),
    })
}

pub(super) async fn put_bucket_notification_configuration(
    api: &Api,
    request: S3Request<PutBucketNotificationConfigurationInput>,
) -> Result<PutBucketNotificationConfigurationOutput, Failure> {
    let input = request.input;
    check_owner(input.expected_bucket_owner.as_ref())?;
    let configuration = input.notification_configuration;
    refuse(&[
        (
            "LambdaFunctionConfigurations",
            is_some(configuration.lambda_function_configurations.as_ref()),
        ),
        (
            "QueueConfigurations",
            is_some(configuration.queue_configurations.as_ref()),
        ),
        (
            "TopicConfigurations",
            is_some(configuration.topic_configurations.as_ref()),
        ),
    ])?;
    let on = configuration.event_bridge_configuration.is_some();
    api.cloud
        .store
        .write(|tx| bucket::set_event_bridge(tx, &input.bucket, on))?;
    Ok(PutBucketNotificationConfigurationOutput::default())
}

pub(super) async fn get_bucket_notification_configuration(
    api: &Api,
    request: S3Request<GetBucketNotificationConfigurationInput>,
) -> Result<GetBucketNotificationConfigurationOutput, Failure> {
    check_owner(request.input.expected_bucket_owner.as_ref())?;
    let bucket = api
        .cloud
        .store
        .read(|tx| bucket::get(tx, &request.input.bucket))?;
    let event_bridge = EventBridgeConfiguration::default();
    Ok(GetBucketNotificationConfigurationOutput {
        event_bridge_configuration: bucket.event_bridge.then_some(event_bridge),
        ..GetBucketNotificationConfigurationOutput::default()
    })
}

fn is_some<T>(list: Option<&Vec<T>>) -> bool {
    list.is_some_and(|list| !list.is_empty())
}
