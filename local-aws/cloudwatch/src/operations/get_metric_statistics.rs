//! `GetMetricStatistics`: one metric's statistics by period.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::errors::{combination, invalid, missing};
use super::metric::Metric;
use super::stat::{self, SIMPLE, Stat};
use super::window;
use crate::alarm::{Dimension, Statistic};
use local_core::Call;
use local_core::metrics::{self, Statistics, Unit};
use local_core::wire::{AwsError, Reply};

/// The API reference's limit on one answer.
const MOST_DATAPOINTS: i64 = 1_440;

/// The required members may be missing here: CloudWatch has an error of its own for them.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct GetMetricStatisticsRequest {
    namespace: Option<String>,
    metric_name: Option<String>,
    #[serde(default)]
    dimensions: Vec<Dimension>,
    start_time: Option<f64>,
    end_time: Option<f64>,
    period: Option<i64>,
    #[serde(default)]
    statistics: Vec<String>,
    #[serde(default)]
    extended_statistics: Vec<String>,
    unit: Option<Unit>,
}

pub async fn get_metric_statistics(call: Call, request: GetMetricStatisticsRequest) -> Reply {
    let required = |member: Option<String>, name| member.ok_or_else(|| missing(name));
    let namespace = required(request.namespace, "Namespace")?;
    let name = required(request.metric_name, "MetricName")?;
    let start = request.start_time.ok_or_else(|| missing("StartTime"))?;
    let end = request.end_time.ok_or_else(|| missing("EndTime"))?;
    let period = request.period.ok_or_else(|| missing("Period"))?;
    let metric = Metric {
        namespace: &namespace,
        name: &name,
        dimensions: &request.dimensions,
    };
    if let Some(repeated) = metric.repeated() {
        return Err(invalid(format!(
            "The parameter Dimensions has the name {repeated} more than once."
        )));
    }
    let wanted = Wanted::read(&request.statistics, request.extended_statistics)?;
    let minutes = window::minutes(start, end, invalid)?;
    let period = window::period(period, "Period", invalid)?;
    let asked = window::datapoints(start, end, period);
    if asked > MOST_DATAPOINTS {
        return Err(combination(format!(
            "You have requested up to {asked} datapoints, which exceeds the limit of 1,440. You may reduce the \
             datapoints requested by increasing Period, or decreasing the time range."
        )));
    }
    let first = minutes.start;
    let series = metric.series(&call.region);
    let (unit, found) = metrics::periods(&call.cloud, &series, minutes, period);
    let is_asked = request.unit.is_none_or(|asked| asked == unit);
    let found = found.iter().filter(|_| is_asked);
    let datapoints: Vec<Value> = found
        .filter_map(|(number, statistics)| {
            let mut datapoint = wanted.of(statistics)?;
            let timestamp = (first + number * period) * 60;
            datapoint.insert("Timestamp".to_owned(), timestamp.into());
            datapoint.insert("Unit".to_owned(), json!(unit));
            Some(datapoint.into())
        })
        .collect();
    Ok(json!({ "Label": name, "Datapoints": datapoints }))
}

/// The members of each datapoint.
enum Wanted {
    Statistics(Vec<(&'static str, Statistic)>),
    Percentiles(Vec<(String, f64)>),
}

impl Wanted {
    fn read(statistics: &[String], extended: Vec<String>) -> Result<Self, AwsError> {
        match (statistics, extended.as_slice()) {
            ([], []) => Err(combination(
                "At least one of the parameters Statistics and ExtendedStatistics must be specified.".to_owned(),
            )),
            ([_, ..], [_, ..]) => Err(combination(
                "The parameters Statistics and ExtendedStatistics are mutually exclusive and you have specified both."
                    .to_owned(),
            )),
            (_, []) => {
                let named = statistics.iter().enumerate();
                let named = named.map(|(place, name)| {
                    let known = SIMPLE.iter().find(|(known, _)| known == name);
                    known.copied().ok_or_else(|| {
                        let all = SIMPLE.map(|(name, _)| name).join(", ");
                        invalid(format!(
                            "The parameter Statistics.member.{} must be a value in the set [ {all} ].",
                            place + 1
                        ))
                    })
                });
                Ok(Self::Statistics(named.collect::<Result<_, _>>()?))
            }
            (_, _) => {
                let named = extended.into_iter().enumerate();
                let named = named.map(|(place, name)| match stat::percent(&name) {
                    Some(percent) => Ok((name, percent)),
                    None if Stat::is_unsupported(&name) => Err(AwsError::unsupported(format!(
                        "local-aws does not have the extended statistic {name}"
                    ))),
                    None => Err(invalid(format!(
                        "The parameter ExtendedStatistics.member.{} must be a percentile from p0.0 to p100: {name}",
                        place + 1
                    ))),
                });
                Ok(Self::Percentiles(named.collect::<Result<_, _>>()?))
            }
        }
    }

    /// `None` where the values have no percentiles.
    fn of(&self, found: &Statistics) -> Option<Map<String, Value>> {
        let mut members = Map::new();
        match self {
            Self::Statistics(named) => {
                for (name, statistic) in named {
                    members.insert((*name).to_owned(), statistic.of(found).into());
                }
            }
            Self::Percentiles(named) => {
                let values = named.iter().map(|(name, percent)| {
                    let value = found.percentile(*percent)?;
                    Some((name.clone(), Value::from(value)))
                });
                let values: Map<String, Value> = values.collect::<Option<_>>()?;
                members.insert("ExtendedStatistics".to_owned(), values.into());
            }
        }
        Some(members)
    }
}
