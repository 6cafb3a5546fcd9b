//! A query execution's course, from the queue to its end.

use std::sync::Arc;

use super::engine::{self, Answer, Lease, Owner, Request};
use super::event;
use super::execution::{EXECUTIONS, Execution, State, UNFINISHED};
use super::failure::Failure;
use super::workgroup::WorkGroup;
use local_core::store::Tx;
use local_core::wire::AwsError;
use local_core::wire::permission::Caller;
use local_core::{Cloud, Principal};
use local_glue as glue;

/// One execution and who asked for it.
struct Course {
    cloud: Arc<Cloud>,
    region: String,
    id: String,
    principal: Principal,
}

/// Athena's database where a request names none.
const DEFAULT_DATABASE: &str = "default";

pub async fn run(cloud: Arc<Cloud>, region: String, id: String) {
    let found = cloud.store.read(|tx| EXECUTIONS.get(tx, &region, &id));
    let Some(execution) = found.filter(|found| !found.state.is_end()) else {
        // Its workgroup was deleted.
        return cloud.store.update(|tx| {
            UNFINISHED.delete(tx, &region, &id);
        });
    };
    let owner = Owner {
        region: region.clone(),
        access_key_id: execution.access_key_id,
    };
    let known = cloud.principal_of(&owner.access_key_id);
    let principal = known.map_or_else(Principal::anyone, |(principal, _)| principal);
    let course = Course {
        cloud,
        region,
        id,
        principal,
    };
    if execution.state == State::Running {
        // An engine's writes are not undone, so nothing is run twice.
        return course.fail(Failure::system(
            "local-aws ended while the query ran; start it again",
        ));
    }
    let lease = tokio::select! {
        biased;
        () = course.cancelled() => return,
        lease = engine::lease(&course.cloud, &owner) => lease,
    };
    match lease {
        Ok(lease) => course.ask(&lease).await,
        Err(reason) => course.fail(Failure::system(reason)),
    }
}

impl Course {
    fn names(&self) -> (&str, &str) {
        (&self.region, &self.id)
    }

    fn caller(&self) -> Caller<'_> {
        Caller {
            cloud: &self.cloud,
            region: &self.region,
            principal: &self.principal,
        }
    }

    /// Completes when nothing is to be run any more.
    async fn cancelled(&self) {
        let store = &self.cloud.store;
        let mut changes = store.changes_of(&[UNFINISHED.kind()]);
        while store.read(|tx| UNFINISHED.contains(tx, &self.region, &self.id)) {
            changes.changed().await;
        }
    }

    async fn ask(&self, lease: &Lease) {
        let Some(request) = self.cloud.store.update(|tx| self.begin(tx)) else {
            return;
        };
        let answer = tokio::select! {
            biased;
            () = self.cancelled() => return engine::stop(&self.cloud, lease, &self.id).await,
            answer = engine::run(&self.cloud, lease, &request) => answer,
        };
        match answer {
            Ok(answer) => self.succeed(&answer),
            Err(failure) => self.fail(failure),
        }
    }

    /// From the queue to the engine; none where it was cancelled.
    fn begin(&self, tx: &Tx) -> Option<Request> {
        let mut execution = EXECUTIONS.get(tx, &self.region, &self.id)?;
        if execution.state != State::Queued {
            return None;
        }
        execution.state = State::Running;
        event::turn(
            (&self.cloud, tx),
            self.names(),
            Some(State::Queued),
            &mut execution,
        );
        let database = execution
            .context
            .database
            .as_deref()
            .unwrap_or(DEFAULT_DATABASE);
        Some(Request {
            id: self.id.clone(),
            statement: execution.query.clone(),
            parameters: execution.parameters.clone().unwrap_or_default(),
            database: database.trim_matches('`').to_lowercase(),
            output: execution.result_configuration.folder().unwrap_or_default(),
            databases: glue::catalog(self.caller(), tx),
        })
    }

    /// What the statement changes in the catalogue is changed with it, or nothing is.
    fn succeed(&self, answer: &Answer) {
        let ended = self.cloud.store.write(|tx| {
            let Some(mut execution) = self.unfinished(tx) else {
                return Ok(());
            };
            let before = execution.state;
            execution.statement_type = answer.statement_type;
            execution
                .substatement_type
                .clone_from(&answer.substatement_type);
            execution.columns.clone_from(&answer.columns);
            execution.scanned_bytes = answer.scanned_bytes;
            execution.update_count = answer.update_count;
            execution
                .output_location
                .clone_from(&answer.output_location);
            execution
                .manifest_location
                .clone_from(&answer.manifest_location);
            if self.is_over_cutoff(tx, &execution) {
                execution.state = State::Cancelled;
                execution.reason =
                    Some("Query cancelled! : Bytes scanned limit was exceeded".to_owned());
            } else {
                execution.state = State::Succeeded;
                for (operation, members) in answer.changes.iter().flatten() {
                    glue::apply(self.caller(), tx, operation, members)?;
                }
            }
            event::turn(
                (&self.cloud, tx),
                self.names(),
                Some(before),
                &mut execution,
            );
            Ok::<_, AwsError>(())
        });
        if let Err(refused) = ended {
            self.fail(Failure::user(refused.to_string()));
        }
    }

    fn is_over_cutoff(&self, tx: &Tx, execution: &Execution) -> bool {
        let group = WorkGroup::get(tx, &self.region, &execution.work_group).ok();
        let cutoff = group.and_then(|group| group.configuration.bytes_scanned_cutoff_per_query);
        cutoff.is_some_and(|cutoff| execution.scanned_bytes > cutoff)
    }

    fn fail(&self, failure: Failure) {
        self.cloud.store.update(|tx| {
            let Some(mut execution) = self.unfinished(tx) else {
                return;
            };
            let before = execution.state;
            execution.state = State::Failed;
            execution.reason = Some(failure.message.clone());
            execution.error = Some(failure);
            event::turn(
                (&self.cloud, tx),
                self.names(),
                Some(before),
                &mut execution,
            );
        });
    }

    /// None where it was cancelled meanwhile.
    fn unfinished(&self, tx: &Tx) -> Option<Execution> {
        let execution = EXECUTIONS.get(tx, &self.region, &self.id)?;
        (!execution.state.is_end()).then_some(execution)
    }
}
