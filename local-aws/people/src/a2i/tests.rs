use serde_json::json;
use time::{Duration, OffsetDateTime};

use super::human_loop::{Gone, HumanLoop, Reviewer, Status};
use super::loops::{ACTIVE, ENDED};
use super::{expire, finish};
use local_core::store::Tx;
use local_core::{Cloud, Settings};

const START: OffsetDateTime = OffsetDateTime::UNIX_EPOCH;

fn reviewer(sub: &str) -> Reviewer {
    Reviewer {
        sub: sub.to_owned(),
        issuer: "https://pool".to_owned(),
    }
}

fn human_loop(task_count: usize) -> HumanLoop {
    HumanLoop {
        name: "a".to_owned(),
        arn: "arn:a".to_owned(),
        flow_definition_arn: "arn:flow/f".to_owned(),
        created: START,
        expires: START + Duration::hours(1),
        status: Status::InProgress,
        failure: None,
        output_uri: None,
        output_path: "s3://b/".to_owned(),
        workteam_arn: "arn:team".to_owned(),
        template_sha256: String::new(),
        title: String::new(),
        description: String::new(),
        task_count,
        time_limit_seconds: 60,
        claims: Vec::new(),
        answers: Vec::new(),
    }
}

fn at(seconds: i64) -> OffsetDateTime {
    START + Duration::seconds(seconds)
}

#[test]
fn one_reviewer_takes_a_loop_and_the_other_waits_for_the_time_limit() {
    let (ann, bob) = (reviewer("ann"), reviewer("bob"));
    let mut it = human_loop(1);
    assert!(it.waits_for(&ann, at(0)) && it.waits_for(&bob, at(0)));
    it.accept(&ann, at(0)).unwrap();
    assert!(it.waits_for(&ann, at(1)) && !it.waits_for(&bob, at(1)));
    assert_eq!(it.accept(&bob, at(59)), Err(Gone));
    it.accept(&bob, at(60)).unwrap();
    assert_eq!(
        it.submit(&ann, json!({}), at(61)),
        Err(Gone),
        "the claim is void"
    );
    it.submit(&bob, json!({}), at(62)).unwrap();
    assert_eq!(it.status, Status::Completed);
}

#[test]
fn taking_again_keeps_the_time_of_acceptance() {
    let ann = reviewer("ann");
    let mut it = human_loop(1);
    it.accept(&ann, at(0)).unwrap();
    it.accept(&ann, at(20)).unwrap();
    it.submit(&ann, json!({}), at(30)).unwrap();
    assert_eq!(
        (it.answers[0].accepted, it.answers[0].submitted),
        (at(0), at(30))
    );
}

#[test]
fn two_answers_come_from_two_reviewers() {
    let (ann, bob, eve) = (reviewer("ann"), reviewer("bob"), reviewer("eve"));
    let mut it = human_loop(2);
    it.accept(&ann, at(0)).unwrap();
    it.accept(&bob, at(0)).unwrap();
    assert_eq!(it.accept(&eve, at(1)), Err(Gone), "both places are taken");
    it.submit(&ann, json!({"n": 1}), at(2)).unwrap();
    assert_eq!(it.status, Status::InProgress);
    assert_eq!(it.accept(&ann, at(3)), Err(Gone), "nobody answers twice");
    assert_eq!(it.submit(&ann, json!({"n": 1}), at(3)), Err(Gone));
    it.submit(&bob, json!({"n": 2}), at(4)).unwrap();
    assert_eq!(it.status, Status::Completed);
}

#[test]
fn a_returned_loop_waits_for_everybody() {
    let (ann, bob) = (reviewer("ann"), reviewer("bob"));
    let mut it = human_loop(1);
    it.accept(&ann, at(0)).unwrap();
    it.give_back(&ann);
    assert!(it.waits_for(&ann, at(1)) && it.waits_for(&bob, at(1)));
    assert_eq!(
        it.submit(&ann, json!({}), at(2)),
        Err(Gone),
        "it is not taken"
    );
}

#[test]
fn nobody_takes_or_answers_an_expired_or_stopped_loop() {
    let ann = reviewer("ann");
    let mut it = human_loop(1);
    it.accept(&ann, at(3590)).unwrap();
    assert_eq!(it.submit(&ann, json!({}), at(3600)), Err(Gone));
    let mut it = human_loop(1);
    it.status = Status::Stopped;
    assert_eq!(it.accept(&ann, at(0)), Err(Gone));
}

#[test]
fn a_loop_that_nobody_answers_in_time_fails_as_expired() {
    let folder = tempfile::TempDir::new().unwrap();
    let cloud = Cloud::open(Settings::new(folder.path())).unwrap();
    let put = |tx: &Tx| {
        ACTIVE.put(tx, "us-east-1", "a", &human_loop(1));
        Ok::<(), ()>(())
    };
    cloud.store.write(put).unwrap();

    expire(&cloud, at(3599));
    assert!(
        cloud
            .store
            .read(|tx| ACTIVE.get(tx, "us-east-1", "a"))
            .is_some()
    );
    expire(&cloud, at(3600));
    let it = cloud
        .store
        .read(|tx| ENDED.get(tx, "us-east-1", "a"))
        .unwrap();
    assert_eq!(it.status, Status::Failed);
    assert_eq!(it.failure.unwrap().code, "Expired");
    let events = cloud.store.read(|tx| tx.pending_events(10));
    assert_eq!(events.len(), 1, "one status change, one event");
    let detail = &events[0].event.detail;
    assert_eq!(detail["humanLoopStatus"], "Failed");
    assert_eq!(detail["failureCode"], "Expired");
    assert_eq!(detail["humanLoopOutput"], json!(null));
    assert_eq!(detail["creationTime"], "1970-01-01T00:00:00.000Z");

    expire(&cloud, at(7200));
    assert_eq!(cloud.store.read(|tx| tx.pending_events(10)).len(), 1);
}

#[test]
fn an_answer_for_a_bucket_that_is_gone_is_a_failed_loop() {
    let folder = tempfile::TempDir::new().unwrap();
    let cloud = Cloud::open(Settings::new(folder.path())).unwrap();
    let finish = |tx: &Tx| {
        finish::with_output(&cloud, tx, "us-east-1", human_loop(1));
        Ok::<(), ()>(())
    };
    cloud.store.write(finish).unwrap();
    let it = cloud
        .store
        .read(|tx| ENDED.get(tx, "us-east-1", "a"))
        .unwrap();
    assert_eq!((it.status, it.output_uri), (Status::Failed, None));
    assert!(
        it.failure
            .unwrap()
            .reason
            .contains("bucket b does not exist")
    );
}
