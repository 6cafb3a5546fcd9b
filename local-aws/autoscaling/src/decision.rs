//! The rule: from what a variant's instances were asked in the last minutes to how many it should have.
//!
//! Sources: the Application Auto Scaling user guide, "How target tracking scaling works" (out in proportion, in
//! conservatively) and "Define cooldown periods"; the periods and the share are those of the alarms that AWS makes.

use serde::{Deserialize, Serialize};

/// Minutes above the target that make the high alarm.
pub const HIGH_PERIODS: usize = 3;
/// Minutes below the target's share that make the low alarm.
pub const LOW_PERIODS: usize = 15;
/// Between this share and the target nothing changes.
pub const LOW_SHARE: f64 = 0.9;

/// Sums of shares of requests, as three thirds, differ from the whole number by less.
const ROUNDING: f64 = 1e-9;

/// Instances, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bounds {
    pub min: u32,
    pub max: u32,
}

/// A policy's part of the rule.
#[derive(Debug, Clone, Copy)]
pub struct Tracking {
    /// Requests to one instance in a minute.
    pub target: f64,
    /// Seconds, as the next.
    pub scale_out_cooldown: i64,
    pub scale_in_cooldown: i64,
    pub disable_scale_in: bool,
}

/// Seconds since 1970 throughout.
#[derive(Debug, Clone, Copy)]
pub struct Situation<'a> {
    pub now: i64,
    /// Requests to one instance, by the minute, oldest first. The last one has ended.
    pub minutes: &'a [Option<f64>],
    pub instances: u32,
    /// Since when there are as many instances.
    pub since: i64,
    /// When the last scale-out and the last scale-in were done.
    pub last_out: Option<i64>,
    pub last_in: Option<i64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    Change { instances: u32, cause: Cause },
    Keep(Reason),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    MinimumCapacity,
    MaximumCapacity,
    AlarmHigh,
    AlarmLow,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    NoPolicy,
    InsufficientData,
    WithinTarget,
    AtMaximum,
    AtMinimum,
    InCooldown,
    /// No whole minute has passed with as many instances as there are now.
    NotMeasuredYet,
    ScaleInDisabled,
    /// With one instance fewer the others would be above the target.
    AllNeeded,
}

pub fn decide(bounds: Bounds, tracking: Option<Tracking>, situation: Situation) -> Decision {
    let instances = situation.instances;
    if instances < bounds.min {
        return change(bounds.min, Cause::MinimumCapacity);
    }
    if instances > bounds.max {
        return change(bounds.max, Cause::MaximumCapacity);
    }
    let Some(tracking) = tracking else {
        return Decision::Keep(Reason::NoPolicy);
    };
    let low = tracking.target * LOW_SHARE * (1.0 - ROUNDING);
    let high = tracking.target * (1.0 + ROUNDING);
    if situation.last(HIGH_PERIODS, |load| load > high) {
        return scale_out(bounds, tracking, situation);
    }
    if situation.last(LOW_PERIODS, |load| load < low) {
        return scale_in(bounds, tracking, situation);
    }
    let known = situation.minutes.iter().rev().take(HIGH_PERIODS).flatten();
    Decision::Keep(match known.count() {
        HIGH_PERIODS => Reason::WithinTarget,
        _ => Reason::InsufficientData,
    })
}

/// As many as would bring the last minute's load to the target.
fn scale_out(bounds: Bounds, tracking: Tracking, situation: Situation) -> Decision {
    let instances = situation.instances;
    if instances >= bounds.max {
        return Decision::Keep(Reason::AtMaximum);
    }
    // The cooldown of a scale-in does not hold a scale-out back.
    if situation.is_in(tracking.scale_out_cooldown, situation.last_out) {
        return Decision::Keep(Reason::InCooldown);
    }
    let Some(load) = situation.measured() else {
        return Decision::Keep(Reason::NotMeasuredYet);
    };
    let wanted = needed(instances, load, tracking.target);
    // Above the target by less than an instance is one more, too.
    change(wanted.clamp(instances + 1, bounds.max), Cause::AlarmHigh)
}

/// One instance fewer, where the others would have been enough for the busiest of the minutes.
fn scale_in(bounds: Bounds, tracking: Tracking, situation: Situation) -> Decision {
    let instances = situation.instances;
    if tracking.disable_scale_in {
        return Decision::Keep(Reason::ScaleInDisabled);
    }
    if instances <= bounds.min {
        return Decision::Keep(Reason::AtMinimum);
    }
    if situation.is_in(tracking.scale_in_cooldown, situation.last_in)
        || situation.is_in(tracking.scale_out_cooldown, situation.last_out)
    {
        return Decision::Keep(Reason::InCooldown);
    }
    if situation.measured().is_none() {
        return Decision::Keep(Reason::NotMeasuredYet);
    }
    let minutes = situation.minutes.iter().rev().take(LOW_PERIODS).flatten();
    let busiest = minutes.copied().fold(0.0, f64::max);
    if needed(instances, busiest, tracking.target) >= instances {
        return Decision::Keep(Reason::AllNeeded);
    }
    change(instances - 1, Cause::AlarmLow)
}

fn change(instances: u32, cause: Cause) -> Decision {
    Decision::Change { instances, cause }
}

/// The fewest instances that have at most the target each, where as many as there are have this load each.
fn needed(instances: u32, load: f64, target: f64) -> u32 {
    let needed = (f64::from(instances) * load / target - ROUNDING).ceil();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "bounded on both sides"
    )]
    let needed = needed.clamp(0.0, f64::from(u32::MAX)) as u32;
    needed
}

impl Situation<'_> {
    /// Whether the last `count` minutes are all known and all so.
    fn last(&self, count: usize, is_so: impl Fn(f64) -> bool) -> bool {
        let minutes = self.minutes.iter().rev().take(count);
        let so = minutes.filter(|minute| minute.is_some_and(&is_so));
        so.count() == count
    }

    fn is_in(&self, cooldown: i64, done: Option<i64>) -> bool {
        done.is_some_and(|done| self.now < done + cooldown)
    }

    /// The last minute's load, where it began with the instances that there are: a minute before a change, and the one of
    /// it, say nothing of what the change came to, and would add to it again.
    fn measured(&self) -> Option<f64> {
        let began = (self.now.div_euclid(60) - 1) * 60;
        let last = self.minutes.last().copied().flatten();
        last.filter(|_| self.since <= began)
    }
}

#[cfg(test)]
mod tests;
