//! "SageMaker Training Job State Change".

use serde_json::{Value, json};

use super::TrainingJob;
use local_core::Cloud;
use local_core::event::Event;
use local_core::store::Tx;
use local_core::tags;
use local_core::timestamp::Timestamp;

pub fn changed(cloud: &Cloud, tx: &Tx, region: &str, job: &TrainingJob) -> Event {
    let mut detail = job.request.described();
    let more = json!({
        "TrainingJobArn": job.arn,
        "TrainingJobStatus": job.status,
        "SecondaryStatus": job.secondary_status(),
        "FailureReason": job.failure_reason,
        "ModelArtifacts": { "S3ModelArtifacts": job.request.model_artifacts() },
        "TrainingStartTime": job.started.map(Timestamp::millis),
        "TrainingEndTime": job.ended.map(Timestamp::millis),
        "LastModifiedTime": job.modified.millis(),
        "CreationTime": job.created.millis(),
        "SecondaryStatusTransitions": job.transitions(Timestamp::millis),
        "Tags": tags::of(tx, &job.arn),
    });
    for (member, value) in more.as_object().into_iter().flatten() {
        if *value != Value::Null {
            detail[member] = value.clone();
        }
    }
    Event {
        source: "aws.sagemaker".into(),
        detail_type: "SageMaker Training Job State Change".into(),
        region: region.to_owned(),
        resources: vec![job.arn.clone()],
        detail,
        time: cloud.world.now(),
    }
}
