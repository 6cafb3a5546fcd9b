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
    store.update(|tx| {
        THINGS.put(tx, "us-east-1", "a", &json!({"n": 1}));
        tx.emit(&event());
    });
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
        inner.update(|tx| {
            THINGS.put(tx, "", "a", &json!(1));
            panic!("on purpose");
        });
    })
    .join()
    .unwrap_err();
    assert_eq!(store.read(|tx| THINGS.get(tx, "", "a")), None);
    store.update(|tx| THINGS.put(tx, "", "a", &json!(2)));
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
    store.update(|tx| {
        THINGS.put(tx, "", "a", &json!(1));
        tx.emit(&event());
    });
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

#[test]
fn a_full_disk_refuses_writes_answers_reads_and_is_over_when_there_is_room() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    store.update(|tx| THINGS.put(tx, "", "small", &json!(1)));
    let large = json!("x".repeat(1024 * 1024));
    let write = || {
        let write = || store.update(|tx| THINGS.put(tx, "", "large", &large));
        std::panic::catch_unwind(std::panic::AssertUnwindSafe(write))
    };
    store.set_full(true);
    for _ in 0..2 {
        let panic = write().unwrap_err();
        assert!(super::is_fault(&*panic));
    }
    store.read(|tx| {
        assert_eq!(THINGS.get(tx, "", "small"), Some(json!(1)));
        assert!(!THINGS.contains(tx, "", "large"));
    });
    store.set_full(false);
    write().unwrap();
    assert!(store.read(|tx| THINGS.contains(tx, "", "large")));
}

#[test]
fn a_document_of_another_version_is_left_out_of_lists_and_refused_alone() {
    const NUMBERS: Table<u64> = Table::new("thing");
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    store.update(|tx| {
        THINGS.put(tx, "", "a", &json!("no number"));
        NUMBERS.put(tx, "", "b", &2);
        NUMBERS.put(tx, "other", "c", &3);
    });
    store.read(|tx| {
        assert_eq!(NUMBERS.list(tx, ""), [("b".to_owned(), 2)]);
        assert_eq!(NUMBERS.list_everywhere(tx).len(), 2);
        assert_eq!(NUMBERS.next(tx, "", "", true), Some(("b".to_owned(), 2)));
        assert_eq!(NUMBERS.scopes(tx), ["", "other"]);
        assert_eq!(NUMBERS.first_names(tx, "", 1), ["a"]);
    });
    let alone = || store.read(|tx| NUMBERS.get(tx, "", "a"));
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(alone)).unwrap_err();
    let taken = store.update(|tx| NUMBERS.take(tx, "", &["a".to_owned(), "b".to_owned()]));
    assert_eq!(taken, [2]);
    assert_eq!(store.read(|tx| NUMBERS.first_names(tx, "", 9)), [""; 0]);
}

#[test]
fn events_are_taken_out_oldest_first_and_one_of_another_version_holds_up_none() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    store.update(|tx| {
        tx.emit(&event());
        tx.emit(&event());
        tx.emit(&event());
    });
    let first = store.read(|tx| tx.pending_events(1)[0].sequence);
    let broken = "UPDATE outbox SET event = '{}' WHERE sequence = ?1";
    let writer = super::lock(&store.shared.writer);
    writer.execute(broken, [first]).unwrap();
    drop(writer);
    let taken = store.update(|tx| tx.take_events(2));
    assert_eq!(taken.len(), 1);
    assert_eq!(taken[0].sequence, first + 1);
    assert_eq!(store.read(|tx| tx.pending_events(9).len()), 1);
}

#[test]
fn thousands_of_documents_of_another_version_are_passed_over_one_by_one() {
    const NUMBERS: Table<u64> = Table::new("thing");
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    store.update(|tx| {
        for number in 0..50_000 {
            THINGS.put(tx, "", &format!("{number:05}"), &json!("no number"));
        }
        NUMBERS.put(tx, "", "last", &7);
    });
    let found = store.read(|tx| NUMBERS.next(tx, "", "", false));
    assert_eq!(found, Some(("last".to_owned(), 7)));
}

#[test]
fn a_commit_that_writes_no_row_is_not_counted() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    store.update(|tx| THINGS.put(tx, "", "a", &json!(1)));
    store.update(|tx| {
        tx.count("numbers");
        tx.set_identity("seed", "1");
    });
    assert_eq!(store.commits(), 2);
    store.update(|tx| THINGS.put(tx, "", "a", &json!(1)));
    store
        .write(|tx| {
            THINGS.put(tx, "", "b", &json!(1));
            Err::<(), _>(())
        })
        .unwrap_err();
    store.update(|tx| THINGS.get(tx, "", "a"));
    assert_eq!(store.commits(), 2);
}

#[test]
fn a_credential_alone_is_on_disk_before_it_is_given_out() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    store.update(|tx| tx.set_identity("access-key/AKIA", "secret"));
    assert_eq!(store.shared.wal.durable(), 1);
}
