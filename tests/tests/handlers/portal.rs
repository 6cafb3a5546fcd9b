//! A stack with the review portal in place of A2I, and its workers.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use aws_config::SdkConfig;
use aws_smithy_async::time::TimeSource;
use collect_labels::Outcome;
use contracts::dataset::Origin;
use contracts::names;
use contracts::review::HumanLoopInput;
use contracts::task::{Moment, Task, Worker};
use loop_state::human_loops::{self, Asked, Question};
use loop_state::{Bucket, Clock, Reviewers, tasks};
use policy::task::{self, Refusal};
use policy::text::row_hash;
use serde_json::json;

use super::review::{People, SAMPLE_LOOP};
use super::setup::{STACK, Setup, event};

/// A stack whose reviewers are the portal's, and the clock of its functions. Requests are signed by the machine's:
/// S3 refuses those of another time.
pub struct Stage {
    pub people: People,
    ahead: Ahead,
}

/// The machine's time, and so many seconds.
#[derive(Debug, Clone, Default)]
struct Ahead(Arc<AtomicU64>);

impl TimeSource for Ahead {
    fn now(&self) -> SystemTime {
        SystemTime::now() + Duration::from_secs(self.0.load(Ordering::Relaxed))
    }
}

impl Stage {
    pub async fn new() -> Self {
        let setup = Setup::new().await;
        let people = People {
            reviewers: names::review_portal(STACK),
            a2i: aws_sdk_sagemakera2iruntime::Client::new(&setup.config),
            setup,
        };
        Self {
            people,
            ahead: Ahead::default(),
        }
    }

    pub fn bucket(&self) -> &Bucket {
        &self.people.setup.bucket
    }

    pub fn wait(&self, seconds: i32) {
        let seconds = u64::try_from(seconds).unwrap();
        self.ahead.0.fetch_add(seconds, Ordering::Relaxed);
    }

    fn config(&self) -> SdkConfig {
        let config = self.people.setup.config.to_builder();
        config.time_source(self.ahead.clone()).build()
    }

    pub fn clock(&self) -> Clock {
        Clock::new(&self.config())
    }

    /// The portal as a function asks it, through its own bucket.
    fn reviewers(&self, bucket: &Bucket) -> Option<Reviewers> {
        let name = &self.people.reviewers;
        Some(Reviewers::new(&self.config(), bucket, name))
    }

    pub fn predictor(&self) -> predict::Deps {
        let mut deps = self.people.predictor(0.0, 9);
        deps.clock = self.clock();
        deps.reviewers = self.reviewers(&deps.bucket);
        deps
    }

    pub fn requester(&self, budget: usize, daily_cap: usize) -> request_labels::Deps {
        let mut deps = self.people.requester(budget, daily_cap);
        deps.clock = self.clock();
        deps.reviewers = self.reviewers(&deps.bucket);
        deps
    }

    pub fn collector(&self) -> collect_labels::Deps {
        let mut deps = self.people.collector();
        deps.clock = self.clock();
        deps.reviewers = self.reviewers(&deps.bucket);
        deps
    }

    pub fn reconciler(&self) -> reconcile::Deps {
        let mut deps = self.people.reconciler();
        deps.clock = self.clock();
        deps.reviewers = self.reviewers(&deps.bucket);
        deps
    }

    /// Asks about a text as predict does; the loop's name.
    pub async fn ask(&self, text: &str) -> String {
        let predictor = self.predictor();
        let question = question(text);
        let reviewers = predictor.reviewers.as_ref().unwrap();
        let now = predictor.clock.now();
        let asked = human_loops::ask(reviewers, &predictor.bucket, question, None, now).await;
        match asked.unwrap() {
            Asked::Yes { human_loop } => human_loop,
            Asked::Elsewhere | Asked::Refused { .. } => panic!("{text} is asked"),
        }
    }

    /// What the portal does for a worker.
    async fn act(
        &self,
        human_loop: &str,
        rule: impl Fn(&Task, Moment) -> Result<Task, Refusal>,
    ) -> Result<Task, Refusal> {
        let now = self.clock().moment();
        let changed = tasks::change(self.bucket(), human_loop, |task| rule(task, now));
        changed.await.unwrap()
    }

    pub async fn take(&self, human_loop: &str, sub: &str) -> Result<Task, Refusal> {
        let worker = worker(sub);
        let rule = |task: &Task, now| task::take(task, &worker, now);
        self.act(human_loop, rule).await
    }

    pub async fn submit(&self, human_loop: &str, sub: &str, label: &str) -> Result<Task, Refusal> {
        let (worker, content) = (worker(sub), json!({"sentiment": {"label": label}}));
        let rule = |task: &Task, now| task::submit(task, &worker, &content, now);
        self.act(human_loop, rule).await
    }

    /// All that the portal does, but for the event.
    pub async fn answer(&self, human_loop: &str, sub: &str, label: &str) -> Task {
        self.take(human_loop, sub).await.unwrap();
        let answered = self.submit(human_loop, sub, label).await.unwrap();
        tasks::told(self.bucket(), &answered).await.unwrap();
        answered
    }

    /// The worker's answer becomes another, and the portal dies before it tells.
    pub async fn change(&self, human_loop: &str, sub: &str, label: &str) -> Task {
        let content = json!({"sentiment": {"label": label}});
        let worker = worker(sub);
        let changed = self.act(human_loop, |task, now| {
            task::change(task, &worker, &content, now)
        });
        changed.await.unwrap()
    }

    pub async fn task(&self, human_loop: &str) -> Task {
        tasks::find(self.bucket(), human_loop)
            .await
            .unwrap()
            .unwrap()
    }

    /// The event of a loop's end comes.
    pub async fn collect(&self, human_loop: &str) -> Outcome {
        let event = event("portal-human-loop-completed", &[(SAMPLE_LOOP, human_loop)]);
        let collector = self.collector();
        collect_labels::handle(&collector, event).await.unwrap()
    }
}

pub fn question(text: &str) -> Question {
    Question {
        input: HumanLoopInput {
            task_object: text.into(),
            context: Vec::new(),
            initial_value: "1".into(),
            labels: ["-1", "0", "1"].map(str::to_owned).into(),
            origin: Origin::Audit,
            text_hash: row_hash(text),
        },
        predicted: "1".into(),
        probabilities: [].into(),
        inclusion_probability: None,
        answers: Vec::new(),
    }
}

pub fn worker(sub: &str) -> Worker {
    let issuer = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_pool".to_owned();
    Worker {
        id: policy::naming::worker(&issuer, sub),
        issuer,
        sub: sub.to_owned(),
    }
}
