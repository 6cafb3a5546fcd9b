//! What a variant's instances were asked, by the minute.

use std::ops::Range;

use super::decision::LOW_PERIODS;
use super::metric::series;
use super::resource::Resource;
use super::target::{TARGETS, Target, is_registered};
use local_core::Cloud;
use local_core::metrics;

/// A minute more on both sides than the low alarm's evaluation range, which is two periods longer than it evaluates.
const FILLED_MINUTES: i64 = LOW_PERIODS as i64 + 4;

/// A variant that is scaled and is asked nothing has zeros, so that it can be scaled in.
///
/// Source: the SageMaker developer guide, "endpoint-auto-scaling": where the traffic becomes zero, zeros are emitted.
pub fn measure(cloud: &Cloud) {
    let targets = cloud.store.read(|tx| {
        let mut targets = TARGETS.list_everywhere(tx);
        targets.retain(|(region, _, target)| is_registered(tx, region, target));
        targets
    });
    for (region, _, target) in targets {
        fill(cloud, &region, &target);
    }
}

/// Up to the last minute that has ended.
fn fill(cloud: &Cloud, region: &str, target: &Target) {
    let now = metrics::minute(cloud.world.now());
    let since = metrics::minute(target.created.time());
    let first = since.max(now - FILLED_MINUTES);
    // Before the start of this process nothing is known.
    let first = (first..now).find(|minute| metrics::is_known(cloud, *minute));
    if let Some(first) = first {
        metrics::fill(cloud, &series(region, &target.resource), first..now);
    }
}

/// The sums of these minutes; `None` where the metric has no value.
pub fn minutes(
    cloud: &Cloud,
    region: &str,
    resource: &Resource,
    minutes: Range<i64>,
) -> Vec<Option<f64>> {
    let series = series(region, resource);
    let sum = |minute| metrics::between(cloud, &series, minute, minute + 1).map(|found| found.sum);
    minutes.map(sum).collect()
}
