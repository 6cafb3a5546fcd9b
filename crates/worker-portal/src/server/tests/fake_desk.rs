//! Every name is a worker. There is one password, and one task that every worker has taken.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};
use time::OffsetDateTime;
use tokio::task::yield_now;

use crate::template::GrantReadAccess;
use crate::{
    Answers, Desk, Given, List, NoTask, NotChosen, Opened, Progress, Session, Sessions, Task,
    Unavailable, Waiting, Worker,
};

const PROGRESS: Progress = Progress {
    open: 1,
    today: Some(3),
};

pub const TEMPORARY: &str = "temporary";

pub struct FakeDesk {
    pub password: Mutex<String>,
    pub template: String,
    pub grant: GrantReadAccess,
    /// Passwords that were looked at.
    pub tried: AtomicUsize,
    pub hashing: AtomicUsize,
    pub most_at_once: AtomicUsize,
    pub secrets: AtomicUsize,
    /// With the password that each was opened with.
    pub sessions: Sessions<(Worker, String)>,
    pub answers: Mutex<Vec<Value>>,
    pub skips: Mutex<Vec<String>>,
    /// How many questions it still answers.
    pub reachable: AtomicUsize,
}

impl Default for FakeDesk {
    fn default() -> Self {
        Self {
            password: Mutex::new("right".to_owned()),
            template: "<p>{{ task.input.text }}</p>".to_owned(),
            grant: GrantReadAccess::none(),
            tried: AtomicUsize::new(0),
            hashing: AtomicUsize::new(0),
            most_at_once: AtomicUsize::new(0),
            secrets: AtomicUsize::new(0),
            sessions: Sessions::default(),
            answers: Mutex::default(),
            skips: Mutex::default(),
            reachable: AtomicUsize::new(usize::MAX),
        }
    }
}

impl FakeDesk {
    pub fn set_password(&self, password: &str) {
        password.clone_into(&mut self.password.lock().unwrap());
    }

    fn open(&self, username: &str, password: &str) -> String {
        let token = format!("secret-{}", self.secrets.fetch_add(1, Ordering::Relaxed));
        let worker = Worker {
            id: username.to_owned(),
            name: username.to_owned(),
        };
        let session = (worker, password.to_owned());
        self.sessions.open(&token, session, self.now());
        token
    }

    fn reach(&self) -> Result<(), Unavailable> {
        let one_less = |questions: usize| questions.checked_sub(1);
        let order = Ordering::Relaxed;
        let reached = self.reachable.fetch_update(order, order, one_less);
        reached.map(drop).map_err(|_| Unavailable)
    }

    fn is_password(&self, password: &str) -> bool {
        *self.password.lock().unwrap() == password
    }

    /// As long as other requests take to come in between.
    async fn hash(&self) {
        let at_once = self.hashing.fetch_add(1, Ordering::Relaxed) + 1;
        self.most_at_once.fetch_max(at_once, Ordering::Relaxed);
        for _ in 0..100 {
            yield_now().await;
        }
        self.hashing.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Desk for FakeDesk {
    fn now(&self) -> OffsetDateTime {
        OffsetDateTime::UNIX_EPOCH + time::Duration::days(1)
    }

    async fn sign_in(&self, username: &str, password: &str) -> Result<Opened, Unavailable> {
        self.reach()?;
        self.tried.fetch_add(1, Ordering::Relaxed);
        self.hash().await;
        if !self.is_password(password) {
            return Ok(Opened::Refused);
        }
        let token = self.open(username, password);
        match password {
            TEMPORARY => Ok(Opened::NewPassword(token)),
            _ => Ok(Opened::Signed(token)),
        }
    }

    async fn session(&self, token: &str) -> Result<Option<Session>, Unavailable> {
        self.reach()?;
        let found = self.sessions.find(token, self.now());
        let (worker, password) = match found {
            Some(signed) if self.is_password(&signed.1) => signed,
            _ => {
                self.sessions.close(token);
                return Ok(None);
            }
        };
        Ok(Some(Session {
            worker,
            must_choose_password: password == TEMPORARY,
        }))
    }

    async fn choose_password(&self, challenge: &str, password: &str) -> Result<String, NotChosen> {
        self.reach().map_err(|Unavailable| NotChosen::Unavailable)?;
        self.hash().await;
        let found = self.sessions.find(challenge, self.now());
        let Some((worker, TEMPORARY)) = found.as_ref().map(|(it, given)| (it, given.as_str()))
        else {
            return Err(NotChosen::NotTemporary);
        };
        {
            let mut current = self.password.lock().unwrap();
            if *current != TEMPORARY {
                return Err(NotChosen::NotTemporary);
            }
            password.clone_into(&mut current);
        }
        self.sessions.close(challenge);
        Ok(self.open(&worker.name, password))
    }

    async fn sign_out(&self, token: &str) -> Result<(), Unavailable> {
        self.reach()?;
        self.sessions.close(token);
        Ok(())
    }

    async fn waiting(&self, _worker: &Worker) -> Result<List, Unavailable> {
        self.reach()?;
        Ok(List {
            tasks: vec![waiting()],
            progress: PROGRESS,
        })
    }

    async fn progress(&self, _worker: &Worker) -> Result<Progress, Unavailable> {
        self.reach()?;
        Ok(PROGRESS)
    }

    async fn next(&self, _worker: &Worker) -> Result<Option<String>, Unavailable> {
        self.reach()?;
        Ok(Some(waiting().id))
    }

    async fn accept(&self, worker: &Worker, id: &str) -> Result<Task, NoTask> {
        self.accepted(worker, id).await
    }

    async fn accepted(&self, _worker: &Worker, id: &str) -> Result<Task, NoTask> {
        self.reach()?;
        if id != waiting().id {
            return Err(NoTask::Gone);
        }
        Ok(Task {
            waiting: waiting(),
            template: self.template.clone(),
            input: json!({"text": "nice"}),
            given: None,
        })
    }

    async fn submit(&self, _worker: &Worker, _id: &str, answer: Value) -> Result<(), NoTask> {
        self.reach()?;
        if answer
            .get("label")
            .is_some_and(|label| label == "none of them")
        {
            return Err(NoTask::Refused("There is no such label.".to_owned()));
        }
        self.answers.lock().unwrap().push(answer);
        Ok(())
    }

    async fn give_back(&self, _worker: &Worker, _id: &str) -> Result<(), Unavailable> {
        self.reach()
    }

    fn skip_reasons(&self) -> &[&str] {
        &["It is <no> review"]
    }

    async fn skip(&self, _worker: &Worker, _id: &str, reason: &str) -> Result<(), NoTask> {
        self.reach()?;
        self.skips.lock().unwrap().push(reason.to_owned());
        Ok(())
    }

    async fn answers(&self, _worker: &Worker) -> Result<Option<Answers>, Unavailable> {
        self.reach()?;
        Ok(Some(Answers {
            newest: vec![given()],
            in_all: 7,
        }))
    }

    async fn given(&self, _worker: &Worker, id: &str) -> Result<Option<Given>, Unavailable> {
        self.reach()?;
        Ok((id == given().id).then(given))
    }

    fn grant_read_access(&self, _worker: &Worker, _task: &Task) -> GrantReadAccess {
        self.grant.clone()
    }
}

/// An answer to the one task, as it was before.
fn given() -> Given {
    Given {
        id: "one".to_owned(),
        text: "A <b>nice</b> coat".to_owned(),
        label: "Happy".to_owned(),
        at: "1970-01-02T00:00:00.000Z".to_owned(),
        seconds: 80,
        change_until: Some("1970-01-02T00:10:00.000Z".to_owned()),
    }
}

fn waiting() -> Waiting {
    Waiting {
        id: "one".to_owned(),
        human_loop: "one".to_owned(),
        title: "Is it nice?".to_owned(),
        description: String::new(),
        flow: "reviews".to_owned(),
    }
}
