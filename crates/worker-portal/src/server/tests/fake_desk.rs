//! Every name is a worker. There is one password, and one task that every worker has taken.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};
use time::OffsetDateTime;
use tokio::task::yield_now;

use crate::template::GrantReadAccess;
use crate::{Desk, NotChosen, SignIn, Task, TaskGone, Waiting, Worker};

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
        }
    }
}

impl FakeDesk {
    pub fn set_password(&self, password: &str) {
        password.clone_into(&mut self.password.lock().unwrap());
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

    fn unguessable(&self) -> String {
        format!("secret-{}", self.secrets.fetch_add(1, Ordering::Relaxed))
    }

    async fn sign_in(&self, username: &str, password: &str) -> SignIn {
        self.tried.fetch_add(1, Ordering::Relaxed);
        self.hash().await;
        let worker = Worker {
            id: username.to_owned(),
            name: username.to_owned(),
            credential: password.to_owned(),
        };
        match password {
            _ if !self.is_password(password) => SignIn::Refused,
            TEMPORARY => SignIn::NewPasswordRequired(worker),
            _ => SignIn::Welcome(worker),
        }
    }

    async fn is_current(&self, worker: &Worker) -> bool {
        self.is_password(&worker.credential)
    }

    async fn choose_password(&self, worker: &Worker, password: &str) -> Result<Worker, NotChosen> {
        self.hash().await;
        let mut current = self.password.lock().unwrap();
        if *current != TEMPORARY || worker.credential != TEMPORARY {
            return Err(NotChosen::NotTemporary);
        }
        password.clone_into(&mut current);
        Ok(Worker {
            credential: password.to_owned(),
            ..worker.clone()
        })
    }

    async fn waiting(&self, _worker: &Worker) -> Vec<Waiting> {
        vec![waiting()]
    }

    async fn next(&self, _worker: &Worker) -> Option<String> {
        Some(waiting().id)
    }

    async fn accept(&self, worker: &Worker, id: &str) -> Result<Task, TaskGone> {
        self.accepted(worker, id).await
    }

    async fn accepted(&self, _worker: &Worker, id: &str) -> Result<Task, TaskGone> {
        if id != waiting().id {
            return Err(TaskGone);
        }
        Ok(Task {
            waiting: waiting(),
            template: self.template.clone(),
            input: json!({"text": "nice"}),
        })
    }

    async fn submit(&self, _worker: &Worker, _id: &str, _answer: Value) -> Result<(), TaskGone> {
        Ok(())
    }

    async fn give_back(&self, _worker: &Worker, _id: &str) {}

    fn grant_read_access(&self, _worker: &Worker, _task: &Task) -> GrantReadAccess {
        self.grant.clone()
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
