//! Resources and properties that an account needs and this cloud does not: accepted, and said.

use std::collections::BTreeSet;

use sam::Resource;

use super::bystander;
use super::call::Context;
use super::row::Row;

/// Types of resources, properties that nothing here acts on, and why.
const PROPERTIES: [(&str, &str, &str); 17] = [
    (
        BUCKET,
        "BucketEncryption",
        "the state folder is open to its owner alone",
    ),
    (
        BUCKET,
        "LifecycleConfiguration",
        "no object expires, and no unfinished upload is aborted",
    ),
    (
        BUCKET,
        "LoggingConfiguration",
        "the server's own log has the requests",
    ),
    (BUCKET, "OwnershipControls", "there is one account"),
    (
        BUCKET,
        "PublicAccessBlockConfiguration",
        "the address is on loopback: nothing is public",
    ),
    (BUCKET, "Tags", "nothing reads a bucket's tags"),
    (
        BUCKET,
        "VersioningConfiguration",
        "an overwritten object is gone; no function reads an old version",
    ),
    ("AWS::SQS::Queue", "Tags", "nothing reads a queue's tags"),
    (
        "AWS::SQS::Queue",
        "KmsMasterKeyId",
        "the state folder is open to its owner alone",
    ),
    ("AWS::SNS::Topic", "Tags", "nothing reads a topic's tags"),
    (
        "AWS::SNS::Topic",
        "KmsMasterKeyId",
        "the state folder is open to its owner alone",
    ),
    (
        FUNCTION,
        "KmsKeyArn",
        "the state folder is open to its owner alone",
    ),
    (
        FUNCTION,
        "VpcConfig",
        "a function runs in this machine's own network",
    ),
    (FUNCTION, "Tracing", "no traces are kept"),
    (FUNCTION, "Tags", "nothing reads a function's tags"),
    (
        FUNCTION,
        "LoggingConfig",
        "logs are files of the state folder",
    ),
    (
        FUNCTION,
        "EphemeralStorage",
        "a function writes to this machine's own folder for temporary files",
    ),
];

const BUCKET: &str = "AWS::S3::Bucket";
const FUNCTION: &str = "AWS::Serverless::Function";

/// Says what of the deployed resources is without effect.
pub(super) fn log(context: &Context) {
    let rows = Row::deployed(&context.cloud).into_values();
    let names: BTreeSet<String> = rows.flat_map(|row| names(&row.resource())).collect();
    if !names.is_empty() {
        let names: Vec<String> = names.into_iter().collect();
        tracing::info!(
            resources = names.join(", "),
            "accepted without effect here; at level debug each says why"
        );
    }
}

/// The names that are without effect: the resource's own, or those of some of its properties.
/// At level debug each says why.
pub(super) fn names(resource: &Resource) -> Vec<String> {
    let Resource {
        logical_id,
        resource_type,
        ..
    } = resource;
    if let Some(bystander) = bystander::find(resource_type) {
        let reason = bystander.reason;
        tracing::debug!(logical_id, reason, "accepted without effect");
        return vec![logical_id.clone()];
    }
    let properties = PROPERTIES.iter().filter(|(of, property, _)| {
        of == resource_type && resource.properties.contains_key(*property)
    });
    properties
        .map(|(_, property, reason)| {
            tracing::debug!(logical_id, property, reason, "accepted without effect");
            format!("{resource_type}.{property}")
        })
        .collect()
}

/// Whether this property of this type of resources is accepted without effect.
pub(super) fn is_listed(resource_type: &str, property: &str) -> bool {
    PROPERTIES
        .iter()
        .any(|(of, listed, _)| *of == resource_type && *listed == property)
}
