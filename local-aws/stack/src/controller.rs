//! Deletes the stack in the background, as `DeleteStack` asks, also after a restart.

use std::sync::Arc;

use super::stack::{STACKS, Stack};
use super::turn::delete_as_asked;
use local_core::Cloud;
use local_core::driver::{Busy, Controller, Look, Work};

pub(super) const CONTROLLER: Controller = Controller {
    name: "stack deletion",
    wakes_on: &[STACKS.kind()],
    look,
};

const KEY: &str = "delete";

fn look(cloud: &Arc<Cloud>, busy: &Busy) -> Look {
    let is_asked = Stack::find(cloud).is_some_and(|stack| stack.is_being_deleted());
    let mut look = Look::default();
    if is_asked && !busy.contains(KEY) {
        let cloud = cloud.clone();
        look.work.push(Work {
            key: KEY.to_owned(),
            run: Box::pin(async move { delete_as_asked(&cloud).await }),
        });
    }
    look
}
