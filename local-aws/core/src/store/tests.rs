use std::convert::Infallible;

use futures::FutureExt;
use serde_json::{Value, json};
use time::OffsetDateTime;

use super::{Changes, OUTBOX, Store, StoreError, Table};
use crate::event::Event;

const THINGS: Table<Value> = Table::new("thing");
const OTHERS: Table<Value> = Table::new("other");

fn event() -> Event {
    Event {
        source: "aws.s3".into(),
        detail_type: "Object Created".into(),
        region: "us-east-1".into(),
        resources: vec![],
        detail: json!({}),
        time: OffsetDateTime::UNIX_EPOCH,
    }
}

#[test]
fn what_is_committed_survives_reopening_and_what_failed_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let kept: Result<(), Infallible> = store.write(|tx| {
        THINGS.put(tx, "us-east-1", "a", &json!({"n": 1}));
        tx.emit(&event());
        Ok(())
    });
    kept.unwrap();
    let failed: Result<(), &str> = store.write(|tx| {
        THINGS.put(tx, "us-east-1", "b", &json!({"n": 2}));
        tx.emit(&event());
        Err("no")
    });
    failed.unwrap_err();
    drop(store);

    let store = Store::open(folder.path()).unwrap();
    store.read(|tx| {
        let things = THINGS.list(tx, "us-east-1");
        assert_eq!(things, [("a".to_owned(), json!({"n": 1}))]);
        assert_eq!(tx.pending_events(10).len(), 1);
    });
}

#[test]
fn a_panic_in_a_transaction_rolls_back_and_the_store_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let inner = store.clone();
    std::thread::spawn(move || {
        let _: Result<(), Infallible> = inner.write(|tx| {
            THINGS.put(tx, "", "a", &json!(1));
            panic!("on purpose");
        });
    })
    .join()
    .unwrap_err();
    assert_eq!(store.read(|tx| THINGS.get(tx, "", "a")), None);
    let written: Result<(), Infallible> = store.write(|tx| {
        THINGS.put(tx, "", "a", &json!(2));
        Ok(())
    });
    written.unwrap();
    assert_eq!(store.read(|tx| THINGS.get(tx, "", "a")), Some(json!(2)));
}

#[test]
fn a_second_opener_is_told_so_in_one_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let error = Store::open(folder.path()).err().unwrap();
    assert!(matches!(error, StoreError::InUse(_)));
    assert!(
        error
            .to_string()
            .contains("is in use by another reviewloop"),
        "{error}"
    );
    drop(store);
    Store::open(folder.path()).unwrap();
}

#[test]
fn a_reset_forgets_documents_and_events() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let written: Result<(), Infallible> = store.write(|tx| {
        THINGS.put(tx, "", "a", &json!(1));
        tx.emit(&event());
        Ok(())
    });
    written.unwrap();
    store.reset();
    store.read(|tx| {
        assert_eq!(THINGS.get(tx, "", "a"), None);
        assert!(tx.pending_events(1).is_empty());
    });
}

/// Whether a notice waits.
fn told(changes: &mut Changes) -> bool {
    changes.changed().now_or_never().is_some()
}

#[test]
fn a_commit_is_told_to_those_who_wait_for_its_kinds() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let (mut things, mut others) = (
        store.changes_of(&[THINGS.kind()]),
        store.changes_of(&[OTHERS.kind()]),
    );
    let (mut events, mut all) = (store.changes_of(&[OUTBOX]), store.changes());
    store.update(|tx| THINGS.put(tx, "", "a", &json!(1)));
    assert!(told(&mut things) && told(&mut all));
    assert!(!told(&mut others) && !told(&mut events));

    store.update(|tx| tx.emit(&event()));
    assert!(told(&mut events) && told(&mut all) && !told(&mut things));

    store.reset();
    assert!(told(&mut things) && told(&mut others) && told(&mut events));
}

#[test]
fn nothing_is_told_of_what_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    store.update(|tx| THINGS.put(tx, "", "a", &json!(1)));
    let mut changes = store.changes();
    store.update(|tx| {
        THINGS.put(tx, "", "a", &json!(1));
        THINGS.delete(tx, "", "not there");
    });
    let refused: Result<(), &str> = store.write(|tx| {
        THINGS.put(tx, "", "b", &json!(1));
        Err("no")
    });
    refused.unwrap_err();
    assert!(!told(&mut changes));
}
