//! "SageMaker Training Job State Change", and its like for the other kinds.

use serde_json::{Value, json};

use super::kind::{Job, JobKind, JobState, Spell};
use super::requests;
use local_core::Cloud;
use local_core::event::Event;
use local_core::store::Tx;
use local_core::tags;
use local_core::timestamp::Timestamp;
use local_core::wire::extend;

pub fn changed<K: JobKind>(cloud: &Cloud, tx: &Tx, region: &str, job: &Job<K>) -> Event {
    let spell = |time: Timestamp| time.millis().into();
    let mut detail = requests::described(&job.request);
    extend(&mut detail, common(&job.state, spell));
    extend(&mut detail, K::members(job, spell));
    detail["Tags"] = json!(tags::of(tx, &job.state.arn));
    if let Value::Object(members) = &mut detail {
        members.retain(|_, value| !value.is_null());
    }
    Event {
        source: "aws.sagemaker".into(),
        detail_type: format!("SageMaker {} Job State Change", K::NAME),
        region: region.to_owned(),
        resources: vec![job.state.arn.clone()],
        detail,
        time: cloud.world.now(),
    }
}

/// The members of all jobs' answers and events.
pub fn common<K: JobKind>(state: &JobState<K>, spell: Spell) -> Value {
    let kind = K::NAME;
    json!({
        format!("{kind}JobArn"): state.arn,
        format!("{kind}JobStatus"): state.status,
        "FailureReason": state.failure_reason,
        "CreationTime": spell(state.created),
        format!("{kind}StartTime"): state.started.map(spell),
        format!("{kind}EndTime"): state.ended.map(spell),
        "LastModifiedTime": spell(state.modified),
    })
}
