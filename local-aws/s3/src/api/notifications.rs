//! Where a bucket's events go: to EventBridge, or nowhere.

use s3s::S3Request;
use s3s::dto::{
    EventBridgeConfiguration, GetBucketNotificationConfigurationInput,
    GetBucketNotificationConfigurationOutput, NotificationConfiguration,
    PutBucketNotificationConfigurationInput, PutBucketNotificationConfigurationOutput,
};

use super::context::{Api, check_owner};
use super::parameters::members;
use crate::bucket;
use crate::failure::Failure;

pub(crate) async fn put_bucket_notification_configuration(
    api: &Api,
    request: S3Request<PutBucketNotificationConfigurationInput>,
) -> Result<PutBucketNotificationConfigurationOutput, Failure> {
    members!(request.input => PutBucketNotificationConfigurationInput {
        read: bucket, expected_bucket_owner, notification_configuration;
        ignored "EventBridge is no destination that could be missing": skip_destination_validation;
    });
    check_owner(expected_bucket_owner.as_ref())?;
    members!(notification_configuration => NotificationConfiguration {
        read: event_bridge_configuration;
        refused: lambda_function_configurations unless Vec::is_empty,
            queue_configurations unless Vec::is_empty, topic_configurations unless Vec::is_empty;
    });
    let on = event_bridge_configuration.is_some();
    api.cloud
        .store
        .write(|tx| bucket::set_event_bridge(tx, &bucket, on))?;
    Ok(PutBucketNotificationConfigurationOutput::default())
}

pub(crate) async fn get_bucket_notification_configuration(
    api: &Api,
    request: S3Request<GetBucketNotificationConfigurationInput>,
) -> Result<GetBucketNotificationConfigurationOutput, Failure> {
    members!(request.input => GetBucketNotificationConfigurationInput {
        read: bucket, expected_bucket_owner;
    });
    check_owner(expected_bucket_owner.as_ref())?;
    let bucket = api.cloud.store.read(|tx| bucket::get(tx, &bucket))?;
    let event_bridge = EventBridgeConfiguration::default();
    Ok(GetBucketNotificationConfigurationOutput {
        event_bridge_configuration: bucket.event_bridge.then_some(event_bridge),
        ..GetBucketNotificationConfigurationOutput::default()
    })
}
