//! Create, Describe, List and Stop of every kind of job.

use std::collections::BTreeMap;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, Error};
use serde::{Deserialize as DeriveDeserialize, Serialize};
use serde_json::{Value, json};

use super::event::common;
use super::kind::{Job, JobKind, JobState, Left};
use super::status::JobStatus;
use super::{requests, rows};
use local_containers::process;
use local_core::Call;
use local_core::listing::{ListRequest, Listed, page};
use local_core::store::{Table, Tx};
use local_core::timestamp::Timestamp;
use local_core::wire::{AwsError, Reply, extend};

/// A request with nothing but a job's name.
pub struct Named<K>(String, PhantomData<K>);

/// A job's document as far as a list's filters and order need it.
#[derive(Serialize, DeriveDeserialize)]
struct Row {
    state: RowState,
}

#[derive(Serialize, DeriveDeserialize)]
struct RowState {
    created: Timestamp,
    modified: Timestamp,
    status: JobStatus,
}

/// A job's document as far as a list's entry tells it: without its request.
#[derive(Serialize, DeriveDeserialize)]
#[serde(bound = "")]
struct Entry<K: JobKind> {
    state: JobState<K>,
}

pub async fn create<K: JobKind>(call: Call, request: K::Request) -> Reply {
    call.cloud.store.write(|tx| {
        let job = rows::put_new::<K>(&call.cloud, tx, &call.region, request)?;
        Ok(json!({ format!("{}JobArn", K::NAME): job.state.arn }))
    })
}

pub async fn describe<K: JobKind>(call: Call, Named(name, _): Named<K>) -> Reply {
    let mut job = call
        .cloud
        .store
        .read(|tx| required::<K>(tx, &call.region, &name))?;
    if !job.state.status.is_final() {
        // As on AWS: the last values of a job that runs are those so far.
        let log = process::log_path(&call.cloud, K::RESOURCE, &call.region, &name);
        let now = Timestamp::now(&call.cloud.world);
        let left = Left {
            message: None,
            metrics: K::metrics(&job, &log, now),
        };
        K::keep(&mut job.state.details, left);
    }
    Ok(described(&job))
}

pub async fn list<K: JobKind>(call: Call, request: ListRequest) -> Reply {
    let rows: Table<Row> = Table::new(K::JOBS.kind());
    let entries: Table<Entry<K>> = Table::new(K::JOBS.kind());
    call.cloud.store.read(|tx| {
        let jobs = rows.list(tx, &call.region).into_iter();
        let listed = jobs.map(|(name, Row { state })| Listed {
            summary: name.as_str().into(),
            name,
            created: state.created,
            modified: state.modified,
            status: state.status.name(),
        });
        let page = page(listed.collect(), &request, K::LIST_ORDER)?;
        // Only the page's own jobs are described.
        let names = page.summaries.iter().filter_map(Value::as_str);
        let summaries = names.filter_map(|name| {
            let entry = entries.get_readable(tx, &call.region, name)?;
            Some(summary(name, &entry.state))
        });
        Ok(json!({
            format!("{}JobSummaries", K::NAME): summaries.collect::<Vec<_>>(),
            "NextToken": page.next_token,
        }))
    })
}

pub async fn stop<K: JobKind>(call: Call, Named(name, _): Named<K>) -> Reply {
    call.cloud.store.write(|tx| {
        let job = required::<K>(tx, &call.region, &name)?;
        if !rows::request_stop::<K>(&call.cloud, tx, &call.region, &name) {
            // Source: awslabs/benchmark-ai issue 928, which quotes the answer.
            return Err(AwsError::validation(format!(
                "The request was rejected because the {} job is in status {}.",
                K::NAME.to_lowercase(),
                job.state.status.name()
            )));
        }
        Ok(Value::Null)
    })
}

/// The answer of Describe; `Steps.X` of a pipeline refers to its members.
pub fn described<K: JobKind>(job: &Job<K>) -> Value {
    let spell = |time: Timestamp| time.seconds().into();
    let mut described = requests::described(&job.request);
    extend(&mut described, common(&job.state, spell));
    extend(&mut described, K::members(job, spell));
    extend(&mut described, K::described(job));
    described
}

fn summary<K: JobKind>(name: &str, state: &JobState<K>) -> Value {
    let kind = K::NAME;
    let mut summary = json!({
        format!("{kind}JobName"): name,
        format!("{kind}JobArn"): state.arn,
        format!("{kind}JobStatus"): state.status,
        "CreationTime": state.created.seconds(),
        format!("{kind}EndTime"): state.ended.map(Timestamp::seconds),
        "LastModifiedTime": state.modified.seconds(),
    });
    extend(&mut summary, K::summary(state));
    summary
}

/// The API's model has `ResourceNotFound` here; SageMaker answers another code.
fn required<K: JobKind>(tx: &Tx, region: &str, name: &str) -> Result<Job<K>, AwsError> {
    rows::get(tx, region, name).ok_or_else(|| AwsError::validation(K::missing(name)))
}

impl<'de, K: JobKind> Deserialize<'de> for Named<K> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut members = BTreeMap::<String, Value>::deserialize(deserializer)?;
        let member = format!("{}JobName", K::NAME);
        if let Some(other) = members.keys().find(|name| **name != member) {
            let refusal = format!("unknown field `{other}`, expected `{member}`");
            return Err(Error::custom(refusal));
        }
        match members.remove(&member) {
            Some(Value::String(name)) => Ok(Named(name, PhantomData)),
            Some(_) => Err(Error::custom(format!("{member} is no text"))),
            None => Err(Error::custom(format!("missing field `{member}`"))),
        }
    }
}
