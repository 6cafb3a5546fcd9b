//! What a person chooses when starting local-aws.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::question::Log;
use crate::source::Source;

/// The stack's region unless the settings name another.
pub const DEFAULT_REGION: &str = "us-east-1";

/// What policies decide.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Iam {
    /// A request that no policy allows is denied.
    #[default]
    Enforce,
    /// It is allowed, and the log says so.
    Report,
    /// Policies are not read.
    Off,
}

#[derive(Debug, Clone)]
pub struct Settings {
    pub state_dir: PathBuf,
    /// 0 takes a free port.
    pub port: u16,
    /// The worker portal's own port; 0 takes a free port.
    pub portal_port: u16,
    /// A caller with an unknown key, or without any, is the user, and no signature is verified outside S3.
    pub accept_any_credentials: bool,
    pub iam: Iam,
    /// Where a test collects what policies were asked.
    pub authorizations: Option<Arc<Log>>,
    /// The stack's region.
    pub region: String,
    /// Image name (the part of an image URI after the last `/` and before `:`) to the program
    /// that runs in its place.
    pub images: BTreeMap<String, PathBuf>,
    /// The name of the image whose program has the steps of AutoML jobs; without one there are no such jobs.
    pub automl_image: Option<String>,
    /// The program that runs Athena's statements; without one each fails.
    pub sql_engine: Option<Source>,
    /// Where the functions' binaries lie, each named as its package.
    pub functions_dir: Option<PathBuf>,
    /// The SAM template to deploy at start.
    pub template: Option<PathBuf>,
    /// Parameters of that template.
    pub parameters: BTreeMap<String, String>,
    /// How long Lambda waits before it tries a failed event again, and half of what it waits
    /// before the last try. AWS's is a minute.
    pub retry_delay: Duration,
    /// Let the template's schedules run at least this often.
    pub schedule_rate: Option<Duration>,
    /// Quotas on instances by AWS's name, as `ml.m5.large for training job usage`; those that are
    /// not here are generous.
    pub quotas: BTreeMap<String, u32>,
    /// For a test on a new state folder: a seed from which all identifiers and keys follow. Without one they
    /// cannot be guessed.
    pub seed: Option<u64>,
    /// A seed: events reach their targets twice, late and out of order, as EventBridge's may. Which
    /// ones follows from the seed and the event's place in the outbox.
    pub unordered_delivery: Option<u64>,
    /// The process stops itself (SIGSTOP) directly after this commit, counted from its start: a
    /// measurement kills it there.
    pub stop_after_commit: Option<u64>,
    /// Whether jobs, pipelines, endpoints, functions and the bus run. Off, the state only changes
    /// by calls: what a test of one handler wants.
    pub run_tasks: bool,
}

impl Settings {
    /// Free ports, verified signatures, no template.
    pub fn new(state_dir: impl Into<PathBuf>) -> Self {
        Self {
            state_dir: state_dir.into(),
            port: 0,
            portal_port: 0,
            accept_any_credentials: false,
            iam: Iam::default(),
            authorizations: None,
            region: DEFAULT_REGION.to_owned(),
            images: BTreeMap::new(),
            automl_image: None,
            sql_engine: None,
            functions_dir: None,
            template: None,
            parameters: BTreeMap::new(),
            retry_delay: Duration::from_secs(60),
            schedule_rate: None,
            quotas: BTreeMap::new(),
            seed: None,
            unordered_delivery: None,
            stop_after_commit: None,
            run_tasks: true,
        }
    }
}
