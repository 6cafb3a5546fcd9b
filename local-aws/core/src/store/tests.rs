use std::convert::Infallible;

use serde_json::json;
use time::OffsetDateTime;

use super::{Store, StoreError};
use crate::event::Event;

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
    let mut changes = store.changes();
    let kept: Result<(), Infallible> = store.write(|tx| {
        tx.put("thing", "us-east-1", "a", &json!({"n": 1}));
        tx.emit(&event());
        Ok(())
    });
    kept.unwrap();
    assert!(changes.has_changed().unwrap());
    changes.mark_unchanged();
    let failed: Result<(), &str> = store.write(|tx| {
        tx.put("thing", "us-east-1", "b", &json!({"n": 2}));
        tx.emit(&event());
        Err("no")
    });
    failed.unwrap_err();
    assert!(!changes.has_changed().unwrap());
    drop(store);

    let store = Store::open(folder.path()).unwrap();
    store.read(|tx| {
        let things: Vec<(String, serde_json::Value)> = tx.list("thing", "us-east-1");
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
            tx.put("thing", "", "a", &1);
            panic!("on purpose");
        });
    })
    .join()
    .unwrap_err();
    assert_eq!(store.read(|tx| tx.get::<u8>("thing", "", "a")), None);
    let written: Result<(), Infallible> = store.write(|tx| {
        tx.put("thing", "", "a", &2);
        Ok(())
    });
    written.unwrap();
    assert_eq!(store.read(|tx| tx.get::<u8>("thing", "", "a")), Some(2));
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
        tx.put("thing", "", "a", &1);
        tx.emit(&event());
        Ok(())
    });
    written.unwrap();
    store.reset();
    store.read(|tx| {
        assert_eq!(tx.get::<u8>("thing", "", "a"), None);
        assert!(tx.pending_events(1).is_empty());
    });
}
