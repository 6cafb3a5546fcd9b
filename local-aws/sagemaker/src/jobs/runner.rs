//! Starts what is in progress and does not run yet.

use std::sync::Arc;

use super::{processing, run_processing, run_training, training};
use crate::containers::orphans;
use local_core::Cloud;
use local_core::driver::{Controller, Look, Work};

/// Ends the processes that a killed local-aws left.
pub fn recover(cloud: &Cloud) {
    for kind in [run_processing::FOLDER, run_training::FOLDER] {
        orphans::kill(&cloud.store.folder().join(kind));
    }
}

pub const PROCESSING: Controller = Controller {
    name: "processing jobs",
    wakes_on: &[processing::ACTIVE.kind()],
    look: |cloud, _| {
        let active = cloud.store.read(|tx| processing::ACTIVE.keys(tx));
        look(active, |region, name| {
            let cloud = cloud.clone();
            async move { run_processing::run(&cloud, &region, &name).await }
        })
    },
};

pub const TRAINING: Controller = Controller {
    name: "training jobs",
    wakes_on: &[training::ACTIVE.kind()],
    look: |cloud, _| {
        let active = cloud.store.read(|tx| training::ACTIVE.keys(tx));
        look(active, |region, name| {
            let cloud: Arc<Cloud> = cloud.clone();
            async move { run_training::run(&cloud, &region, &name).await }
        })
    },
};

fn look<F>(active: Vec<(String, String)>, run: impl Fn(String, String) -> F) -> Look
where
    F: Future<Output = ()> + Send + 'static,
{
    let work = active.into_iter().map(|(region, name)| Work {
        key: format!("{region}/{name}"),
        run: Box::pin(run(region, name)),
    });
    Look {
        work: work.collect(),
        again: None,
    }
}
