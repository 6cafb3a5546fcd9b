//! The desk of the pages: Cognito's sessions, and the versions that wait as its tasks.

use contracts::approval::{Approvals, Vote};
use policy::{approval, naming};
use serde_json::Value;
use time::OffsetDateTime;
use tracing::error;
use worker_portal::template::GrantReadAccess;
use worker_portal::{
    Desk, Given, List, NoTask, NotChosen, Opened, Progress, Session, Task, Unavailable, Worker,
};

use crate::version::{self, Pending, Version};
use crate::{Deps, record, shown};

pub struct DecisionDesk {
    deps: Deps,
}

impl DecisionDesk {
    pub fn new(deps: Deps) -> Self {
        Self { deps }
    }

    /// The versions that wait for this approver.
    async fn open(&self, worker: &Worker) -> Result<Vec<Pending>, Unavailable> {
        let pending = version::pending(&self.deps).await;
        let mut open = Vec::new();
        for pending in pending.map_err(unavailable)? {
            let approvals = self.approvals(&pending).await?;
            let is_decided = self.apply(&pending, &approvals).await?;
            if !is_decided && self.own(worker, &pending, &approvals).is_none() {
                open.push(pending);
            }
        }
        Ok(open)
    }

    /// The version and its votes, if nothing is decided.
    async fn find(&self, id: &str) -> Result<(Pending, Approvals), NoTask> {
        let pending = self.pending(id).await?;
        let approvals = self.approvals(&pending).await?;
        if self.apply(&pending, &approvals).await? {
            // As the registry has it now.
            self.pending(id).await?;
            return Err(NoTask::Unavailable(Unavailable));
        }
        Ok((pending, approvals))
    }

    async fn pending(&self, id: &str) -> Result<Pending, NoTask> {
        let found = version::find(&self.deps, id).await;
        match found.map_err(unavailable)? {
            Version::Pending(pending) => Ok(pending),
            Version::Other(reason) => Err(NoTask::Over(reason)),
        }
    }

    async fn approvals(&self, pending: &Pending) -> Result<Approvals, Unavailable> {
        let approvals = record::read(&self.deps, pending.version).await;
        approvals.map_err(unavailable)
    }

    /// Whether votes have decided; the decision gets into the registry now.
    async fn apply(&self, pending: &Pending, approvals: &Approvals) -> Result<bool, Unavailable> {
        let Some(decided) = approval::decided(approvals, pending.since) else {
            return Ok(false);
        };
        let applied = record::apply(&self.deps, pending, decided).await;
        applied.map(|()| true).map_err(unavailable)
    }

    /// The approver's vote that counts.
    fn own<'a>(
        &self,
        worker: &Worker,
        pending: &Pending,
        approvals: &'a Approvals,
    ) -> Option<&'a Vote> {
        let (approver, now) = (approver(worker), self.deps.clock.moment());
        let mut votes = approval::counting(approvals, pending.since, now).into_iter();
        votes.find(|vote| vote.approver == approver)
    }
}

impl Desk for DecisionDesk {
    fn now(&self) -> OffsetDateTime {
        self.deps.clock.now()
    }

    async fn sign_in(&self, username: &str, password: &str) -> Result<Opened, Unavailable> {
        self.deps.accounts.sign_in(username, password).await
    }

    async fn session(&self, token: &str) -> Result<Option<Session>, Unavailable> {
        self.deps.accounts.session(token).await
    }

    async fn choose_password(&self, challenge: &str, password: &str) -> Result<String, NotChosen> {
        self.deps
            .accounts
            .choose_password(challenge, password)
            .await
    }

    async fn sign_out(&self, token: &str) -> Result<(), Unavailable> {
        self.deps.accounts.sign_out(token).await
    }

    async fn waiting(&self, worker: &Worker) -> Result<List, Unavailable> {
        let tasks = self.open(worker).await?;
        let tasks: Vec<_> = tasks.iter().map(shown::waiting).collect();
        let progress = Progress {
            open: tasks.len(),
            today: None,
        };
        Ok(List { tasks, progress })
    }

    async fn progress(&self, worker: &Worker) -> Result<Progress, Unavailable> {
        Ok(self.waiting(worker).await?.progress)
    }

    async fn next(&self, worker: &Worker) -> Result<Option<String>, Unavailable> {
        let mut open = self.open(worker).await?.into_iter();
        Ok(open.next().map(|pending| pending.version.to_string()))
    }

    fn opening_takes(&self) -> bool {
        false
    }

    async fn accept(&self, worker: &Worker, id: &str) -> Result<Task, NoTask> {
        let (pending, approvals) = self.find(id).await?;
        let (approvers, now) = (self.deps.config.approvers, self.deps.clock.moment());
        let own = self.own(worker, &pending, &approvals);
        let task = shown::task(&pending, &approvals, approvers, own, now);
        Ok(task.map_err(unavailable)?)
    }

    async fn accepted(&self, worker: &Worker, id: &str) -> Result<Task, NoTask> {
        self.accept(worker, id).await
    }

    async fn submit(&self, worker: &Worker, id: &str, answer: Value) -> Result<(), NoTask> {
        let refused = |refusal: approval::Refusal| NoTask::Refused(refusal.to_string());
        let (choice, reason) = approval::read(&answer).map_err(refused)?;
        let (pending, _) = self.find(id).await?;
        let vote = Vote {
            approver: approver(worker),
            username: worker.name.clone(),
            choice,
            reason,
            at: self.deps.clock.moment(),
        };
        let voted = record::vote(&self.deps, &pending, &vote).await;
        let approvals = voted.map_err(unavailable)?.map_err(refused)?;
        self.apply(&pending, &approvals).await?;
        Ok(())
    }

    /// A vote stays where it is.
    async fn give_back(&self, _: &Worker, _: &str) -> Result<(), Unavailable> {
        Ok(())
    }

    async fn given(&self, worker: &Worker, id: &str) -> Result<Option<Given>, Unavailable> {
        let found = version::find(&self.deps, id).await;
        let Version::Pending(pending) = found.map_err(unavailable)? else {
            return Ok(None);
        };
        let approvals = self.approvals(&pending).await?;
        let given = self.own(worker, &pending, &approvals);
        let given = given.map(|vote| shown::given(pending.version, vote));
        given.transpose().map_err(unavailable)
    }

    fn grant_read_access(&self, _: &Worker, _: &Task) -> GrantReadAccess {
        GrantReadAccess::none()
    }
}

/// The desk's id of a worker is `ISSUER SUB`.
fn approver(worker: &Worker) -> String {
    let (issuer, sub) = worker.id.split_once(' ').unwrap_or_default();
    naming::worker(issuer, sub)
}

#[expect(clippy::needless_pass_by_value, reason = "as map_err passes it")]
fn unavailable(error: anyhow::Error) -> Unavailable {
    let error = lambda_main::sentence(&error);
    error!(error, "the bucket or the registry did not answer");
    Unavailable
}
