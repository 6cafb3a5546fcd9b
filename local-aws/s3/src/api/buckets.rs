//! Operations on buckets.

use s3s::S3Request;
use s3s::dto::{
    Bucket as BucketEntry, BucketLocationConstraint, CreateBucketConfiguration, CreateBucketInput,
    CreateBucketOutput, DeleteBucketInput, DeleteBucketOutput, GetBucketLocationInput,
    GetBucketLocationOutput, HeadBucketInput, HeadBucketOutput, ListBucketsInput,
    ListBucketsOutput,
};

use super::answer::owner;
use super::context::{Api, check_owner};
use super::parameters::{is_enforced, is_false, is_private_bucket, members};
use crate::bucket::{self, Bucket};
use crate::failure::Failure;
use local_core::DEFAULT_REGION;

pub(crate) async fn create_bucket(
    api: &Api,
    request: S3Request<CreateBucketInput>,
) -> Result<CreateBucketOutput, Failure> {
    let signed_for = request.region;
    members!(request.input => CreateBucketInput {
        read: bucket, create_bucket_configuration;
        refused: acl unless is_private_bucket, grant_full_control, grant_read, grant_read_acp,
            grant_write, grant_write_acp, object_lock_enabled_for_bucket unless is_false,
            object_ownership unless is_enforced;
    });
    let configuration = create_bucket_configuration.unwrap_or_default();
    let region = region(
        configuration,
        signed_for.as_ref().map(|region| region.as_str()),
    )?;
    let created = api.cloud.world.now();
    let created = api.cloud.store.write(|tx| {
        let settings = Bucket {
            region: region.clone(),
            created,
            event_bridge: false,
        };
        bucket::create_bucket(tx, &bucket, &settings)
    });
    match created {
        // In us-east-1, S3 answers the owner's repetition with success.
        Err(Failure::BucketAlreadyOwnedByYou(_)) if region == DEFAULT_REGION => {}
        other => other?,
    }
    Ok(CreateBucketOutput {
        location: Some(format!("/{bucket}")),
    })
}

/// The region of a new bucket: that of the endpoint, and the constraint must say the same.
fn region(
    configuration: CreateBucketConfiguration,
    signed_for: Option<&str>,
) -> Result<String, Failure> {
    members!(configuration => CreateBucketConfiguration {
        read: location_constraint;
        refused: bucket, location;
    });
    let constraint = location_constraint
        .as_ref()
        .map(BucketLocationConstraint::as_str);
    let region = constraint.unwrap_or(DEFAULT_REGION);
    if region == signed_for.unwrap_or(DEFAULT_REGION) {
        Ok(region.to_owned())
    } else {
        let constraint = constraint.unwrap_or("unspecified");
        Err(Failure::IllegalLocationConstraint(constraint.to_owned()))
    }
}

pub(crate) async fn head_bucket(
    api: &Api,
    request: S3Request<HeadBucketInput>,
) -> Result<HeadBucketOutput, Failure> {
    members!(request.input => HeadBucketInput { read: bucket, expected_bucket_owner; });
    check_owner(expected_bucket_owner.as_ref())?;
    let bucket = api.cloud.store.read(|tx| bucket::get(tx, &bucket))?;
    Ok(HeadBucketOutput {
        bucket_region: Some(bucket.region),
        ..HeadBucketOutput::default()
    })
}

pub(crate) async fn list_buckets(
    api: &Api,
    request: S3Request<ListBucketsInput>,
) -> Result<ListBucketsOutput, Failure> {
    members!(request.input => ListBucketsInput {
        read: bucket_region, prefix;
        refused: continuation_token, max_buckets;
    });
    let wanted = |name: &str, bucket: &Bucket| {
        prefix
            .as_ref()
            .is_none_or(|prefix| name.starts_with(prefix))
            && bucket_region
                .as_ref()
                .is_none_or(|region| *region == bucket.region)
    };
    let buckets = api.cloud.store.read(bucket::list).into_iter();
    let buckets = buckets
        .filter(|(name, bucket)| wanted(name, bucket))
        .map(|(name, bucket)| BucketEntry {
            bucket_region: Some(bucket.region),
            creation_date: Some(bucket.created.into()),
            name: Some(name),
        });
    Ok(ListBucketsOutput {
        buckets: Some(buckets.collect()),
        owner: Some(owner()),
        prefix,
        continuation_token: None,
    })
}

pub(crate) async fn delete_bucket(
    api: &Api,
    request: S3Request<DeleteBucketInput>,
) -> Result<DeleteBucketOutput, Failure> {
    members!(request.input => DeleteBucketInput { read: bucket, expected_bucket_owner; });
    check_owner(expected_bucket_owner.as_ref())?;
    api.cloud
        .store
        .write(|tx| bucket::delete_bucket(tx, &bucket))?;
    Ok(DeleteBucketOutput::default())
}

pub(crate) async fn get_bucket_location(
    api: &Api,
    request: S3Request<GetBucketLocationInput>,
) -> Result<GetBucketLocationOutput, Failure> {
    members!(request.input => GetBucketLocationInput { read: bucket, expected_bucket_owner; });
    check_owner(expected_bucket_owner.as_ref())?;
    let bucket = api.cloud.store.read(|tx| bucket::get(tx, &bucket))?;
    // S3's first region has no constraint.
    let constraint = (bucket.region != DEFAULT_REGION).then_some(bucket.region);
    Ok(GetBucketLocationOutput {
        location_constraint: constraint.map(BucketLocationConstraint::from),
    })
}
