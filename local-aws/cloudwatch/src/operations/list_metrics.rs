//! `ListMetrics`: which metrics there are.

use serde::Deserialize;
use serde_json::{Value, json};

use super::errors::next_token;
use super::metric::shown;
use local_core::metrics::{self, Series};
use local_core::wire::Reply;
use local_core::{Call, page};

/// The API reference's page.
const PAGE: usize = 500;

const THREE_HOURS: i64 = 3 * 60;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct ListMetricsRequest {
    namespace: Option<String>,
    metric_name: Option<String>,
    #[serde(default)]
    dimensions: Vec<DimensionFilter>,
    recently_active: Option<RecentlyActive>,
    next_token: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct DimensionFilter {
    name: String,
    value: Option<String>,
}

#[derive(Deserialize)]
enum RecentlyActive {
    #[serde(rename = "PT3H")]
    ThreeHours,
}

pub async fn list_metrics(call: Call, request: ListMetricsRequest) -> Reply {
    let since = match request.recently_active {
        Some(RecentlyActive::ThreeHours) => metrics::minute(call.cloud.world.now()) - THREE_HOURS,
        None => i64::MIN,
    };
    let all = metrics::all(&call.cloud, &call.region).into_iter();
    let wanted = all.filter(|(series, last)| *last >= since && request.wants(series));
    let listed: Vec<(String, Value)> = wanted
        .map(|(series, _)| {
            let shown = shown(&series);
            (shown.to_string(), shown)
        })
        .collect();
    let token = request.next_token.as_deref();
    let page = page::page(listed, |(name, _)| name, token, PAGE).ok_or_else(next_token)?;
    let metrics = page.items.into_iter().map(|(_, shown)| shown);
    Ok(json!({ "Metrics": metrics.collect::<Vec<_>>(), "NextToken": page.next_token }))
}

impl ListMetricsRequest {
    fn wants(&self, series: &Series) -> bool {
        let is =
            |asked: &Option<String>, found: &String| asked.as_ref().is_none_or(|it| it == found);
        let mut filters = self.dimensions.iter();
        is(&self.namespace, &series.namespace)
            && is(&self.metric_name, &series.name)
            && filters.all(|filter| {
                let found = series.dimensions.get(&filter.name);
                found.is_some_and(|value| is(&filter.value, value))
            })
    }
}
