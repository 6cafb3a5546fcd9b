//! Starts what is in progress and has no task yet.

use std::collections::HashSet;
use std::sync::Arc;

use tokio::task::JoinSet;

use super::{processing, run_processing, run_training, training};
use crate::containers::orphans;
use local_core::Cloud;
use local_core::store::{Store, Tx};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    Processing,
    Training,
}

type Job = (Kind, String, String);

pub async fn run(cloud: Arc<Cloud>) {
    for kind in [run_processing::FOLDER, run_training::FOLDER] {
        orphans::kill(&cloud.store.folder().join(kind));
    }
    let mut changes = cloud.store.changes();
    let mut running: HashSet<Job> = HashSet::new();
    let mut tasks: JoinSet<Job> = JoinSet::new();
    loop {
        for job in active(&cloud.store) {
            if running.insert(job.clone()) {
                tasks.spawn(run_one(cloud.clone(), job));
            }
        }
        tokio::select! {
            changed = changes.changed() => {
                if changed.is_err() {
                    return;
                }
            }
            Some(ended) = tasks.join_next() => match ended {
                Ok(job) => { running.remove(&job); }
                Err(error) => tracing::error!(%error, "a job's task failed"),
            }
        }
    }
}

async fn run_one(cloud: Arc<Cloud>, job: Job) -> Job {
    let (kind, region, name) = &job;
    match kind {
        Kind::Processing => run_processing::run(&cloud, region, name).await,
        Kind::Training => run_training::run(&cloud, region, name).await,
    }
    job
}

fn active(store: &Store) -> Vec<Job> {
    let named = |tx: &Tx, kind: Kind, marker: &str| -> Vec<Job> {
        tx.list_everywhere::<()>(marker)
            .into_iter()
            .map(|(region, name, ())| (kind, region, name))
            .collect()
    };
    store.read(|tx| {
        let mut jobs = named(tx, Kind::Processing, processing::ACTIVE);
        jobs.extend(named(tx, Kind::Training, training::ACTIVE));
        jobs
    })
}
