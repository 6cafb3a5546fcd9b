use std::collections::BTreeMap;

use time::{Duration, OffsetDateTime};

use super::{Counts, Message, Queue};
use local_core::store::{Store, Tx};
use local_core::wire::AwsError;

const QUEUE: (&str, &str) = ("us-east-1", "failed");
const HIDDEN: Duration = Duration::seconds(30);

fn at(seconds: i64) -> OffsetDateTime {
    OffsetDateTime::UNIX_EPOCH + Duration::seconds(seconds)
}

fn in_store(f: impl FnOnce(&Tx) -> Result<(), AwsError>) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    store.update(|tx| {
        super::create(tx, QUEUE.0, QUEUE.1, &Queue::new(at(0))).unwrap();
        f(tx).unwrap();
    });
}

fn message(body: &str) -> Message {
    Message {
        id: body.to_owned(),
        body: body.to_owned(),
        attributes: BTreeMap::new(),
        sent: at(0),
        visible_from: at(0),
        first_received: None,
        receive_count: 0,
        received: None,
        receipt: None,
    }
}

fn bodies(tx: &Tx, limit: usize, now: OffsetDateTime) -> Vec<String> {
    let received = super::receive(tx, QUEUE, limit, HIDDEN, now)
        .unwrap()
        .into_iter();
    received.map(|message| message.body).collect()
}

#[test]
fn a_received_message_is_hidden_and_comes_back_unless_it_was_deleted() {
    in_store(|tx| {
        super::send(tx, QUEUE.0, QUEUE.1, &message("a"))?;
        super::send(tx, QUEUE.0, QUEUE.1, &message("b"))?;
        assert_eq!(bodies(tx, 1, at(1)), ["a"]);
        assert_eq!(bodies(tx, 10, at(2)), ["b"]);
        assert_eq!(bodies(tx, 10, at(3)), [""; 0]);
        let counts = super::counts(tx, QUEUE.0, QUEUE.1, at(3));
        assert_eq!(
            counts,
            Counts {
                in_flight: 2,
                ..Counts::default()
            }
        );

        let again = super::receive(tx, QUEUE, 10, HIDDEN, at(40))?;
        let [a, b] = again.as_slice() else {
            panic!("both come back: {again:?}")
        };
        assert_eq!((a.receive_count, b.receive_count), (2, 2));
        super::delete_message(tx, QUEUE.0, QUEUE.1, a.receipt.as_ref().unwrap())?;
        assert_eq!(bodies(tx, 10, at(80)), ["b"]);
        // The receipt of an earlier delivery no longer deletes.
        super::delete_message(tx, QUEUE.0, QUEUE.1, b.receipt.as_ref().unwrap())?;
        assert_eq!(bodies(tx, 10, at(120)), ["b"]);
        Ok(())
    });
}

#[test]
fn a_message_is_dropped_after_its_retention() {
    in_store(|tx| {
        super::send(tx, QUEUE.0, QUEUE.1, &message("old"))?;
        assert_eq!(bodies(tx, 10, at(4 * 24 * 60 * 60)), [""; 0]);
        assert_eq!(
            super::counts(tx, QUEUE.0, QUEUE.1, at(0)),
            Counts::default()
        );
        Ok(())
    });
}

#[test]
fn a_receive_reads_as_many_rows_as_it_gives_however_long_the_queue() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    store.update(|tx| {
        super::create(tx, QUEUE.0, QUEUE.1, &Queue::new(at(0))).unwrap();
        for number in 0..500 {
            super::send(tx, QUEUE.0, QUEUE.1, &message(&number.to_string())).unwrap();
        }
    });
    let before = store.rows_read();
    let received = store.update(|tx| bodies(tx, 3, at(1)));
    assert_eq!(received, ["0", "1", "2"]);
    let read = store.rows_read() - before;
    assert!(read < 20, "{read} rows were read for three messages");
}

#[test]
fn a_message_that_is_hidden_for_no_time_is_given_once_by_one_receive() {
    in_store(|tx| {
        super::send(tx, QUEUE.0, QUEUE.1, &message("a"))?;
        let received = super::receive(tx, QUEUE, 10, Duration::ZERO, at(1))?;
        assert_eq!(received.len(), 1);
        assert_eq!(bodies(tx, 10, at(1)), ["a"]);
        Ok(())
    });
}

#[test]
fn a_queue_that_is_not_there_is_named() {
    in_store(|tx| {
        let error = super::send(tx, QUEUE.0, "other", &message("a")).unwrap_err();
        assert_eq!(error.code, "QueueDoesNotExist");
        assert!(error.message.contains("other"));
        Ok(())
    });
}

#[test]
fn a_message_is_hidden_for_twelve_hours_in_total_and_anew_when_it_is_received_again() {
    const HOUR: i64 = 60 * 60;
    in_store(|tx| {
        super::send(tx, QUEUE.0, QUEUE.1, &message("a"))?;
        for received in [0, 20 * HOUR] {
            let first = super::receive(tx, QUEUE, 1, Duration::hours(1), at(received))?.remove(0);
            let receipt = first.receipt.expect("it was received");
            let hide = |hours: i64, after: i64| {
                let now = at(received + after);
                super::hide(tx, QUEUE, &receipt, Duration::hours(hours), now)
            };
            hide(11, HOUR / 2)?;
            hide(2, 10 * HOUR)?;
            let refused = hide(2, 10 * HOUR + 1).expect_err("more than twelve");
            assert_eq!(refused.code, "InvalidParameterValue");
            assert!(refused.message.contains("beyond the limit [43200 seconds]"));
        }
        Ok(())
    });
}

#[test]
fn a_received_message_is_hidden_for_another_time_by_its_last_receipt_alone() {
    in_store(|tx| {
        super::send(tx, QUEUE.0, QUEUE.1, &message("a"))?;
        let first = super::receive(tx, QUEUE, 1, HIDDEN, at(0))?.remove(0);
        let receipt = first.receipt.expect("it was received");
        super::hide(tx, QUEUE, &receipt, Duration::ZERO, at(1))?;
        assert_eq!(bodies(tx, 1, at(1)), ["a"], "it is visible at once");
        let refused = |receipt: &str| {
            let refused = super::hide(tx, QUEUE, receipt, Duration::ZERO, at(2));
            refused.expect_err("it is refused").code
        };
        assert_eq!(refused(&receipt), "MessageNotInflight");
        assert_eq!(refused("none"), "ReceiptHandleIsInvalid");
        Ok(())
    });
}
