//! Runs every query execution that has not come to an end.

use std::sync::Arc;

use super::execution::UNFINISHED;
use super::{course, engine};
use local_core::Cloud;
use local_core::driver::{Busy, Controller, Look, Work};

pub const CONTROLLER: Controller = Controller {
    name: "athena queries",
    wakes_on: &[UNFINISHED.kind()],
    look,
};

fn look(cloud: &Arc<Cloud>, _: &Busy) -> Look {
    engine::end_idle(cloud);
    let unfinished = cloud.store.read(|tx| UNFINISHED.keys(tx));
    let work = unfinished.into_iter().map(|(region, id)| Work {
        key: format!("{region}/{id}"),
        run: Box::pin(course::run(cloud.clone(), region, id)),
    });
    Look {
        work: work.collect(),
        again: None,
    }
}
