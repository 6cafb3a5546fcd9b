//! What the portal lists for a reviewer, and what it reads for that.

use contracts::keys;
use contracts::task::Task;
use loop_state::Bucket;
use loop_state::tasks::waiting::{self, Waiting};
use loop_state::tasks::{self, claims};
use policy::task;

use super::counting::Counting;
use super::portal::{Stage, question, worker};

impl Stage {
    /// An open task, to any reviewer except these.
    async fn open(&self, name: &str, except: &[&str]) {
        let except = except.iter().map(|sub| worker(sub).id).collect();
        let (input, now) = (question(name).input, self.clock().moment());
        let task = task::new(name, &self.people.reviewers, input, except, now);
        assert!(tasks::create(self.bucket(), &task).await.unwrap());
    }

    async fn waiting(&self, sub: &str, most: usize) -> Waiting {
        let (worker, now) = (worker(sub), self.clock().moment());
        let waiting = waiting::of(self.bucket(), &worker, most, now).await;
        waiting.unwrap()
    }

    /// As the portal takes a task.
    async fn claim(&self, name: &str, sub: &str) {
        let noted = claims::note(self.bucket(), &worker(sub), name).await;
        noted.unwrap();
        self.take(name, sub).await.unwrap();
    }
}

fn names(waiting: &Waiting) -> Vec<&str> {
    let names = waiting.tasks.iter().map(|task| task.human_loop.as_str());
    names.collect()
}

#[tokio::test]
async fn a_list_reads_no_more_tasks_than_it_shows_however_many_are_open() {
    let stage = Stage::new().await;
    for number in 0..30 {
        let except: &[&str] = if number < 20 { &["ann"] } else { &[] };
        stage.open(&format!("t-{number:02}"), except).await;
    }
    let setup = &stage.people.setup;
    let calls = Counting::new(setup.aws.connector());
    let config = setup.through("review-portal", calls.clone());
    let bucket = Bucket::new(&config, &setup.bucket.name);
    for (sub, most, first, open) in [
        ("ann", 5, "t-20", 10),
        ("bob", 5, "t-00", 30),
        ("ann", 1, "t-20", 10),
    ] {
        let before = calls.count_of("GET", keys::TASKS);
        let now = stage.clock().moment();
        let list = waiting::of(&bucket, &worker(sub), most, now).await.unwrap();
        assert_eq!((list.open, list.tasks.len()), (open, most), "{sub}");
        assert_eq!(names(&list)[0], first, "{sub}");
        let read = calls.count_of("GET", keys::TASKS) - before;
        assert!(
            read < (2 * most).max(5),
            "{sub} has {most} of {read} tasks read"
        );
    }
}

#[tokio::test]
async fn the_task_that_a_reviewer_has_comes_first_and_one_that_is_lost_is_no_longer_looked_for() {
    let stage = Stage::new().await;
    for name in ["a", "b", "c", "d"] {
        stage.open(name, &[]).await;
    }
    stage.claim("c", "ann").await;
    assert_eq!(names(&stage.waiting("ann", 9).await), ["c", "a", "b", "d"]);
    assert_eq!(names(&stage.waiting("ann", 1).await), ["c"]);
    assert_eq!(names(&stage.waiting("bob", 9).await), ["a", "b", "d"]);
    // A crash after the mark: the task is not ann's, and she may have it.
    let noted = claims::note(stage.bucket(), &worker("ann"), "d").await;
    noted.unwrap();
    assert_eq!(names(&stage.waiting("ann", 2).await), ["c", "d"]);
    // A crash before the mark cannot be; and what another has is nothing of hers.
    stage.claim("d", "bob").await;
    stage.submit("c", "ann", "0").await.unwrap();
    assert_eq!(names(&stage.waiting("ann", 9).await), ["a", "b"]);
    let marks = claims::of(stage.bucket(), &worker("ann")).await.unwrap();
    assert_eq!(marks, [""; 0]);
}

/// A key has not the room for all of them.
#[tokio::test]
async fn a_task_that_forty_reviewers_must_not_answer_is_the_next_ones_and_none_of_theirs() {
    let stage = Stage::new().await;
    let subs: Vec<String> = (0..40).map(|number| format!("reviewer {number}")).collect();
    let subs: Vec<&str> = subs.iter().map(String::as_str).collect();
    let name = "t".repeat(63);
    stage.open(&name, &subs).await;
    for sub in subs {
        assert_eq!(names(&stage.waiting(sub, 9).await), [""; 0], "{sub}");
        assert!(stage.take(&name, sub).await.is_err(), "{sub}");
    }
    assert_eq!(names(&stage.waiting("ann", 9).await), [name.as_str()]);
    let answered = stage.answer(&name, "ann", "1").await;
    assert!(answered.answer.is_some());
    assert!(stage.people.setup.keys(keys::OPEN_TASKS).await.is_empty());
}

#[tokio::test]
async fn a_mark_whose_task_is_not_written_yet_is_counted_and_not_shown() {
    let stage = Stage::new().await;
    let mark = keys::open_task("not-yet", &[]);
    stage.people.setup.put(&mark, "").await;
    let list = stage.waiting("ann", 9).await;
    assert_eq!((list.open, list.tasks), (1, Vec::<Task>::new()));
}
