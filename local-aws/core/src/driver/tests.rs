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

/// The tasks of [`do_tasks`], each done in another way.
fn tasks_by<F>(cloud: &Arc<Cloud>, busy: &Busy, run: impl Fn(Arc<Cloud>, String) -> F) -> Look
where
    F: Future<Output = ()> + Send + 'static,
{
    let mut look = do_tasks(cloud, busy);
    for work in &mut look.work {
        work.run = Box::pin(run(cloud.clone(), work.key.clone()));
    }
    look
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

/// Lets the pause of a work pass. A notice makes the driver look at the clock, where it would sleep; the
/// first one may come before the driver knows of the fault.
async fn rest(cloud: &Cloud) {
    for name in ["another", "and another"] {
        cloud.world.advance(60);
        cloud.store.update(|tx| TASKS.put(tx, "", name, &json!(1)));
        done(cloud, name).await;
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
    rest(&cloud).await;
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

#[tokio::test]
async fn a_work_that_meets_a_full_disk_is_done_when_there_is_room_again() {
    let folder = tempfile::tempdir().unwrap();
    let cloud = Arc::new(Cloud::open(Settings::new(folder.path())).unwrap());
    cloud
        .store
        .update(|tx| TASKS.put(tx, "", "large", &json!(1)));
    cloud.store.set_full(true);
    let driver = tokio::spawn(drive(cloud.clone(), WRITER));
    let tries = cloud.memory::<Panics>();
    while tries.0.load(Ordering::Relaxed) == 0 {
        tokio::task::yield_now().await;
    }
    cloud.store.set_full(false);
    rest(&cloud).await;
    done(&cloud, "large").await;
    driver.abort();
}

/// Its work writes what a full disk has no room for.
const WRITER: Controller = Controller {
    name: "writer",
    wakes_on: &[TASKS.kind()],
    look: |cloud, busy| {
        tasks_by(cloud, busy, |cloud, name| async move {
            cloud.memory::<Panics>().0.fetch_add(1, Ordering::Relaxed);
            cloud.store.update(|tx| {
                TASKS.delete(tx, "", &name);
                DONE.put(tx, "", &name, &json!("x".repeat(1024 * 1024)));
            });
        })
    },
};

#[derive(Default)]
struct Runs(AtomicUsize);

/// Its work ends and changes nothing as long as the task says "later".
const IDLER: Controller = Controller {
    name: "idler",
    wakes_on: &[TASKS.kind()],
    look: |cloud, busy| {
        tasks_by(cloud, busy, |cloud, name| async move {
            cloud.memory::<Runs>().0.fetch_add(1, Ordering::Relaxed);
            let task = cloud.store.read(|tx| TASKS.get(tx, "", &name));
            if task.is_some_and(|task| task != "later") {
                one(cloud, name, json!(1)).await;
            }
        })
    },
};

#[tokio::test]
async fn a_work_that_changes_nothing_rests_until_something_changes() {
    let folder = tempfile::tempdir().unwrap();
    let cloud = Arc::new(Cloud::open(Settings::new(folder.path())).unwrap());
    let put = |name: &str, task: &str| {
        cloud
            .store
            .update(|tx| TASKS.put(tx, "", name, &json!(task)));
    };
    put("idle", "later");
    let driver = tokio::spawn(drive(cloud.clone(), IDLER));
    let runs = cloud.memory::<Runs>();
    while runs.0.load(Ordering::Relaxed) == 0 {
        tokio::task::yield_now().await;
    }
    // A driver that starts it again at once would do so in each of these turns.
    for _ in 0..1_000 {
        tokio::task::yield_now().await;
    }
    let rested = runs.0.load(Ordering::Relaxed);
    assert!(rested <= 2, "it ran {rested} times");
    put("idle", "now");
    done(&cloud, "idle").await;
    driver.abort();
}
