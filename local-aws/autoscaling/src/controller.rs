//! Evaluates every target each minute, and does what the rule says.

use std::cmp::Ordering;
use std::sync::Arc;

use super::activity::{self, ACTIVITIES, Activity, Status};
use super::decision::{Cause, Decision, LOW_PERIODS, Situation, Tracking, decide};
use super::load;
use super::resource::{DIMENSION, NAMESPACE, Resource};
use super::schedule::Schedule;
use super::target::{self, Policy, TARGETS, Target};
use local_core::driver::{Busy, Controller, Look};
use local_core::store::Tx;
use local_core::timestamp::Timestamp;
use local_core::{Cloud, metrics};
use local_sagemaker::scaling::{self, Serving};
use time::OffsetDateTime;

pub const CONTROLLER: Controller = Controller {
    name: "application auto scaling",
    wakes_on: &[TARGETS.kind(), scaling::KIND],
    look,
};

/// AWS's default for a variant.
const COOLDOWN: i64 = 300;

fn look(cloud: &Arc<Cloud>, _: &Busy) -> Look {
    evaluate(cloud);
    let has_targets = cloud.store.read(|tx| !TARGETS.keys(tx).is_empty());
    let next = (metrics::minute(cloud.world.now()) + 1) * 60;
    Look {
        work: Vec::new(),
        again: OffsetDateTime::from_unix_timestamp(next)
            .ok()
            .filter(|_| has_targets),
    }
}

/// Evaluates all targets on what is measured now, after the ends of the changes that were under way.
pub fn evaluate(cloud: &Cloud) {
    settle(cloud);
    load::measure(cloud);
    let keys = cloud.store.read(|tx| TARGETS.keys(tx));
    for (region, id) in keys {
        // A commit is made only for a change.
        let has_something_to_do = |tx: &Tx| {
            let target = TARGETS.get_readable(tx, &region, &id);
            target.is_some_and(|target| step(cloud, tx, &region, &target).is_some())
        };
        if !cloud.store.read(has_something_to_do) {
            continue;
        }
        cloud.store.update(|tx| {
            let target = TARGETS.get(tx, &region, &id);
            let Some(target) = target else { return };
            match step(cloud, tx, &region, &target) {
                None => {}
                Some(Step::Remove) => target::remove(tx, &region, &target),
                Some(Step::Schedule) => schedule(cloud, tx, &region, target),
                Some(Step::Change(change)) => ask(cloud, tx, &region, &target, change),
            }
        });
    }
}

/// What is to be done for a target.
enum Step {
    /// Its variant is gone.
    Remove,
    /// A scheduled action is due.
    Schedule,
    Change(Change),
}

struct Change {
    from: u32,
    to: u32,
    cause: String,
}

/// Ends the activities whose change is over, also those of targets that were deregistered meanwhile.
fn settle(cloud: &Cloud) {
    let keys = cloud.store.read(|tx| ACTIVITIES.keys(tx));
    for (region, id) in keys {
        let is_over = |tx: &Tx| {
            let activities = ACTIVITIES.get_readable(tx, &region, &id);
            let under_way = activities.is_some_and(|all| activity::under_way(&all).is_some());
            under_way && over(tx, &region, &id).is_some()
        };
        if !cloud.store.read(is_over) {
            continue;
        }
        cloud.store.update(|tx| {
            let mut activities = ACTIVITIES.get(tx, &region, &id).unwrap_or_default();
            let last = activities.last_mut().filter(|last| last.ended.is_none());
            if let (Some(last), Some(instances)) = (last, over(tx, &region, &id)) {
                last.settle(Timestamp::now(&cloud.world), instances);
                ACTIVITIES.put(tx, &region, &id, &activities);
            }
        });
    }
}

/// The instances of a variant whose endpoint is not changed any more, none where it is gone.
fn over(tx: &Tx, region: &str, id: &str) -> Option<Option<u32>> {
    let resource = Resource::of(NAMESPACE, id, DIMENSION).ok()?;
    match scaling::serving(tx, region, &resource.endpoint, &resource.variant) {
        None => Some(None),
        Some(serving) => serving
            .is_in_service
            .then_some(Some(serving.instance_count)),
    }
}

fn step(cloud: &Cloud, tx: &Tx, region: &str, target: &Target) -> Option<Step> {
    if !target::is_registered(tx, region, target) {
        return Some(Step::Remove);
    }
    let resource = &target.resource;
    let activities = activity::of(tx, region, resource);
    if activity::under_way(&activities).is_some() {
        return None;
    }
    if !due(cloud, target).is_empty() {
        return Some(Step::Schedule);
    }
    let serving = scaling::serving(tx, region, &resource.endpoint, &resource.variant);
    // An endpoint that is deleted goes first, and takes the registration with it.
    let serving = serving.filter(|serving| serving.is_in_service)?;
    // What failed is tried again in the next minute.
    let now = metrics::minute(cloud.world.now());
    let failed = activities
        .last()
        .filter(|last| last.status == Status::Failed);
    let failed = failed.and_then(|failed| failed.ended);
    if failed.is_some_and(|ended| metrics::minute(ended.time()) == now) {
        return None;
    }
    match decision(cloud, region, target, serving, &activities) {
        Decision::Keep(reason) => {
            tracing::debug!(resource = resource.id(), ?reason, "no scaling");
            None
        }
        Decision::Change { instances, cause } => Some(Step::Change(Change {
            from: serving.instance_count,
            to: instances,
            cause: told(cause, target),
        })),
    }
}

fn decision(
    cloud: &Cloud,
    region: &str,
    target: &Target,
    serving: Serving,
    activities: &[Activity],
) -> Decision {
    let seconds = |time: Timestamp| time.time().unix_timestamp();
    let done = |change: Ordering| {
        let mut done = activities.iter().rev();
        let done = done.find(|each| each.status == Status::Successful && each.change() == change);
        done.and_then(|done| done.ended).map(seconds)
    };
    let now = cloud.world.now();
    let minute = metrics::minute(now);
    let evaluated = i64::try_from(LOW_PERIODS).unwrap_or(i64::MAX);
    let minutes = load::minutes(cloud, region, &target.resource, minute - evaluated..minute);
    let situation = Situation {
        now: now.unix_timestamp(),
        minutes: &minutes,
        instances: serving.instance_count,
        since: seconds(serving.since),
        last_out: done(Ordering::Greater),
        last_in: done(Ordering::Less),
    };
    decide(
        target.bounds,
        target.policy.as_ref().map(tracking),
        situation,
    )
}

fn tracking(policy: &Policy) -> Tracking {
    let configuration = &policy.configuration;
    Tracking {
        target: configuration.target_value,
        scale_out_cooldown: configuration.scale_out_cooldown.unwrap_or(COOLDOWN),
        scale_in_cooldown: configuration.scale_in_cooldown.unwrap_or(COOLDOWN),
        disable_scale_in: configuration.disable_scale_in,
    }
}

/// As in `Cause`.
fn told(cause: Cause, target: &Target) -> String {
    let alarm = |high: bool| {
        let policy = target.policy.as_ref();
        policy.map_or_else(String::new, |policy| {
            let (high_name, low_name) = (&policy.alarms.high, &policy.alarms.low);
            let alarm = if high { high_name } else { low_name };
            format!(
                "monitor alarm {alarm} in state ALARM triggered policy {}",
                policy.name
            )
        })
    };
    match cause {
        Cause::MinimumCapacity => format!("minimum capacity was set to {}", target.bounds.min),
        Cause::MaximumCapacity => format!("maximum capacity was set to {}", target.bounds.max),
        Cause::AlarmHigh => alarm(true),
        Cause::AlarmLow => alarm(false),
    }
}

/// Scheduled actions that are due, by their places, in the order of their times.
fn due(cloud: &Cloud, target: &Target) -> Vec<usize> {
    let now = cloud.world.now();
    let mut due = Vec::new();
    for (place, action) in target.scheduled.iter().enumerate() {
        let schedule = Schedule::read(&action.expression).ok();
        let time = schedule.and_then(|schedule| schedule.due(action.seen.time(), now));
        due.extend(time.map(|time| (time, place)));
    }
    due.sort_unstable();
    due.into_iter().map(|(_, place)| place).collect()
}

/// Sets the bounds; the count follows with the next step.
fn schedule(cloud: &Cloud, tx: &Tx, region: &str, mut target: Target) {
    let mut activities = activity::of(tx, region, &target.resource);
    for place in due(cloud, &target) {
        let action = &mut target.scheduled[place];
        action.seen = Timestamp::now(&cloud.world);
        target.bounds = action.bounds.on(target.bounds);
        tracing::info!(
            resource = target.resource.id(),
            action = action.name,
            "a scheduled action is done"
        );
        activities.push(Activity::scheduled(cloud, &action.name, target.bounds));
    }
    activity::put(tx, region, &target.resource, activities);
    TARGETS.put(tx, region, &target.resource.id(), &target);
}

/// Asks SageMaker for the change and notes what it said, in one transaction.
fn ask(cloud: &Cloud, tx: &Tx, region: &str, target: &Target, change: Change) {
    let resource = &target.resource;
    let place = (
        region,
        resource.endpoint.as_str(),
        resource.variant.as_str(),
    );
    let asked = scaling::set_instance_count(cloud, tx, place, change.to);
    match &asked {
        Ok(()) => tracing::info!(
            resource = resource.id(),
            from = change.from,
            to = change.to,
            cause = change.cause,
            "a variant is scaled"
        ),
        Err(error) => tracing::warn!(
            resource = resource.id(),
            to = change.to,
            error.message = error.message,
            "a variant could not be scaled"
        ),
    }
    let new = Activity::new(cloud, change.cause, (change.from, change.to), &asked);
    let mut activities = activity::of(tx, region, resource);
    activities.push(new);
    activity::put(tx, region, resource, activities);
}
