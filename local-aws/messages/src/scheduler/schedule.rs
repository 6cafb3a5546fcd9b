//! A schedule, when it is due, and the event that it sends.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::json;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::rate;
use crate::events::{self, Target};
use local_core::driver::{Controller, Look};
use local_core::store::{Table, Tx};
use local_core::wire::AwsError;
use local_core::{ACCOUNT, Cloud};

const SCHEDULES: Table<Row> = Table::new("scheduler/schedule");

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
    let before: Option<Row> = SCHEDULES.get(tx, &schedule.region, &schedule.name);
    let unchanged = before.filter(|before| before.schedule == schedule);
    let next = cloud.world.now() + period(cloud, &schedule.expression)?;
    // A shorter override at this start must not wait for the longer period of the last.
    let due_at = unchanged.map_or(next, |before| before.due_at.min(next));
    let (region, name) = (schedule.region.clone(), schedule.name.clone());
    SCHEDULES.put(tx, &region, &name, &Row { schedule, due_at });
    Ok(())
}

pub fn remove(tx: &Tx, region: &str, name: &str) {
    SCHEDULES.delete(tx, region, name);
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

/// Fires each schedule when it is due.
pub(super) const CONTROLLER: Controller = Controller {
    name: "scheduler",
    wakes_on: &[SCHEDULES.kind()],
    look: |cloud, _| {
        let now = cloud.world.now();
        let rows = cloud.store.read(|tx| SCHEDULES.list_everywhere(tx));
        let (due, waiting): (Vec<_>, Vec<_>) = rows
            .into_iter()
            .map(|(_, _, row)| row)
            .partition(|row| row.due_at <= now);
        for row in due {
            fire(cloud, row);
        }
        Look {
            again: waiting.iter().map(|row| row.due_at).min(),
            ..Look::default()
        }
    },
};

/// Enqueues the event and sets the next time in one transaction. Periods that passed while nobody
/// ran are not made up for.
fn fire(cloud: &Cloud, mut row: Row) {
    let woken = cloud.store.write(|tx| {
        let schedule = row.schedule.clone();
        // Removed or changed since it was read: the next look decides.
        if SCHEDULES
            .get(tx, &schedule.region, &schedule.name)
            .is_none_or(|now| now.schedule != schedule)
        {
            return Ok(None);
        }
        let woken = events::deliver_scheduled(
            cloud,
            tx,
            &arn(cloud, &schedule),
            &schedule.target,
            &event(cloud, &schedule),
        );
        row.due_at = cloud.world.now() + period(cloud, &schedule.expression)?;
        SCHEDULES.put(tx, &schedule.region, &schedule.name, &row);
        Ok::<_, AwsError>(woken)
    });
    if let Ok(Some(function)) = woken {
        events::note(
            cloud,
            source(row.schedule.source),
            "Scheduled Event",
            function,
        );
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

fn event(cloud: &Cloud, schedule: &Schedule) -> String {
    let now = cloud
        .world
        .now()
        .replace_nanosecond(0)
        .expect("zero nanoseconds are in range");
    json!({
        "version": "0",
        "id": cloud.world.uuid(),
        "detail-type": "Scheduled Event",
        "source": source(schedule.source),
        "account": ACCOUNT,
        "time": now.format(&Rfc3339).expect("a UTC time of this era has an RFC 3339 form"),
        "region": schedule.region,
        "resources": [arn(cloud, schedule)],
        "detail": {},
    })
    .to_string()
}
