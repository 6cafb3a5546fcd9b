//! The portal's desk: which workers may sign in, and which loops wait for them.

use std::sync::Arc;

use serde_json::Value;
use time::OffsetDateTime;
use worker_portal::template::GrantReadAccess;
use worker_portal::{
    Desk, List, NoTask, NotChosen, Opened, Progress, Session, Sessions, Task, Unavailable, Waiting,
    Worker,
};

use crate::a2i::{self, Gone, Reviewer};
use crate::cognito::{self, Checked, Credential, Status};
use crate::workforce::grant::grant_read_access;
use crate::workforce::team::teams_of;
use crate::workforce::workforces;
use local_core::Cloud;
use local_core::store::Tx;

/// Its store is in this process: it is never unavailable.
pub struct PortalDesk {
    cloud: Arc<Cloud>,
    sessions: Sessions<Signed>,
}

/// Who signed in, and with which password.
#[derive(Clone)]
struct Signed {
    worker: Worker,
    credential: Credential,
    status: Status,
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
                .expect("a session keeps the id that sign_in made")
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
            sessions: Sessions::default(),
        }
    }

    /// The token of a new session.
    fn open(&self, signed: Signed) -> String {
        let token = self.cloud.world.dice("portal/session").hex(32);
        self.sessions.open(&token, signed, self.now());
        token
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

    async fn sign_in(&self, username: &str, password: &str) -> Result<Opened, Unavailable> {
        let (username, password) = (username.to_owned(), password.to_owned());
        let cloud = self.cloud.clone();
        // Hashing takes its time on purpose; other visitors do not wait for it.
        let checked = tokio::task::spawn_blocking(move || sign_in(&cloud, &username, &password));
        let Some(signed) = checked.await.ok().flatten() else {
            return Ok(Opened::Refused);
        };
        Ok(match signed.status {
            Status::Confirmed => Opened::Signed(self.open(signed)),
            Status::ForceChangePassword => Opened::NewPassword(self.open(signed)),
        })
    }

    async fn session(&self, token: &str) -> Result<Option<Session>, Unavailable> {
        let Some(signed) = self.sessions.find(token, self.now()) else {
            return Ok(None);
        };
        let identity = Identity::of(&signed.worker);
        let pool = (identity.region, identity.pool);
        if !cognito::is_current(&self.cloud, pool, identity.username, &signed.credential) {
            self.sessions.close(token);
            return Ok(None);
        }
        Ok(Some(Session {
            must_choose_password: signed.status == Status::ForceChangePassword,
            worker: signed.worker,
        }))
    }

    async fn choose_password(&self, challenge: &str, password: &str) -> Result<String, NotChosen> {
        let signed = self.sessions.find(challenge, self.now());
        let signed = signed.ok_or(NotChosen::NotTemporary)?;
        let (cloud, password) = (self.cloud.clone(), password.to_owned());
        let chosen =
            tokio::task::spawn_blocking(move || choose_password(&cloud, signed, &password))
                .await
                .unwrap_or(Err(NotChosen::NotTemporary))?;
        self.sessions.close(challenge);
        Ok(self.open(chosen))
    }

    async fn sign_out(&self, token: &str) -> Result<(), Unavailable> {
        self.sessions.close(token);
        Ok(())
    }

    /// All of them, and only the worker's: A2I shows a worker no number of others' tasks.
    async fn waiting(&self, worker: &Worker) -> Result<List, Unavailable> {
        let identity = Identity::of(worker);
        let (region, teams) = (identity.region, self.teams(&identity));
        let waiting = a2i::waiting(&self.cloud, region, &teams, &identity.reviewer());
        let tasks: Vec<Waiting> = waiting.iter().map(shown).collect();
        Ok(List {
            progress: Progress {
                open: tasks.len(),
                today: None,
            },
            tasks,
        })
    }

    async fn progress(&self, worker: &Worker) -> Result<Progress, Unavailable> {
        Ok(self.waiting(worker).await?.progress)
    }

    async fn next(&self, worker: &Worker) -> Result<Option<String>, Unavailable> {
        let identity = Identity::of(worker);
        let (region, teams) = (identity.region, self.teams(&identity));
        Ok(a2i::next(&self.cloud, region, &teams, &identity.reviewer()))
    }

    async fn accept(&self, worker: &Worker, id: &str) -> Result<Task, NoTask> {
        let identity = Identity::of(worker);
        let (place, teams) = ((identity.region, id), self.teams(&identity));
        let taken = a2i::accept(&self.cloud, place, &teams, &identity.reviewer());
        self.task(taken)
    }

    async fn accepted(&self, worker: &Worker, id: &str) -> Result<Task, NoTask> {
        let identity = Identity::of(worker);
        let (place, teams) = ((identity.region, id), self.teams(&identity));
        let taken = a2i::accepted(&self.cloud, place, &teams, &identity.reviewer());
        self.task(taken)
    }

    async fn submit(&self, worker: &Worker, id: &str, answer: Value) -> Result<(), NoTask> {
        let identity = Identity::of(worker);
        let (place, teams) = ((identity.region, id), self.teams(&identity));
        a2i::submit(&self.cloud, place, &teams, &identity.reviewer(), &answer)
            .map_err(|Gone| NoTask::Gone)
    }

    async fn give_back(&self, worker: &Worker, id: &str) -> Result<(), Unavailable> {
        let identity = Identity::of(worker);
        a2i::give_back(&self.cloud, (identity.region, id), &identity.reviewer());
        Ok(())
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
    fn task(&self, taken: Result<(a2i::HumanLoop, Value), Gone>) -> Result<Task, NoTask> {
        let (human_loop, input) = taken.map_err(|Gone| NoTask::Gone)?;
        Ok(Task {
            waiting: shown(&human_loop),
            template: a2i::template(&self.cloud, &human_loop),
            input,
            given: None,
        })
    }
}

/// A user of a workforce's pool who is in at least one work team.
fn sign_in(cloud: &Cloud, username: &str, password: &str) -> Option<Signed> {
    let workforces = cloud.store.read(workforces::everywhere);
    workforces.into_iter().find_map(|(region, workforce)| {
        let pool = &workforce.request.cognito_config.user_pool;
        let checked = cognito::check_password(cloud, (&region, pool), username, password);
        let Checked { credential, status } = checked.ok()?;
        let teams = |tx: &Tx| teams_of(tx, &region, pool, username);
        if cloud.store.read(teams).is_empty() {
            return None;
        }
        let worker = Worker {
            id: format!("{region} {pool} {} {username}", credential.sub),
            name: username.to_owned(),
        };
        Some(Signed {
            worker,
            credential,
            status,
        })
    })
}

fn choose_password(cloud: &Cloud, signed: Signed, password: &str) -> Result<Signed, NotChosen> {
    let identity = Identity::of(&signed.worker);
    let (pool, name) = ((identity.region, identity.pool), identity.username);
    match cognito::choose_password(cloud, pool, name, &signed.credential, password) {
        Ok(credential) => Ok(Signed {
            credential,
            status: Status::Confirmed,
            ..signed
        }),
        Err(cognito::NotChosen::Weak(error)) => Err(NotChosen::Weak(error.message)),
        Err(cognito::NotChosen::NotTemporary) => Err(NotChosen::NotTemporary),
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
