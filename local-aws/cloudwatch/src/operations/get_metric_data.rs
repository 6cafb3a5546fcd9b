//! `GetMetricData`: many metrics at once, in pages of datapoints.

use std::collections::HashSet;
use std::ops::Range;

use data_encoding::BASE64URL_NOPAD;
use serde::Deserialize;
use serde_json::{Value, json};

use super::errors::{next_token, validation};
use super::metric::Metric;
use super::stat::Stat;
use super::window;
use crate::alarm::Dimension;
use local_core::Call;
use local_core::metrics::{self, Unit};
use local_core::wire::{AwsError, Reply};

/// Of one page, where the request says nothing of it.
const MOST_DATAPOINTS: usize = 100_800;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct GetMetricDataRequest {
    metric_data_queries: Vec<MetricDataQuery>,
    start_time: f64,
    end_time: f64,
    next_token: Option<String>,
    #[serde(default)]
    scan_by: ScanBy,
    max_datapoints: Option<usize>,
}

/// An `Expression` is refused by its name: nothing is calculated from metrics here.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct MetricDataQuery {
    id: String,
    metric_stat: MetricStat,
    label: Option<String>,
    return_data: Option<bool>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct MetricStat {
    metric: MetricOfStat,
    period: i64,
    stat: String,
    unit: Option<Unit>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct MetricOfStat {
    namespace: String,
    metric_name: String,
    #[serde(default)]
    dimensions: Vec<Dimension>,
}

#[derive(Clone, Copy, Default, PartialEq, Eq, Deserialize)]
enum ScanBy {
    #[default]
    TimestampDescending,
    TimestampAscending,
}

/// A query's answer before it is cut into pages: seconds since 1970, and the value.
type Datapoints = Vec<(i64, f64)>;

pub async fn get_metric_data(call: Call, request: GetMetricDataRequest) -> Reply {
    let minutes = window::minutes(request.start_time, request.end_time, validation)?;
    let mut ids = HashSet::new();
    let mut answers = Vec::new();
    for (place, query) in request.metric_data_queries.iter().enumerate() {
        if !ids.insert(&query.id) {
            return Err(validation(
                "The values for parameter id in MetricDataQueries are not unique.".to_owned(),
            ));
        }
        let mut datapoints = query.answer(&call, place + 1, minutes.clone())?;
        if request.scan_by == ScanBy::TimestampDescending {
            datapoints.reverse();
        }
        if query.return_data != Some(false) {
            answers.push((query, datapoints));
        }
    }
    if answers.is_empty() {
        return Err(validation(
            "At least one of the MetricDataQueries must have ReturnData true.".to_owned(),
        ));
    }
    let begin = match &request.next_token {
        None => 0,
        Some(token) => place_of(token).ok_or_else(next_token)?,
    };
    let end = begin.saturating_add(request.max_datapoints.unwrap_or(MOST_DATAPOINTS));
    let all: usize = answers.iter().map(|(_, datapoints)| datapoints.len()).sum();
    if begin > 0 && begin >= all {
        return Err(next_token());
    }
    let mut before = 0;
    let mut results = Vec::new();
    for (query, datapoints) in &answers {
        results.push(query.result(datapoints, before, begin..end));
        before += datapoints.len();
    }
    Ok(json!({
        "MetricDataResults": results,
        "NextToken": (end < all).then(|| token_of(end)),
    }))
}

/// A page is a range of all datapoints in a row, query after query. The next one begins where its token says.
fn token_of(place: usize) -> String {
    BASE64URL_NOPAD.encode(place.to_string().as_bytes())
}

fn place_of(token: &str) -> Option<usize> {
    let place = BASE64URL_NOPAD.decode(token.as_bytes()).ok()?;
    String::from_utf8(place).ok()?.parse().ok()
}

impl MetricDataQuery {
    fn answer(
        &self,
        call: &Call,
        place: usize,
        minutes: Range<i64>,
    ) -> Result<Datapoints, AwsError> {
        let MetricStat { metric, stat, .. } = &self.metric_stat;
        let member = format!("MetricDataQueries.member.{place}");
        if self
            .label
            .as_ref()
            .is_some_and(|label| label.contains("${"))
        {
            return Err(AwsError::unsupported(format!(
                "local-aws does not honour a dynamic label: {member}.Label"
            )));
        }
        let metric = Metric {
            namespace: &metric.namespace,
            name: &metric.metric_name,
            dimensions: &metric.dimensions,
        };
        if let Some(repeated) = metric.repeated() {
            return Err(validation(format!(
                "The parameter {member}.MetricStat.Metric.Dimensions has the name {repeated} more than once."
            )));
        }
        let stat = match Stat::parse(stat) {
            Some(stat) => stat,
            None if Stat::is_unsupported(stat) => {
                return Err(AwsError::unsupported(format!(
                    "local-aws does not have the statistic {stat} of {member}.MetricStat.Stat"
                )));
            }
            None => {
                return Err(validation(format!(
                    "The value {stat} for parameter {member}.MetricStat.Stat is not a valid statistic."
                )));
            }
        };
        let parameter = format!("{member}.MetricStat.Period");
        let period = window::period(self.metric_stat.period, &parameter, validation)?;
        let first = minutes.start;
        let series = metric.series(&call.region);
        let (unit, found) = metrics::periods(&call.cloud, &series, minutes, period);
        if self.metric_stat.unit.is_some_and(|asked| asked != unit) {
            return Ok(Vec::new());
        }
        let found = found.iter().filter_map(|(number, statistics)| {
            let value = stat.of(statistics)?;
            Some(((first + number * period) * 60, value))
        });
        Ok(found.collect())
    }

    /// The part of the datapoints that lies in the page, where so many of other queries come before.
    fn result(&self, datapoints: &Datapoints, before: usize, page: Range<usize>) -> Value {
        let place = |end: usize| end.saturating_sub(before).min(datapoints.len());
        let end = place(page.end);
        let (timestamps, values): (Vec<i64>, Vec<f64>) =
            datapoints[place(page.start)..end].iter().copied().unzip();
        let name = &self.metric_stat.metric.metric_name;
        json!({
            "Id": self.id,
            "Label": self.label.as_ref().unwrap_or(name),
            "Timestamps": timestamps,
            "Values": values,
            "StatusCode": if end < datapoints.len() { "PartialData" } else { "Complete" },
        })
    }
}
