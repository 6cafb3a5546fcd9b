//! The datapoints that an alarm looks at.

use super::alarm::{Alarm, ComparisonOperator, MissingData};
use super::rules::MORE;
use local_core::Cloud;
use local_core::metrics::{self, Statistics};

/// Whether each period is breaching, oldest first; `None` where the metric has no value. Periods slide by
/// the minute: the last one ends with the current minute, so far as it has passed. Nothing where a value that
/// is missing would decide although this process did not run at the time.
pub fn points(cloud: &Cloud, region: &str, alarm: &Alarm) -> Option<Vec<Option<bool>>> {
    let series = alarm.series(region);
    let minutes = alarm.period / 60;
    let end = metrics::minute(cloud.world.now()) + 1;
    let range = i64::try_from(alarm.evaluation_periods + MORE).unwrap_or(i64::MAX);
    let mut points = Vec::new();
    for age in (0..range).rev() {
        let to = end - age * minutes;
        let from = to - minutes;
        let found = metrics::between(cloud, &series, from, to);
        let is_unknown = found.is_none() && !metrics::is_known(cloud, from);
        if is_unknown && alarm.treat_missing_data == MissingData::Breaching {
            return None;
        }
        points.push(found.as_ref().map(|found| is_breaching(alarm, found)));
    }
    Some(points)
}

fn is_breaching(alarm: &Alarm, found: &Statistics) -> bool {
    let value = alarm.statistic.of(found);
    let threshold = alarm.threshold;
    match alarm.comparison_operator {
        ComparisonOperator::GreaterOrEqual => value >= threshold,
        ComparisonOperator::Greater => value > threshold,
        ComparisonOperator::Less => value < threshold,
        ComparisonOperator::LessOrEqual => value <= threshold,
    }
}
