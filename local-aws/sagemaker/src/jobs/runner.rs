//! Starts what is in progress and does not run yet.

use super::kind::JobKind;
use super::processing::Processing;
use super::run::run;
use super::training::Training;
use local_containers::orphans;
use local_core::Cloud;
use local_core::driver::{Controller, Look, Work};

/// Ends the processes that a killed local-aws left, and removes their folders.
pub fn recover(cloud: &Cloud) {
    for kind in [Processing::RESOURCE, Training::RESOURCE] {
        orphans::clear(&cloud.store.folder().join(format!("{kind}s")));
    }
}

pub const PROCESSING: Controller = controller::<Processing>("processing jobs");
pub const TRAINING: Controller = controller::<Training>("training jobs");

const fn controller<K: JobKind>(name: &'static str) -> Controller {
    Controller {
        name,
        wakes_on: const { &[K::ACTIVE.kind()] },
        look: |cloud, busy| {
            let active = cloud.store.read(|tx| K::ACTIVE.keys(tx));
            let work = active.into_iter().filter_map(|(region, name)| {
                let key = format!("{region}/{name}");
                (!busy.contains(&key)).then(|| Work {
                    key,
                    run: Box::pin(run::<K>(cloud.clone(), region, name)),
                })
            });
            Look {
                work: work.collect(),
                again: None,
            }
        },
    }
}
