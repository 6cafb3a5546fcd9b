//! The portal's desk: which workers may sign in, and which loops wait for them.

use std::sync::Arc;

use serde_json::Value;
use time::OffsetDateTime;
use worker_portal::template::GrantReadAccess;
use worker_portal::{Desk, NotChosen, SignIn, Task, TaskGone, Waiting, Worker};

use crate::a2i::{self, Gone, Reviewer};
use crate::cognito::{self, Checked, Credential, Status};
use crate::workforce::grant::grant_read_access;
use crate::workforce::team::teams_of;
use crate::workforce::workforces;
use local_core::Cloud;

pub struct PortalDesk {
    cloud: Arc<Cloud>,
}

/// A worker's id taken apart: `REGION POOL SUB USERNAME`.
struct Identity<'a> {
    region: &'a str,
    pool: &'a str,
    sub: &'a str,
    username: &'a str,
}

impl<'a> Identity<'a> {
    fn of(worker: &'a Worker) -> Self {
        let mut parts = worker.id.splitn(4, ' ');
        let mut next = || {
            parts
                .next()
                .expect("the portal keeps the id that sign_in made")
        };
        Self {
            region: next(),
            pool: next(),
            sub: next(),
            username: next(),
        }
    }

    fn reviewer(&self) -> Reviewer {
        Reviewer {
            sub: self.sub.to_owned(),
            issuer: cognito::issuer(self.pool),
        }
    }
}

impl PortalDesk {
    pub fn new(cloud: &Arc<Cloud>) -> Self {
        Self {
            cloud: cloud.clone(),
        }
    }

    fn teams(&self, identity: &Identity) -> Vec<String> {
        let Identity {
            region,
            pool,
            username,
            ..
        } = identity;
        self.cloud
            .store
            .read(|tx| teams_of(tx, region, pool, username))
    }
}

impl Desk for PortalDesk {
    fn now(&self) -> OffsetDateTime {
        self.cloud.world.now()
    }

    fn unguessable(&self) -> String {
        self.cloud.world.dice("portal/session").hex(32)
    }

    async fn sign_in(&self, username: &str, password: &str) -> SignIn {
        let (username, password) = (username.to_owned(), password.to_owned());
        let cloud = self.cloud.clone();
        // Hashing takes its time on purpose; other visitors do not wait for it.
        tokio::task::spawn_blocking(move || sign_in(&cloud, &username, &password))
            .await
            .unwrap_or(SignIn::Refused)
    }

    async fn is_current(&self, worker: &Worker) -> bool {
        let identity = Identity::of(worker);
        let pool = (identity.region, identity.pool);
        cognito::is_current(&self.cloud, pool, identity.username, &credential(worker))
    }

    async fn choose_password(&self, worker: &Worker, password: &str) -> Result<Worker, NotChosen> {
        let (cloud, worker, password) = (self.cloud.clone(), worker.clone(), password.to_owned());
        tokio::task::spawn_blocking(move || choose_password(&cloud, worker, &password))
            .await
            .unwrap_or(Err(NotChosen::NotTemporary))
    }

    async fn waiting(&self, worker: &Worker) -> Vec<Waiting> {
        let identity = Identity::of(worker);
        let teams = self.teams(&identity);
        a2i::waiting(&self.cloud, identity.region, &teams, &identity.reviewer())
            .iter()
            .map(shown)
            .collect()
    }

    async fn next(&self, worker: &Worker) -> Option<String> {
        let identity = Identity::of(worker);
        let teams = self.teams(&identity);
        a2i::next(&self.cloud, identity.region, &teams, &identity.reviewer())
    }

    async fn accept(&self, worker: &Worker, id: &str) -> Result<Task, TaskGone> {
        let identity = Identity::of(worker);
        let (place, teams) = ((identity.region, id), self.teams(&identity));
        let taken = a2i::accept(&self.cloud, place, &teams, &identity.reviewer());
        self.task(taken)
    }

    async fn accepted(&self, worker: &Worker, id: &str) -> Result<Task, TaskGone> {
        let identity = Identity::of(worker);
        let (place, teams) = ((identity.region, id), self.teams(&identity));
        let taken = a2i::accepted(&self.cloud, place, &teams, &identity.reviewer());
        self.task(taken)
    }

    async fn submit(&self, worker: &Worker, id: &str, answer: Value) -> Result<(), TaskGone> {
        let identity = Identity::of(worker);
        let (place, teams) = ((identity.region, id), self.teams(&identity));
        a2i::submit(&self.cloud, place, &teams, &identity.reviewer(), &answer)
            .map_err(|Gone| TaskGone)
    }

    async fn give_back(&self, worker: &Worker, id: &str) {
        let identity = Identity::of(worker);
        a2i::give_back(&self.cloud, (identity.region, id), &identity.reviewer());
    }

    fn grant_read_access(&self, worker: &Worker, task: &Task) -> GrantReadAccess {
        let region = Identity::of(worker).region;
        grant_read_access(
            &self.cloud,
            &a2i::principal(&self.cloud, region, &task.waiting.id),
        )
    }
}

impl PortalDesk {
    fn task(&self, taken: Result<(a2i::HumanLoop, Value), Gone>) -> Result<Task, TaskGone> {
        let (human_loop, input) = taken.map_err(|Gone| TaskGone)?;
        Ok(Task {
            waiting: shown(&human_loop),
            template: a2i::template(&self.cloud, &human_loop),
            input,
        })
    }
}

/// A user of a workforce's pool who is in at least one work team.
fn sign_in(cloud: &Cloud, username: &str, password: &str) -> SignIn {
    let workforces = cloud.store.read(workforces::everywhere);
    for (region, workforce) in workforces {
        let pool = &workforce.request.cognito_config.user_pool;
        let Ok(Checked { credential, status }) =
            cognito::check_password(cloud, (&region, pool), username, password)
        else {
            continue;
        };
        if cloud
            .store
            .read(|tx| teams_of(tx, &region, pool, username))
            .is_empty()
        {
            continue;
        }
        let worker = Worker {
            id: format!("{region} {pool} {} {username}", credential.sub),
            name: username.to_owned(),
            credential: credential.password,
        };
        return match status {
            Status::Confirmed => SignIn::Welcome(worker),
            Status::ForceChangePassword => SignIn::NewPasswordRequired(worker),
        };
    }
    SignIn::Refused
}

fn choose_password(cloud: &Cloud, worker: Worker, password: &str) -> Result<Worker, NotChosen> {
    let identity = Identity::of(&worker);
    let (pool, name) = ((identity.region, identity.pool), identity.username);
    match cognito::choose_password(cloud, pool, name, &credential(&worker), password) {
        Ok(chosen) => Ok(Worker {
            credential: chosen.password,
            ..worker
        }),
        Err(cognito::NotChosen::Weak(error)) => Err(NotChosen::Weak(error.message)),
        Err(cognito::NotChosen::NotTemporary) => Err(NotChosen::NotTemporary),
    }
}

/// Of the password that the worker signed in with.
fn credential(worker: &Worker) -> Credential {
    Credential {
        sub: Identity::of(worker).sub.to_owned(),
        password: worker.credential.clone(),
    }
}

fn shown(human_loop: &a2i::HumanLoop) -> Waiting {
    Waiting {
        id: human_loop.name.clone(),
        human_loop: human_loop.name.clone(),
        title: human_loop.title.clone(),
        description: human_loop.description.clone(),
        flow: human_loop.flow_definition_arn.clone(),
    }
}
