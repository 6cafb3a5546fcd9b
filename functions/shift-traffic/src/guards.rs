//! The guardrails of a challenger that answers requests, from the endpoint's metrics in CloudWatch.
//!
//! They look at the time since the challenger has its share, a day at most: CloudWatch keeps the minutes of a day
//! together, and errors of another share are another mixture of callers.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use aws_sdk_cloudwatch::primitives::DateTime;
use aws_sdk_cloudwatch::types::{Dimension, Metric, MetricDataQuery, MetricStat};
use contracts::deployment::{CHALLENGER_VARIANT, CHAMPION_VARIANT};
use rollout::Rollout;
use rollout::guardrails::{self, Counted, Finding, Latency, Limits};
use rollout::quantile::Places;

use crate::Deps;

const SECONDS_A_DAY: i64 = 24 * 3600;

/// The quantile of the latencies that is watched.
const SLOWEST: f64 = 0.95;

pub async fn look(deps: &Deps, rollout: &Rollout) -> Result<Vec<Finding>> {
    let limits = Limits::default();
    let window = Window::of(rollout, deps);
    let [challenger, champion] = [CHALLENGER_VARIANT, CHAMPION_VARIANT];
    let counts = window
        .ask(
            deps,
            &[
                Asked::new("requests", challenger, "Invocations", "Sum"),
                Asked::new("model_errors", challenger, "InvocationModelErrors", "Sum"),
                Asked::new("refused", challenger, "Invocation4XXErrors", "Sum"),
                Asked::new("challenger", challenger, "ModelLatency", "SampleCount"),
                Asked::new("champion", champion, "ModelLatency", "SampleCount"),
            ],
        )
        .await?;
    let count = |id: &str| {
        counts
            .get(id)
            .map_or(0, |values| whole(values.iter().sum()))
    };
    // What a model refuses is its caller's fault.
    let failed = count("model_errors").saturating_sub(count("refused"));
    let errors = Counted {
        count: failed,
        of: count("requests").max(failed),
    };
    let places = |of: u64| rollout::quantile::places(of, SLOWEST, limits.alpha / 2.0);
    let seen = [count("challenger"), count("champion")];
    let latencies = latencies(deps, &window, seen, seen.map(places)).await?;
    Ok(vec![
        guardrails::errors(&limits, errors),
        guardrails::latency(&limits, latencies[0], latencies[1]),
    ])
}

/// The values at these places of either variant, by CloudWatch's percentiles.
async fn latencies(
    deps: &Deps,
    window: &Window,
    seen: [u64; 2],
    places: [Places; 2],
) -> Result<[Latency; 2]> {
    let percentile = |place: u64, of: u64| format!("p{:.6}", 100.0 * place as f64 / of as f64);
    let of = |slot: usize| match slot {
        0 => ("challenger", CHALLENGER_VARIANT),
        _ => ("champion", CHAMPION_VARIANT),
    };
    let mut asked = Vec::new();
    for slot in 0..2 {
        let (id, variant) = of(slot);
        let sides = [("low", places[slot].low), ("high", places[slot].high)];
        for (side, place) in sides {
            if let Some(place) = place {
                let id = format!("{id}_{side}");
                let statistic = percentile(place, seen[slot]);
                asked.push(Asked::new(&id, variant, "ModelLatency", &statistic));
            }
        }
    }
    let found = if asked.is_empty() {
        BTreeMap::new()
    } else {
        window.ask(deps, &asked).await?
    };
    let milliseconds = |id: String| -> Option<&[f64]> { found.get(&id).map(Vec::as_slice) };
    Ok([0, 1].map(|slot| {
        let (id, _) = of(slot);
        let low = milliseconds(format!("{id}_low")).unwrap_or_default();
        let high = milliseconds(format!("{id}_high")).unwrap_or_default();
        // Where CloudWatch cuts the window in two, the interval spans both.
        Latency {
            of: seen[slot],
            low: low.iter().copied().map(from_microseconds).reduce(f64::min),
            high: high.iter().copied().map(from_microseconds).reduce(f64::max),
        }
    }))
}

fn from_microseconds(value: f64) -> f64 {
    value / 1000.0
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a count"
)]
fn whole(sum: f64) -> u64 {
    sum.max(0.0).round() as u64
}

/// A statistic of one variant's metric.
struct Asked {
    id: String,
    variant: &'static str,
    metric: &'static str,
    statistic: String,
}

impl Asked {
    fn new(id: &str, variant: &'static str, metric: &'static str, statistic: &str) -> Self {
        Self {
            id: id.to_owned(),
            variant,
            metric,
            statistic: statistic.to_owned(),
        }
    }
}

/// In seconds, of whole minutes.
struct Window {
    from: i64,
    to: i64,
}

impl Window {
    fn of(rollout: &Rollout, deps: &Deps) -> Self {
        let to = deps.clock.now().unix_timestamp().div_euclid(60) * 60 + 60;
        let from = (rollout.share().at.0 / 1000).div_euclid(60) * 60;
        Self {
            from: from.clamp(to - SECONDS_A_DAY, to - 60),
            to,
        }
    }

    /// The values by id; none where CloudWatch has none.
    async fn ask(&self, deps: &Deps, asked: &[Asked]) -> Result<BTreeMap<String, Vec<f64>>> {
        let queries = asked.iter().map(|asked| self.query(deps, asked));
        let get = deps.cloudwatch.get_metric_data();
        let get = get
            .set_metric_data_queries(Some(queries.collect()))
            .start_time(DateTime::from_secs(self.from))
            .end_time(DateTime::from_secs(self.to));
        let answer = get.send().await.context("read the endpoint's metrics")?;
        let results = answer.metric_data_results.unwrap_or_default().into_iter();
        Ok(results
            .filter_map(|result| Some((result.id?, result.values.unwrap_or_default())))
            .collect())
    }

    fn query(&self, deps: &Deps, asked: &Asked) -> MetricDataQuery {
        let dimension = |name: &str, value: &str| Dimension::builder().name(name).value(value);
        let endpoint = &deps.config.hosted.endpoint_name;
        let metric = Metric::builder()
            .namespace("AWS/SageMaker")
            .metric_name(asked.metric)
            .dimensions(dimension("EndpointName", endpoint).build())
            .dimensions(dimension("VariantName", asked.variant).build());
        let period = i32::try_from(self.to - self.from).unwrap_or(i32::MAX);
        let statistic = MetricStat::builder()
            .metric(metric.build())
            .period(period)
            .stat(&asked.statistic);
        MetricDataQuery::builder()
            .id(&asked.id)
            .metric_stat(statistic.build())
            .build()
    }
}
