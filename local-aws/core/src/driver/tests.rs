use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};

use super::{Busy, Controller, Look, Work, drive};
use crate::cloud::Cloud;
use crate::settings::Settings;
use crate::store::Table;

/// A task to be done, by name; a document that says "panic" makes its work panic once.
const TASKS: Table<Value> = Table::new("test/task");
const DONE: Table<Value> = Table::new("test/done");

#[derive(Default)]
struct Panics(AtomicUsize);

const DOER: Controller = Controller {
    name: "doer",
    wakes_on: &[TASKS.kind()],
    look: do_tasks,
};

fn do_tasks(cloud: &Arc<Cloud>, busy: &Busy) -> Look {
    let tasks = cloud.store.read(|tx| TASKS.list(tx, ""));
    let work = tasks
        .into_iter()
        .filter(|(name, _)| !busy.contains(name))
        .map(|(name, task)| Work {
            key: name.clone(),
            run: Box::pin(one(cloud.clone(), name, task)),
        });
    Look {
        work: work.collect(),
        again: None,
    }
}

async fn one(cloud: Arc<Cloud>, name: String, task: Value) {
    let panics = cloud.memory::<Panics>();
    assert!(
        task != "panic" || panics.0.fetch_add(1, Ordering::Relaxed) > 0,
        "on purpose"
    );
    cloud.store.update(|tx| {
        TASKS.delete(tx, "", &name);
        DONE.put(tx, "", &name, &json!(true));
    });
}

async fn done(cloud: &Cloud, name: &str) {
    let mut changes = cloud.store.changes_of(&[DONE.kind()]);
    while !cloud.store.read(|tx| DONE.contains(tx, "", name)) {
        changes.changed().await;
    }
}

#[tokio::test]
async fn a_work_that_panics_is_repeated_after_a_pause_and_stops_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let cloud = Arc::new(Cloud::open(Settings::new(folder.path())).unwrap());
    cloud
        .store
        .update(|tx| TASKS.put(tx, "", "bad", &json!("panic")));
    let driver = tokio::spawn(drive(cloud.clone(), DOER));
    cloud
        .store
        .update(|tx| TASKS.put(tx, "", "good", &json!(1)));
    done(&cloud, "good").await;
    assert!(!cloud.store.read(|tx| DONE.contains(tx, "", "bad")));
    cloud.world.advance(60);
    // A notice makes the driver look at the clock, where it would sleep for the pause.
    cloud
        .store
        .update(|tx| TASKS.put(tx, "", "another", &json!(1)));
    done(&cloud, "bad").await;
    assert_eq!(cloud.memory::<Panics>().0.load(Ordering::Relaxed), 2);
    driver.abort();
}

const CLUMSY: Controller = Controller {
    name: "clumsy",
    wakes_on: &[TASKS.kind()],
    look: |cloud, busy| {
        assert!(
            cloud.memory::<Panics>().0.fetch_add(1, Ordering::Relaxed) > 0,
            "on purpose"
        );
        do_tasks(cloud, busy)
    },
};

#[tokio::test]
async fn a_look_that_panics_is_repeated() {
    let folder = tempfile::tempdir().unwrap();
    let cloud = Arc::new(Cloud::open(Settings::new(folder.path())).unwrap());
    cloud
        .store
        .update(|tx| TASKS.put(tx, "", "good", &json!(1)));
    let driver = tokio::spawn(drive(cloud.clone(), CLUMSY));
    while cloud.memory::<Panics>().0.load(Ordering::Relaxed) == 0 {
        tokio::task::yield_now().await;
    }
    cloud
        .store
        .update(|tx| TASKS.put(tx, "", "another", &json!(1)));
    done(&cloud, "good").await;
    driver.abort();
}
