//! What the services measure: CloudWatch's metrics, by the minute and in memory.
//!
//! A service records; CloudWatch's alarms read. Nothing is written to the store, so a request costs no
//! commit; what was measured before a restart is not known after it, which [`is_known`] tells.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use time::OffsetDateTime;

use crate::cloud::Cloud;

/// A metric of one resource.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Series {
    pub region: String,
    /// `AWS/SQS`, `Reviewloop`.
    pub namespace: String,
    pub name: String,
    pub dimensions: BTreeMap<String, String>,
}

/// What was recorded within some time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Statistics {
    pub samples: f64,
    pub sum: f64,
    pub minimum: f64,
    pub maximum: f64,
}

/// CloudWatch evaluates at most a day.
const KEPT_MINUTES: i64 = 24 * 60;

/// A name that changes with each value must not fill the memory.
const MOST_SERIES: usize = 1_000;

#[derive(Default)]
struct Metrics {
    minutes: Mutex<BTreeMap<Series, BTreeMap<i64, Statistics>>>,
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

impl Statistics {
    fn of(value: f64) -> Self {
        Self {
            samples: 1.0,
            sum: value,
            minimum: value,
            maximum: value,
        }
    }

    fn and(self, other: Self) -> Self {
        Self {
            samples: self.samples + other.samples,
            sum: self.sum + other.sum,
            minimum: self.minimum.min(other.minimum),
            maximum: self.maximum.max(other.maximum),
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

/// Adds a value of now.
pub fn record(cloud: &Cloud, series: Series, value: f64) {
    let metrics = cloud.memory::<Metrics>();
    let now = minute(cloud.world.now());
    let mut all = metrics.lock();
    if all.len() >= MOST_SERIES && !all.contains_key(&series) {
        // What was not measured for a day makes room.
        all.retain(|_, minutes| {
            let last = minutes.last_key_value();
            last.is_some_and(|(minute, _)| *minute > now - KEPT_MINUTES)
        });
    }
    if all.len() >= MOST_SERIES && !all.contains_key(&series) {
        tracing::warn!(
            metric = series.name,
            "a metric is not kept: there are too many"
        );
        return;
    }
    let minutes = all.entry(series).or_default();
    minutes.retain(|minute, _| *minute > now - KEPT_MINUTES);
    let value = Statistics::of(value);
    minutes
        .entry(now)
        .and_modify(|before| *before = before.and(value))
        .or_insert(value);
}

/// What was recorded from the first of these minutes to before the second.
pub fn between(cloud: &Cloud, series: &Series, from: i64, to: i64) -> Option<Statistics> {
    let metrics = cloud.memory::<Metrics>();
    let all = metrics.lock();
    let minutes = all.get(series)?.range(from..to);
    minutes
        .map(|(_, statistics)| *statistics)
        .reduce(Statistics::and)
}

impl Metrics {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<Series, BTreeMap<i64, Statistics>>> {
        self.minutes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Settings;

    #[test]
    fn values_of_a_minute_are_one_datapoint_and_old_ones_are_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        let cloud = Cloud::open(Settings::new(folder.path())).unwrap();
        let series = Series::new("us-east-1", "N", "M", &[("D", "d")]);
        begin(&cloud, Vec::new());
        let first = minute(cloud.world.now());
        assert!(is_known(&cloud, first) && !is_known(&cloud, first - 1));
        for value in [3.0, 1.0] {
            record(&cloud, series.clone(), value);
        }
        let all = |from, to| between(&cloud, &series, from, to);
        let found = all(first, first + 2).unwrap();
        assert_eq!((found.samples, found.sum), (2.0, 4.0));
        assert_eq!((found.minimum, found.maximum), (1.0, 3.0));
        assert_eq!(all(first - 9, first), None);
        cloud.world.advance(2 * 24 * 3600);
        record(&cloud, series.clone(), 5.0);
        assert_eq!(all(first, first + 2), None);
    }

    #[test]
    fn a_new_series_takes_the_place_of_those_that_were_not_measured_for_a_day() {
        let folder = tempfile::tempdir().unwrap();
        let cloud = Cloud::open(Settings::new(folder.path())).unwrap();
        let series = |number: usize| {
            let name = number.to_string();
            Series::new("us-east-1", "N", "M", &[("D", name.as_str())])
        };
        let now = || minute(cloud.world.now());
        for number in 0..=MOST_SERIES {
            record(&cloud, series(number), 1.0);
        }
        let last = series(MOST_SERIES);
        assert_eq!(
            between(&cloud, &last, now() - 1, now() + 1),
            None,
            "too many"
        );
        cloud.world.advance(2 * 24 * 3600);
        record(&cloud, last.clone(), 1.0);
        assert!(between(&cloud, &last, now() - 1, now() + 1).is_some());
    }
}
