//! "SageMaker Processing Job State Change".

use serde_json::{Value, json};

use super::ProcessingJob;
use local_core::Cloud;
use local_core::event::Event;
use local_core::store::Tx;
use local_core::tags;
use local_core::timestamp::Timestamp;

pub fn changed(cloud: &Cloud, tx: &Tx, region: &str, job: &ProcessingJob) -> Event {
    let mut detail = job.request.described();
    let more = json!({
        "ProcessingJobArn": job.arn,
        "ProcessingJobStatus": job.status,
        "ExitMessage": job.exit_message,
        "FailureReason": job.failure_reason,
        "ProcessingEndTime": job.ended.map(Timestamp::millis),
        "ProcessingStartTime": job.started.map(Timestamp::millis),
        "LastModifiedTime": job.modified.millis(),
        "CreationTime": job.created.millis(),
        "Tags": tags::of(tx, &job.arn),
    });
    for (member, value) in more.as_object().into_iter().flatten() {
        if *value != Value::Null {
            detail[member] = value.clone();
        }
    }
    Event {
        source: "aws.sagemaker".into(),
        detail_type: "SageMaker Processing Job State Change".into(),
        region: region.to_owned(),
        resources: vec![job.arn.clone()],
        detail,
        time: cloud.world.now(),
    }
}
