use std::collections::BTreeMap;
use std::sync::Arc;

use super::super::function::{Function, deploy_function};
use super::super::queued::{is_queued, scope};
use super::*;
use local_core::{Settings, driver};

const REGION: &str = "us-east-1";

/// A function without a binary: every try fails at once, and none is repeated.
fn function(name: &str) -> Function {
    Function {
        name: name.to_owned(),
        region: REGION.to_owned(),
        package: "nothing".to_owned(),
        handler: "bootstrap".to_owned(),
        runtime: None,
        architectures: Vec::new(),
        role: String::new(),
        timeout_seconds: 3,
        memory_mb: 128,
        environment: BTreeMap::new(),
        maximum_retry_attempts: 0,
        maximum_event_age_seconds: 3600,
        on_success: None,
        on_failure: None,
        dead_letter_queue: None,
        reserved_concurrent_executions: None,
        url: None,
    }
}

fn cloud() -> (Arc<Cloud>, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let cloud = Cloud::open(Settings::new(folder.path())).unwrap();
    (Arc::new(cloud), folder)
}

async fn empty(cloud: &Cloud) {
    let mut changes = cloud.store.changes_of(&[QUEUE.kind()]);
    while !cloud.store.read(|tx| QUEUE.scopes(tx).is_empty()) {
        changes.changed().await;
    }
}

/// Drives the queue until the invocation has left it.
async fn concluded(cloud: Arc<Cloud>, request_id: &str) {
    let driver = tokio::spawn(driver::drive(cloud.clone(), CONTROLLER));
    let mut changes = cloud.store.changes_of(&[QUEUE.kind()]);
    while cloud.store.read(|tx| is_queued(tx, REGION, request_id)) {
        changes.changed().await;
    }
    driver.abort();
}

#[tokio::test]
async fn a_long_queue_costs_what_its_number_says() {
    const EVENTS: u64 = 300;
    let (cloud, _folder) = cloud();
    cloud.store.update(|tx| {
        deploy_function(&cloud, tx, function("f")).unwrap();
        for _ in 0..EVENTS {
            enqueue(&cloud, tx, REGION, "f", "{}").unwrap();
        }
    });
    let before = cloud.store.rows_read();
    let driver = tokio::spawn(driver::drive(cloud.clone(), CONTROLLER));
    empty(&cloud).await;
    driver.abort();
    let each = (cloud.store.rows_read() - before) / EVENTS;
    assert!(each < 30, "{each} rows were read for each event");
}

#[tokio::test]
async fn a_row_that_cannot_be_read_stops_no_other_event() {
    let (cloud, _folder) = cloud();
    const OTHER: local_core::store::Table<u64> = local_core::store::Table::new("lambda/queue");
    cloud.store.update(|tx| {
        deploy_function(&cloud, tx, function("f")).unwrap();
        for number in 0..3_u8 {
            let name = due::name(OffsetDateTime::UNIX_EPOCH, &number.to_string());
            OTHER.put(tx, &scope(REGION, "f"), &name, &1);
        }
        enqueue(&cloud, tx, REGION, "f", "{}").unwrap()
    });
    let request_id = cloud
        .store
        .update(|tx| enqueue(&cloud, tx, REGION, "f", "{}").unwrap());
    concluded(cloud, &request_id).await;
}

#[tokio::test]
async fn a_function_that_cannot_be_read_stops_no_other() {
    let (cloud, _folder) = cloud();
    const OTHER: local_core::store::Table<u64> = local_core::store::Table::new("lambda/function");
    let request_id = cloud.store.update(|tx| {
        for name in ["bad", "good"] {
            deploy_function(&cloud, tx, function(name)).unwrap();
        }
        enqueue(&cloud, tx, REGION, "bad", "{}").unwrap();
        OTHER.put(tx, REGION, "bad", &1);
        enqueue(&cloud, tx, REGION, "good", "{}").unwrap()
    });
    concluded(cloud, &request_id).await;
}

#[tokio::test]
async fn a_try_that_a_reset_overtakes_leaves_nothing_behind() {
    let (cloud, _folder) = cloud();
    let (deployed, name) = cloud.store.update(|tx| {
        let mut function = function("f");
        function.maximum_retry_attempts = 2;
        function.reserved_concurrent_executions = Some(1);
        deploy_function(&cloud, tx, function).unwrap();
        enqueue(&cloud, tx, REGION, "f", "{}").unwrap();
        let name = QUEUE.first_names(tx, &scope(REGION, "f"), 1).remove(0);
        (Deployed::get(tx, REGION, "f").unwrap(), name)
    });
    let slot = cloud.memory::<Host>().pool(&deployed).slot().await;
    let attempt = tokio::spawn({
        let cloud = cloud.clone();
        async move { attempt(&cloud, &scope(REGION, "f"), &name).await }
    });
    // It has read the event and waits for the slot.
    tokio::task::yield_now().await;
    cloud.store.reset();
    drop(slot);
    attempt.await.unwrap();
    assert_eq!(cloud.store.read(|tx| QUEUE.keys(tx)), []);
}

#[tokio::test]
async fn a_function_without_concurrency_has_its_events_given_up() {
    let (cloud, _folder) = cloud();
    cloud.store.update(|tx| {
        let mut function = function("f");
        function.reserved_concurrent_executions = Some(0);
        deploy_function(&cloud, tx, function).unwrap();
        enqueue(&cloud, tx, REGION, "f", "{}").unwrap();
    });
    let driver = tokio::spawn(driver::drive(cloud.clone(), CONTROLLER));
    empty(&cloud).await;
    driver.abort();
}

#[test]
fn an_event_of_one_megabyte_is_accepted_and_a_larger_one_refused() {
    let (cloud, _folder) = cloud();
    cloud.store.update(|tx| {
        deploy_function(&cloud, tx, function("f")).unwrap();
        let largest = " ".repeat(1024 * 1024);
        enqueue(&cloud, tx, REGION, "f", &largest).unwrap();
        let error = enqueue(&cloud, tx, REGION, "f", &format!("{largest} ")).unwrap_err();
        assert_eq!(error.code, "RequestTooLargeException");
    });
}
