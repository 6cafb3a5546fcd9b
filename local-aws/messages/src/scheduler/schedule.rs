//! A schedule, when it is due, and the event that it sends.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::json;
use time::OffsetDateTime;

use super::rate;
use crate::events::{Delivery, Target};
use local_core::driver::{Controller, Look, Work};
use local_core::event::Event;
use local_core::store::{Table, Tx};
use local_core::wire::AwsError;
use local_core::{ACCOUNT, Cloud, due};

const SCHEDULES: Table<Row> = Table::new("scheduler/schedule");

/// Region and name of each schedule, named by the moment that it is due.
const DUE: Table<(String, String)> = Table::new("scheduler/due");

/// How many schedules one look fires.
const BATCH: usize = 32;

/// Sends `Scheduled Event` to its target, again and again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Schedule {
    pub name: String,
    pub region: String,
    pub source: Source,
    pub expression: String,
    pub target: Target,
}

/// Which of AWS's two services it is: they sign their events differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Source {
    /// A rule of EventBridge: `aws.events`.
    Rule,
    /// EventBridge Scheduler: `aws.scheduler`.
    Scheduler,
}

/// A schedule and when it fires next.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Row {
    schedule: Schedule,
    #[serde(with = "time::serde::rfc3339")]
    due_at: OffsetDateTime,
}

/// Adds or changes a schedule; one that is as asked keeps its time. AWS, too, first fires one
/// period after a schedule came to be.
pub fn put(cloud: &Cloud, tx: &Tx, schedule: Schedule) -> Result<(), AwsError> {
    let before = SCHEDULES.get_readable(tx, &schedule.region, &schedule.name);
    let unchanged = before.filter(|before| before.schedule == schedule);
    let next = cloud.world.now() + period(cloud, &schedule.expression)?;
    // A shorter override at this start must not wait for the longer period of the last.
    let due_at = unchanged.map_or(next, |before| before.due_at.min(next));
    remove(tx, &schedule.region, &schedule.name);
    Row { schedule, due_at }.put(tx);
    Ok(())
}

pub fn remove(tx: &Tx, region: &str, name: &str) {
    if let Some(row) = SCHEDULES.get_readable(tx, region, name) {
        DUE.delete(tx, "", &row.due_name());
    }
    SCHEDULES.delete(tx, region, name);
}

impl Row {
    fn put(&self, tx: &Tx) {
        let (region, name) = (&self.schedule.region, &self.schedule.name);
        SCHEDULES.put(tx, region, name, self);
        DUE.put(tx, "", &self.due_name(), &(region.clone(), name.clone()));
    }

    fn due_name(&self) -> String {
        let (region, name) = (&self.schedule.region, &self.schedule.name);
        due::name(self.due_at, &format!("{region}/{name}"))
    }
}

/// The expression's, unless the settings ask for a faster one.
fn period(cloud: &Cloud, expression: &str) -> Result<Duration, AwsError> {
    let asked = rate(expression)?;
    Ok(cloud
        .settings
        .schedule_rate
        .map_or(asked, |rate| rate.min(asked)))
}

pub(super) fn say_rate(cloud: &Cloud) {
    if let Some(rate) = cloud.settings.schedule_rate {
        tracing::info!(
            schedule.rate_seconds = rate.as_secs_f64(),
            "schedules run faster than the template says"
        );
    }
}

/// Fires each schedule when it is due. A look reads the names of those that are due and of the next.
pub(super) const CONTROLLER: Controller = Controller {
    name: "scheduler",
    wakes_on: &[DUE.kind()],
    look: |cloud, busy| {
        let now = cloud.world.now();
        let limit = BATCH + busy.resting("");
        let mut look = Look::default();
        for name in cloud.store.read(|tx| DUE.first_names(tx, "", limit)) {
            let due_at = due::read(&name).map_or(now, |(due_at, _)| due_at);
            if due_at > now {
                look.again = Some(due_at);
                break;
            }
            let (cloud, key) = (cloud.clone(), name.clone());
            look.work.push(Work {
                key,
                run: Box::pin(async move { fire(&cloud, &name) }),
            });
        }
        look
    },
};

/// Sends the event and sets the next time in one transaction. Periods that passed while no process
/// ran are not made up for. A schedule that this version cannot read rests until it is put again.
fn fire(cloud: &Cloud, due_name: &str) {
    let delivered = cloud.store.update(|tx| {
        let (region, name) = DUE.take(tx, "", &[due_name.to_owned()]).pop()?;
        // Removed or changed since: its next time is another row's.
        let mut row = SCHEDULES
            .get_readable(tx, &region, &name)
            .filter(|row| row.due_name() == due_name)?;
        let period = period(cloud, &row.schedule.expression)
            .inspect_err(|error| {
                tracing::error!(
                    schedule.name = name,
                    schedule.expression = row.schedule.expression,
                    error.message = error.message,
                    "a schedule rests until it is changed"
                );
            })
            .ok()?;
        let now = cloud.world.now();
        row.due_at = now + period;
        row.put(tx);
        delivery(cloud, row.schedule, now).send(cloud, tx, due_name)
    });
    if let Some(delivery) = delivered {
        cloud.journal.push(&delivery);
    }
}

fn delivery(cloud: &Cloud, schedule: Schedule, now: OffsetDateTime) -> Delivery {
    let arn = arn(cloud, &schedule);
    let id = cloud.world.dice("scheduler/event-id").uuid();
    let event = Event {
        source: source(schedule.source).to_owned(),
        detail_type: "Scheduled Event".to_owned(),
        region: schedule.region,
        resources: vec![arn.clone()],
        detail: json!({}),
        time: now,
    };
    Delivery {
        rule_arn: arn,
        target: schedule.target,
        event: event.envelope(&id, ACCOUNT).to_string(),
        source: event.source,
        detail_type: event.detail_type,
        accepted_at: now,
        retries: 0,
    }
}

fn source(source: Source) -> &'static str {
    match source {
        Source::Rule => "aws.events",
        Source::Scheduler => "aws.scheduler",
    }
}

fn arn(cloud: &Cloud, schedule: &Schedule) -> String {
    match schedule.source {
        Source::Rule => cloud.arn(
            "events",
            &schedule.region,
            &format!("rule/{}", schedule.name),
        ),
        Source::Scheduler => cloud.arn(
            "scheduler",
            &schedule.region,
            &format!("schedule/default/{}", schedule.name),
        ),
    }
}

#[cfg(test)]
mod tests;
