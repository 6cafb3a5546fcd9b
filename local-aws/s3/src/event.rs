//! What a bucket tells EventBridge.

use serde_json::json;
use time::OffsetDateTime;

use crate::bucket::Bucket;
use crate::object::Object;
use crate::origin::request_id;
use local_core::event::Event;
use local_core::store::Tx;
use local_core::{ACCOUNT, Cloud};

/// Which request writes, when, and by which operation.
#[derive(Debug, Clone)]
pub struct Cause {
    pub request_id: String,
    pub time: OffsetDateTime,
    /// `PutObject`, `CompleteMultipartUpload`, `CopyObject`, `DeleteObject`.
    pub reason: &'static str,
}

impl Cause {
    /// A service of this cloud, on its own.
    pub fn internal(cloud: &Cloud) -> Self {
        Self {
            request_id: request_id(cloud),
            time: cloud.world.now(),
            reason: "PutObject",
        }
    }
}

pub(crate) enum Change<'a> {
    Created(&'a Object),
    Deleted,
}

/// Puts the event of a change into the outbox, if the bucket is configured so.
pub(crate) fn emit(
    tx: &Tx,
    cause: &Cause,
    settings: Bucket,
    (bucket, key): (&str, &str),
    change: &Change,
) {
    if !settings.event_bridge {
        return;
    }
    // Sixteen digits and more compare like numbers only when they are equally many.
    let sequencer = format!("{:018X}", tx.count("s3/sequencer"));
    let mut detail = json!({
        "version": "0",
        "bucket": { "name": bucket },
        "object": { "key": key, "sequencer": sequencer },
        "request-id": cause.request_id,
        "requester": ACCOUNT,
        "source-ip-address": "127.0.0.1",
        "reason": cause.reason,
    });
    let detail_type = match change {
        Change::Created(object) => {
            detail["object"]["size"] = json!(object.size);
            detail["object"]["etag"] = json!(object.etag);
            "Object Created"
        }
        Change::Deleted => {
            detail["reason"] = json!("DeleteObject");
            detail["deletion-type"] = json!("Permanently Deleted");
            "Object Deleted"
        }
    };
    tx.emit(&Event {
        source: "aws.s3".to_owned(),
        detail_type: detail_type.to_owned(),
        region: settings.region,
        resources: vec![format!("arn:aws:s3:::{bucket}")],
        detail,
        time: cause.time,
    });
}
