//! What the services measure: CloudWatch's metrics, by the minute and in memory.
//!
//! A service records; CloudWatch's alarms and operations read. Nothing is written to the store, so a request costs no
//! commit; what was measured before a restart is not known after it, which [`is_known`] tells.

mod sketch;
mod statistics;
mod unit;

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use time::OffsetDateTime;

use crate::cloud::Cloud;

pub use statistics::Statistics;
pub use unit::Unit;

/// A metric of one resource.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Series {
    pub region: String,
    /// `AWS/SQS`, `Reviewloop`.
    pub namespace: String,
    pub name: String,
    pub dimensions: BTreeMap<String, String>,
}

/// What is kept of a series.
#[derive(Debug, Clone, Default)]
struct Kept {
    /// The last value's.
    unit: Unit,
    minutes: BTreeMap<i64, Statistics>,
}

/// CloudWatch evaluates at most a day.
const KEPT_MINUTES: i64 = 24 * 60;

/// A name that changes with each value must not fill the memory.
const MOST_SERIES: usize = 1_000;

#[derive(Default)]
struct Metrics {
    series: Mutex<BTreeMap<Series, Kept>>,
    since: OnceLock<i64>,
    gauges: OnceLock<Vec<fn(&Cloud)>>,
}

impl Series {
    pub fn new(region: &str, namespace: &str, name: &str, dimensions: &[(&str, &str)]) -> Self {
        let dimensions = dimensions.iter();
        Self {
            region: region.to_owned(),
            namespace: namespace.to_owned(),
            name: name.to_owned(),
            dimensions: dimensions
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
        }
    }
}

/// The number of the minute since 1970 that a moment lies in.
pub fn minute(moment: OffsetDateTime) -> i64 {
    moment.unix_timestamp().div_euclid(60)
}

/// Sets from when on metrics are known, and the functions that measure what is counted once a minute.
pub fn begin(cloud: &Cloud, gauges: Vec<fn(&Cloud)>) {
    let metrics = cloud.memory::<Metrics>();
    let _ = metrics.since.set(minute(cloud.world.now()));
    let _ = metrics.gauges.set(gauges);
}

/// Whether this process could have measured in that minute.
pub fn is_known(cloud: &Cloud, minute: i64) -> bool {
    let metrics = cloud.memory::<Metrics>();
    metrics.since.get().is_none_or(|since| *since <= minute)
}

/// Measures the lengths and numbers of now.
pub fn measure(cloud: &Cloud) {
    let metrics = cloud.memory::<Metrics>();
    for gauge in metrics.gauges.get().into_iter().flatten() {
        gauge(cloud);
    }
}

/// Adds a value of now that has no unit.
pub fn record(cloud: &Cloud, series: Series, value: f64) {
    record_in(cloud, series, Unit::None, value);
}

/// Adds a value of now.
pub fn record_in(cloud: &Cloud, series: Series, unit: Unit, value: f64) {
    let metrics = cloud.memory::<Metrics>();
    let now = minute(cloud.world.now());
    let mut all = metrics.lock();
    let Some(kept) = room(&mut all, series, now) else {
        return;
    };
    kept.unit = unit;
    let value = Statistics::of(value);
    let value = match kept.minutes.remove(&now) {
        Some(before) => before.and(&value),
        None => value,
    };
    kept.minutes.insert(now, value);
}

/// Adds zero to each of these minutes that has no value: of what is known not to have happened.
pub fn fill(cloud: &Cloud, series: &Series, minutes: Range<i64>) {
    let metrics = cloud.memory::<Metrics>();
    let now = minute(cloud.world.now());
    let mut all = metrics.lock();
    let Some(kept) = room(&mut all, series.clone(), now) else {
        return;
    };
    for minute in minutes {
        let zero = || Statistics::of(0.0);
        kept.minutes.entry(minute).or_insert_with(zero);
    }
}

/// Where a series is kept, without what is too old; `None` where there is no room for one more.
fn room(all: &mut BTreeMap<Series, Kept>, series: Series, now: i64) -> Option<&mut Kept> {
    if all.len() >= MOST_SERIES && !all.contains_key(&series) {
        // What was not measured for a day makes room.
        all.retain(|_, kept| {
            kept.last()
                .is_some_and(|minute| minute > now - KEPT_MINUTES)
        });
    }
    if all.len() >= MOST_SERIES && !all.contains_key(&series) {
        tracing::warn!(
            metric = series.name,
            "a metric is not kept: there are too many"
        );
        return None;
    }
    let kept = all.entry(series).or_default();
    kept.minutes
        .retain(|minute, _| *minute > now - KEPT_MINUTES);
    Some(kept)
}

/// What was recorded from the first of these minutes to before the second.
pub fn between(cloud: &Cloud, series: &Series, from: i64, to: i64) -> Option<Statistics> {
    let metrics = cloud.memory::<Metrics>();
    let all = metrics.lock();
    let mut minutes = all
        .get(series)?
        .minutes
        .range(from..to)
        .map(|(_, each)| each);
    let first = minutes.next()?.clone();
    Some(minutes.fold(first, Statistics::and))
}

/// Periods of these minutes that have values, as numbers counted from the first minute; and their unit.
pub fn periods(
    cloud: &Cloud,
    series: &Series,
    minutes: Range<i64>,
    period: i64,
) -> (Unit, BTreeMap<i64, Statistics>) {
    let metrics = cloud.memory::<Metrics>();
    let all = metrics.lock();
    let Some(kept) = all.get(series) else {
        return <(Unit, BTreeMap<i64, Statistics>)>::default();
    };
    let mut periods = BTreeMap::new();
    for (minute, statistics) in kept.minutes.range(minutes.clone()) {
        let number = (minute - minutes.start) / period;
        let sum = match periods.remove(&number) {
            Some(before) => Statistics::and(before, statistics),
            None => statistics.clone(),
        };
        periods.insert(number, sum);
    }
    (kept.unit, periods)
}

/// Every series of a region in order, with the last minute that has a value.
pub fn all(cloud: &Cloud, region: &str) -> Vec<(Series, i64)> {
    let metrics = cloud.memory::<Metrics>();
    let all = metrics.lock();
    let of_region = all.iter().filter(|(series, _)| series.region == region);
    of_region
        .filter_map(|(series, kept)| Some((series.clone(), kept.last()?)))
        .collect()
}

impl Kept {
    fn last(&self) -> Option<i64> {
        self.minutes.last_key_value().map(|(minute, _)| *minute)
    }
}

impl Metrics {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<Series, Kept>> {
        self.series.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;
