use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use serde_json::{Value, json};
use time::{Duration, OffsetDateTime};

use super::human_loop::{Gone, HumanLoop, Reviewer, Status};
use super::{accept, expire, expiry, finish, loops, submit, waiting};
use crate::testing::{People, REGION, arn};
use local_core::driver::drive;
use local_core::store::{Table, Tx};
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
        role_arn: String::new(),
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
    let mut answered = human_loop(1);
    assert!(answered.waits_for(&ann, at(0)) && answered.waits_for(&bob, at(0)));
    answered.accept(&ann, at(0)).unwrap();
    assert!(answered.waits_for(&ann, at(1)) && !answered.waits_for(&bob, at(1)));
    assert_eq!(answered.accept(&bob, at(59)), Err(Gone));
    answered.accept(&bob, at(60)).unwrap();
    assert_eq!(
        answered.submit(&ann, json!({}), at(61)),
        Err(Gone),
        "the claim is void"
    );
    answered.submit(&bob, json!({}), at(62)).unwrap();
    assert_eq!(answered.status, Status::Completed);
}

#[test]
fn taking_again_keeps_the_time_of_acceptance() {
    let ann = reviewer("ann");
    let mut answered = human_loop(1);
    answered.accept(&ann, at(0)).unwrap();
    answered.accept(&ann, at(20)).unwrap();
    answered.submit(&ann, json!({}), at(30)).unwrap();
    assert_eq!(
        (answered.answers[0].accepted, answered.answers[0].submitted),
        (at(0), at(30))
    );
}

#[test]
fn two_answers_come_from_two_reviewers() {
    let (ann, bob, eve) = (reviewer("ann"), reviewer("bob"), reviewer("eve"));
    let mut answered = human_loop(2);
    answered.accept(&ann, at(0)).unwrap();
    answered.accept(&bob, at(0)).unwrap();
    assert_eq!(
        answered.accept(&eve, at(1)),
        Err(Gone),
        "both places are taken"
    );
    answered.submit(&ann, json!({"n": 1}), at(2)).unwrap();
    assert_eq!(answered.status, Status::InProgress);
    assert_eq!(
        answered.accept(&ann, at(3)),
        Err(Gone),
        "nobody answers twice"
    );
    assert_eq!(answered.submit(&ann, json!({"n": 1}), at(3)), Err(Gone));
    answered.submit(&bob, json!({"n": 2}), at(4)).unwrap();
    assert_eq!(answered.status, Status::Completed);
}

#[test]
fn a_returned_loop_waits_for_everybody() {
    let (ann, bob) = (reviewer("ann"), reviewer("bob"));
    let mut answered = human_loop(1);
    answered.accept(&ann, at(0)).unwrap();
    answered.give_back(&ann);
    assert!(answered.waits_for(&ann, at(1)) && answered.waits_for(&bob, at(1)));
    assert_eq!(
        answered.submit(&ann, json!({}), at(2)),
        Err(Gone),
        "it is not taken"
    );
}

#[test]
fn nobody_takes_or_answers_an_expired_or_stopped_loop() {
    let ann = reviewer("ann");
    let mut answered = human_loop(1);
    answered.accept(&ann, at(3590)).unwrap();
    assert_eq!(answered.submit(&ann, json!({}), at(3600)), Err(Gone));
    let mut answered = human_loop(1);
    answered.status = Status::Stopped;
    assert_eq!(answered.accept(&ann, at(0)), Err(Gone));
}

#[test]
fn a_loop_that_nobody_answers_in_time_fails_as_expired() {
    let (cloud, _folder) = cloud_with(&human_loop(1));
    let find = || cloud.store.read(|tx| loops::find(tx, REGION, "a")).unwrap();
    expire(&cloud, at(3599));
    assert_eq!(find().status, Status::InProgress);
    assert_eq!(next_expiry(&cloud), Some(at(3600)));
    expire(&cloud, at(3600));
    assert_eq!(find().status, Status::Failed);
    assert_eq!(find().failure.unwrap().code, "Expired");
    let events = cloud.store.read(|tx| tx.pending_events(10));
    assert_eq!(events.len(), 1, "one status change, one event");
    let detail = &events[0].event.detail;
    assert_eq!(detail["humanLoopStatus"], "Failed");
    assert_eq!(detail["failureCode"], "Expired");
    assert_eq!(detail["humanLoopOutput"], json!(null));
    assert_eq!(detail["creationTime"], "1970-01-01T00:00:00.000Z");

    expire(&cloud, at(7200));
    assert_eq!(cloud.store.read(|tx| tx.pending_events(10)).len(), 1);
    assert_eq!(next_expiry(&cloud), None);
}

#[test]
fn an_answer_for_a_bucket_that_is_gone_is_a_failed_loop() {
    let (cloud, _folder) = cloud_with(&human_loop(1));
    let stopped = finish::change(&cloud, (REGION, "a"), |human_loop| {
        human_loop.status = Status::Stopped;
        Ok::<(), ()>(())
    });
    assert!(stopped.unwrap().is_some());
    let ended = cloud.store.read(|tx| loops::find(tx, REGION, "a")).unwrap();
    assert_eq!((ended.status, ended.output_uri), (Status::Failed, None));
    assert!(
        ended
            .failure
            .unwrap()
            .reason
            .contains("bucket b does not exist")
    );
}

/// The table of active loops, for a document that is none: reading it as a loop panics.
const UNREADABLE: Table<Value> = Table::new("a2i/active-human-loop");

#[test]
fn expiry_reads_the_loops_that_are_due_and_no_other() {
    let (cloud, _folder) = cloud_with(&human_loop(1));
    let later = HumanLoop {
        name: "later".to_owned(),
        expires: START + Duration::hours(2),
        ..human_loop(1)
    };
    cloud.store.update(|tx| {
        loops::start(tx, REGION, &later, &json!({}));
        UNREADABLE.put(tx, REGION, "later", &json!({}));
    });
    expire(&cloud, at(3600));
    let status = cloud.store.read(|tx| loops::find(tx, REGION, "a"));
    assert_eq!(status.unwrap().status, Status::Failed);
    assert_eq!(next_expiry(&cloud), Some(at(7200)));
}

#[tokio::test]
async fn an_answer_does_not_wake_the_expiry() {
    let people = People::ready().await;
    people.start_loop("a").await;
    let cloud = &people.cloud;
    let mut woken = cloud.store.changes_of(&[loops::DUE_KIND]);
    let teams = [arn("workteam/private-crowd/team")];
    accept(cloud, (REGION, "a"), &teams, &reviewer("ann")).unwrap();
    tokio::select! {
        biased;
        () = woken.changed() => panic!("the claim woke it"),
        () = std::future::ready(()) => {}
    }
    people.start_loop("b").await;
    woken.changed().await;
}

#[tokio::test]
async fn a_page_of_human_loops_reads_the_loops_of_the_page() {
    let people = People::ready().await;
    for name in ["a", "b", "c"] {
        people.start_loop(name).await;
    }
    let put = |document: &Value| {
        let put = |tx: &Tx| UNREADABLE.put(tx, REGION, "a", document);
        people.cloud.store.update(put);
    };
    let document = people
        .cloud
        .store
        .read(|tx| UNREADABLE.get(tx, REGION, "a"));
    put(&json!({}));
    let flow = arn("flow-definition/reviews");
    let members = json!({ "FlowDefinitionArn": flow, "MaxResults": 2 });
    let page = people.a2i("ListHumanLoops", members).await.unwrap();
    let names = |page: &Value| -> Vec<Value> {
        let summaries = page["HumanLoopSummaries"].as_array().unwrap().iter();
        summaries
            .map(|each| each["HumanLoopName"].clone())
            .collect()
    };
    assert_eq!(names(&page), ["c", "b"]);
    put(&document.unwrap());
    let last = json!({ "FlowDefinitionArn": flow, "NextToken": page["NextToken"] });
    let last = people.a2i("ListHumanLoops", last).await.unwrap();
    assert_eq!(names(&last), ["a"]);
    assert_eq!(last["NextToken"], Value::Null);
}

/// An answer whose output is too large for a row of the store, so that it becomes a file.
fn long_answer() -> Value {
    json!({ "remark": "x".repeat(100_000) })
}

#[tokio::test]
async fn an_output_is_on_disk_before_the_transaction_that_ends_its_loop() {
    let people = People::ready().await;
    people.start_loop("a").await;
    let teams = [arn("workteam/private-crowd/team")];
    let ann = reviewer("ann");
    accept(&people.cloud, (REGION, "a"), &teams, &ann).unwrap();
    let before = blobs(&people.cloud);
    let cloud = people.cloud.clone();
    let submitting = people.cloud.store.update(|_| {
        // This holds the only writer: the thread can write to the disk now, but not in a transaction.
        let submitting = std::thread::spawn(move || {
            submit(&cloud, (REGION, "a"), &teams, &ann, &long_answer()).unwrap();
        });
        let deadline = Instant::now() + std::time::Duration::from_secs(60);
        while blobs(&people.cloud) == before {
            assert!(Instant::now() < deadline, "the output waits for the writer");
            std::thread::yield_now();
        }
        submitting
    });
    submitting.join().unwrap();
    let ended = people.cloud.store.read(|tx| loops::find(tx, REGION, "a"));
    assert_eq!(ended.unwrap().status, Status::Completed);
}

#[tokio::test]
async fn an_answer_that_the_disk_does_not_take_leaves_its_task_open() {
    let people = People::ready().await;
    people.start_loop("a").await;
    let (cloud, ann) = (&people.cloud, reviewer("ann"));
    let teams = [arn("workteam/private-crowd/team")];
    accept(cloud, (REGION, "a"), &teams, &ann).unwrap();
    let incoming = cloud.store.folder().join("incoming");
    std::fs::remove_dir_all(&incoming).unwrap();
    let answer = long_answer();
    let submit = || submit(cloud, (REGION, "a"), &teams, &ann, &answer);
    assert!(catch_unwind(AssertUnwindSafe(submit)).is_err());
    let open = cloud.store.read(|tx| loops::find(tx, REGION, "a"));
    assert_eq!(open.unwrap().status, Status::InProgress);

    std::fs::create_dir(&incoming).unwrap();
    submit().unwrap();
    let ended = cloud.store.read(|tx| loops::find(tx, REGION, "a"));
    assert_eq!(ended.unwrap().status, Status::Completed);
}

#[tokio::test]
async fn a_loop_that_cannot_be_read_stops_the_expiry_of_no_other() {
    let (cloud, _folder) = cloud_with(&human_loop(1));
    let earlier = HumanLoop {
        name: "earlier".to_owned(),
        expires: START + Duration::minutes(1),
        ..human_loop(1)
    };
    cloud.store.update(|tx| {
        loops::start(tx, REGION, &earlier, &json!({}));
        UNREADABLE.put(tx, REGION, "earlier", &json!({}));
    });
    let cloud = Arc::new(cloud);
    let mut changes = cloud.store.changes();
    let driver = tokio::spawn(drive(cloud.clone(), expiry::CONTROLLER));
    while cloud
        .store
        .read(|tx| loops::active(tx, REGION, "a"))
        .is_some()
    {
        changes.changed().await;
    }
    driver.abort();
}

#[tokio::test]
async fn a_loop_of_another_team_is_neither_shown_nor_taken() {
    let people = People::ready().await;
    people.start_loop("a").await;
    let (cloud, ann) = (&people.cloud, reviewer("ann"));
    let others = [arn("workteam/private-crowd/others")];
    assert!(waiting(cloud, REGION, &others, &ann).is_empty());
    assert!(accept(cloud, (REGION, "a"), &others, &ann).is_err());
    let teams = [arn("workteam/private-crowd/team")];
    assert_eq!(waiting(cloud, REGION, &teams, &ann).len(), 1);
}

fn next_expiry(cloud: &Cloud) -> Option<OffsetDateTime> {
    let first = cloud.store.read(|tx| loops::first_due(tx, 1));
    first.first().map(|due| due.expires)
}

fn cloud_with(human_loop: &HumanLoop) -> (Cloud, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let cloud = Cloud::open(Settings::new(folder.path())).unwrap();
    cloud
        .store
        .update(|tx| loops::start(tx, REGION, human_loop, &json!({})));
    (cloud, folder)
}

/// How many files there are below the folder of blobs.
fn blobs(cloud: &Cloud) -> usize {
    fn files(folder: &Path) -> usize {
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        entries
            .map(|entry| match entry.path() {
                path if path.is_dir() => files(&path),
                _ => 1,
            })
            .sum()
    }
    files(&cloud.store.folder().join("blobs"))
}
