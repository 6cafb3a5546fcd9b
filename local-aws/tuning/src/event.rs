//! A change of a tuning job's status, with its event: "SageMaker HyperParameter Tuning Job State Change".

use local_core::Cloud;
use local_core::event::Event;
use local_core::store::Tx;
use local_core::tags;
use local_core::timestamp::Timestamp;
use local_core::wire::without_nulls;
use serde_json::json;

use super::described;
use super::job::{ACTIVE, JOBS, TuningJob};
use super::trial;

/// Stores the tuning job and tells the bus; one that ended leaves the engine's list.
pub fn turn((cloud, tx): (&Cloud, &Tx), region: &str, job: &TuningJob) {
    if job.status.is_final() {
        ACTIVE.delete(tx, region, job.name());
    } else {
        ACTIVE.put(tx, region, job.name(), &job.status);
    }
    JOBS.put(tx, region, job.name(), job);
    let spell = |time: Timestamp| time.millis().into();
    let trials = trial::all(tx, region, job.name());
    let detail = described::tuning_job(tx, region, (job, &trials), spell);
    // An answer leaves absent members out by itself; an event does not.
    let mut detail = without_nulls(detail);
    detail["Tags"] = json!(tags::of(tx, &job.arn));
    tx.emit(&Event {
        source: "aws.sagemaker".to_owned(),
        detail_type: "SageMaker HyperParameter Tuning Job State Change".to_owned(),
        region: region.to_owned(),
        resources: vec![job.arn.clone()],
        detail,
        time: cloud.world.now(),
    });
}
