//! The instances of the endpoint's variants between two bounds: what Application Auto Scaling is told of each variant.
//!
//! What it has is compared with what it should have, so that a changed setting converges as a lost call does.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

/// Seconds after a scale-out before the next one: the metric is by the minute, and more instances are wanted soon.
const SCALE_OUT_COOLDOWN: i32 = 60;
/// Seconds after a change before a scale-in: an instance that is gone is minutes away.
const SCALE_IN_COOLDOWN: i32 = 300;

/// Written `<fewest>..<most>@<requests a minute to one>`, and behind it, after semicolons, `<fewest>=<schedule>` for each
/// time from which on the fewest are others: `1..4@300;2=cron(0 7 ? * MON-FRI *);1=cron(0 19 ? * MON-FRI *)`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scaling {
    pub bounds: Bounds,
    /// That one instance should have in a minute.
    pub requests: i32,
    pub schedule: Vec<Scheduled>,
}

/// Instances, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    pub fewest: i32,
    pub most: i32,
}

/// From these times on there are no fewer instances than this.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scheduled {
    pub name: String,
    /// `cron(…)`, `rate(…)` or `at(…)`, in UTC.
    pub expression: String,
    pub fewest: Option<i32>,
}

/// How a variant follows its load.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tracking {
    pub requests: f64,
    /// In seconds, as the next.
    pub scale_out_cooldown: Option<i32>,
    pub scale_in_cooldown: Option<i32>,
    pub keeps: bool,
}

/// A scalable target, as Application Auto Scaling tells of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    pub variant: String,
    pub bounds: Bounds,
    pub tracking: Option<Tracking>,
    pub scheduled: Vec<Scheduled>,
}

/// A call that is missing.
#[derive(Debug, Clone, PartialEq)]
pub enum Call {
    Deregister,
    Register(Bounds),
    Track(Tracking),
    Schedule(Scheduled),
    Unschedule { name: String },
}

impl Scaling {
    /// One instance at most is no scaling: there is nothing to register.
    fn is_on(&self) -> bool {
        self.bounds.most > 1
    }

    /// What the record of a deployment notes of it: nothing, where nothing is registered.
    pub fn noted(&self) -> Option<String> {
        self.is_on().then(|| self.to_string())
    }

    /// The calls that are missing for the variants of an endpoint at rest, each with its variant, in order.
    pub fn calls(&self, variants: &[String], found: &[Target]) -> Vec<(String, Call)> {
        let mut calls = Vec::new();
        // While two share the requests none loses instances: all requests may come back to the champion at once, and a
        // promoted model takes the champion's place with as many instances as the champion has.
        let keeps = variants.len() > 1;
        for variant in variants {
            let found = found.iter().find(|target| target.variant == *variant);
            let missing = if self.is_on() {
                self.missing(found, keeps)
            } else {
                found.map(|_| Call::Deregister).into_iter().collect()
            };
            calls.extend(missing.into_iter().map(|call| (variant.clone(), call)));
        }
        calls
    }

    fn missing(&self, found: Option<&Target>, keeps: bool) -> Vec<Call> {
        let mut calls = Vec::new();
        if !found.is_some_and(|found| self.has_set(found.bounds)) {
            calls.push(Call::Register(self.bounds));
        }
        let tracking = Tracking {
            requests: f64::from(self.requests),
            scale_out_cooldown: Some(SCALE_OUT_COOLDOWN),
            scale_in_cooldown: Some(SCALE_IN_COOLDOWN),
            keeps,
        };
        if found.and_then(|found| found.tracking) != Some(tracking) {
            calls.push(Call::Track(tracking));
        }
        let scheduled = found.map_or(&[] as &[Scheduled], |found| &found.scheduled);
        let new = self.schedule.iter().filter(|it| !scheduled.contains(it));
        calls.extend(new.cloned().map(Call::Schedule));
        let is_known = |name: &str| self.schedule.iter().any(|it| it.name == name);
        let old = scheduled.iter().filter(|it| !is_known(&it.name));
        calls.extend(old.map(|it| Call::Unschedule {
            name: it.name.clone(),
        }));
        calls
    }

    /// A schedule changes the fewest in between, and that is no difference.
    fn has_set(&self, bounds: Bounds) -> bool {
        let is_scheduled = |fewest| self.schedule.iter().any(|it| it.fewest == Some(fewest));
        bounds == self.bounds || (bounds.most == self.bounds.most && is_scheduled(bounds.fewest))
    }
}

/// The variants that an update removes or moves to another instance type: SageMaker refuses it while they are scalable
/// targets (the developer guide, `endpoint-scaling-update`). Instance types by variant, before and after the update.
pub fn in_the_way<'t>(
    targets: &'t [Target],
    before: &BTreeMap<String, String>,
    after: &BTreeMap<String, String>,
) -> Vec<&'t str> {
    let stays = |variant: &str| {
        let after = after.get(variant);
        after.is_some() && after == before.get(variant)
    };
    let variants = targets.iter().map(|target| target.variant.as_str());
    variants.filter(|variant| !stays(variant)).collect()
}

impl fmt::Display for Scaling {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Bounds { fewest, most } = self.bounds;
        write!(f, "{fewest}..{most}@{}", self.requests)?;
        for it in &self.schedule {
            write!(f, ";{}={}", it.fewest.unwrap_or_default(), it.expression)?;
        }
        Ok(())
    }
}

impl FromStr for Scaling {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut pieces = text.split(';').map(str::trim);
        let shape = || format!("{text:?} is not such as 1..4@300");
        let (bounds, requests) = pieces
            .next()
            .and_then(|it| it.split_once('@'))
            .ok_or_else(shape)?;
        let (fewest, most) = bounds.split_once("..").ok_or_else(shape)?;
        let bounds = Bounds {
            fewest: count(fewest)?,
            most: count(most)?,
        };
        let mut schedule = Vec::new();
        for piece in pieces.filter(|piece| !piece.is_empty()) {
            let (fewest, expression) = piece.split_once('=').ok_or_else(shape)?;
            let fewest = count(fewest)?;
            if fewest > bounds.most {
                return Err(format!(
                    "{fewest} instances are more than the most, {}",
                    bounds.most
                ));
            }
            schedule.push(Scheduled {
                name: format!("fewest-{}", schedule.len() + 1),
                expression: expression.to_owned(),
                fewest: Some(fewest),
            });
        }
        if bounds.fewest > bounds.most {
            return Err(format!(
                "{} instances are more than the most, {}",
                bounds.fewest, bounds.most
            ));
        }
        Ok(Self {
            bounds,
            requests: count(requests)?,
            schedule,
        })
    }
}

fn count(text: &str) -> Result<i32, String> {
    let count = text.trim().parse().ok().filter(|count| *count > 0);
    count.ok_or_else(|| format!("{text:?} is no whole number from 1"))
}

#[cfg(test)]
mod tests;
