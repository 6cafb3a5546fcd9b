//! A kind of job: its names, its request, its container's inputs and outputs.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::metrics::Metric;
use super::status::JobStatus;
use crate::slots::Slot;
use local_containers::checkpoints::Checkpoints;
use local_containers::objects::InName;
use local_core::listing::SortOrder;
use local_core::store::Table;
use local_core::tags::Tag;
use local_core::timestamp::Timestamp;
use local_core::wire::AwsError;

pub trait JobKind: Clone + Send + Sync + Sized + 'static {
    /// `Training`, as in `TrainingJobName`.
    const NAME: &'static str;
    /// `training-job`, as in its ARN.
    const RESOURCE: &'static str;
    const JOBS: Table<Job<Self>>;
    /// The jobs in progress, and what each occupies: a row for each, so that no reader needs all.
    const ACTIVE: Table<Slot>;
    /// Of a list that asks for none.
    const LIST_ORDER: SortOrder;
    /// Where its program says why it failed, below its folder.
    const MESSAGE_FILE: &'static str;
    /// The words in the message's place where there is none.
    const NO_MESSAGE: &'static str;
    /// How a job ends that runs longer than it may.
    const TIMED_OUT: JobStatus;
    /// Whether the outputs of a job that was stopped are uploaded.
    const KEEPS_PARTIAL_RESULTS: bool;

    /// The request of its Create.
    type Request: Clone + Serialize + DeserializeOwned + Send + Sync + 'static;
    /// The part of a job's state that only this kind has.
    type Details: Clone + Default + Serialize + DeserializeOwned + Send + Sync + 'static;

    /// SageMaker's words where there is no job of that name.
    fn missing(name: &str) -> String;

    fn name(request: &Self::Request) -> &str;
    fn role_arn(request: &Self::Request) -> &str;
    fn tags(request: &Self::Request) -> &[Tag];
    fn instances(request: &Self::Request) -> Slot;
    /// Refuses a request that AWS refuses, or that this machine cannot honour.
    fn check(request: &Self::Request) -> Result<(), AwsError>;

    /// Members of Describe and of the event, besides the request's and those of all jobs.
    fn members(job: &Job<Self>, spell: Spell) -> Value;
    /// Members of Describe alone.
    fn described(job: &Job<Self>) -> Value;
    /// Members of a list's entry, besides those of all jobs.
    fn summary(state: &JobState<Self>) -> Value;

    /// The metrics that its log has so far.
    fn metrics(_job: &Job<Self>, _log: &Path, _now: Timestamp) -> Vec<Metric> {
        Vec::new()
    }
    /// A job that is not asked to stop reaches a stage; one that ends always does.
    fn enter(_details: &mut Self::Details, _stage: Stage, _now: Timestamp) {}
    fn keep(details: &mut Self::Details, left: Left);

    fn container(job: &Job<Self>) -> Container<'_>;
    /// Brings its inputs into a folder; touches files, so it blocks.
    fn prepare(role: &InName, job: &Job<Self>, folder: &Path) -> Result<(), String>;
    /// The folder that is kept in S3 while its program runs, for the attempt after a kill.
    fn checkpoints(_request: &Self::Request, _folder: &Path) -> Option<Checkpoints> {
        None
    }
    /// Takes its outputs out of the folder.
    fn upload(role: &InName, request: &Self::Request, folder: &Path) -> Result<(), String>;
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct Job<K: JobKind> {
    pub state: JobState<K>,
    pub request: K::Request,
}

/// A job without its request, which is most of its document.
#[derive(Clone, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct JobState<K: JobKind> {
    pub arn: String,
    pub status: JobStatus,
    pub created: Timestamp,
    pub modified: Timestamp,
    pub started: Option<Timestamp>,
    pub ended: Option<Timestamp>,
    pub failure_reason: Option<String>,
    /// The bytes of its log that are of earlier attempts: a kill ended them, and this one began again.
    #[serde(default)]
    pub log_begins: u64,
    pub details: K::Details,
}

/// The message and the metrics of a job's program.
#[derive(Default)]
pub struct Left {
    pub message: Option<String>,
    pub metrics: Vec<Metric>,
}

/// How a moment is written: seconds in answers, milliseconds in events.
pub type Spell = fn(Timestamp) -> Value;

/// Where a job stands between its start and its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    Starting,
    Downloading,
    Running,
    Uploading,
    Stopping,
    Completed,
    Stopped,
    TimedOut,
    Failed,
}

/// The program of a job, as its request describes it.
pub struct Container<'a> {
    pub image: &'a str,
    pub entrypoint: &'a [String],
    pub arguments: &'a [String],
    /// Those that SageMaker calls an image's own program with.
    pub own_arguments: &'static [&'static str],
    pub environment: &'a BTreeMap<String, String>,
    /// Variables that SageMaker sets.
    pub own_variables: Vec<(&'static str, String)>,
    pub limit: Duration,
}
