//! Statistics of the endpoint's variants in CloudWatch.

use std::collections::BTreeMap;

use anyhow::{Context, Result, ensure};
use aws_sdk_cloudwatch::primitives::DateTime;
use aws_sdk_cloudwatch::types::{
    Dimension, Metric, MetricDataQuery, MetricDataResult, MetricStat, StatusCode,
};
use contracts::moment::Moment;
use contracts::names;
use lambda_main::metrics::{FUNCTION_NAME, NAMESPACE, VARIANT_NAME};

use crate::Deps;

/// Who counts.
#[derive(Debug, Clone, Copy)]
pub enum Source {
    SageMaker,
    /// Of the answers that it got for its callers.
    Predict,
}

/// A statistic of one variant's metric.
#[derive(Debug)]
pub struct Asked {
    /// As CloudWatch wants ids: a lower-case letter first.
    pub id: String,
    pub source: Source,
    pub variant: &'static str,
    pub metric: &'static str,
    pub statistic: String,
}

/// In seconds, of whole minutes.
pub struct Window {
    from: i64,
    to: i64,
}

const SECONDS_A_DAY: i64 = 24 * 3600;

impl Window {
    /// A day at most: CloudWatch has a day in one period.
    pub fn of(since: Moment, deps: &Deps) -> Self {
        let to = deps.clock.now().unix_timestamp().div_euclid(60) * 60 + 60;
        let from = (since.0 / 1000).div_euclid(60) * 60;
        Self {
            from: from.clamp(to - SECONDS_A_DAY, to - 60),
            to,
        }
    }

    /// The values by id; none where CloudWatch has none, two where it cuts the window in two.
    pub async fn ask(&self, deps: &Deps, asked: &[Asked]) -> Result<BTreeMap<String, Vec<f64>>> {
        if asked.is_empty() {
            return Ok(BTreeMap::new());
        }
        let queries = asked.iter().map(|asked| self.query(deps, asked));
        let get = deps.cloudwatch.get_metric_data();
        let get = get
            .set_metric_data_queries(Some(queries.collect()))
            .start_time(DateTime::from_secs(self.from))
            .end_time(DateTime::from_secs(self.to));
        let answer = get.send().await.context("read the endpoint's metrics")?;
        let results = answer.metric_data_results.unwrap_or_default();
        let whole = |result: &MetricDataResult| result.status_code == Some(StatusCode::Complete);
        let part = results.iter().find(|result| !whole(result));
        ensure!(
            part.is_none() && answer.next_token.is_none(),
            "CloudWatch gave a part of the endpoint's metrics only"
        );
        let results = results.into_iter();
        Ok(results
            .filter_map(|result| Some((result.id?, result.values.unwrap_or_default())))
            .collect())
    }

    fn query(&self, deps: &Deps, asked: &Asked) -> MetricDataQuery {
        let dimension = |(name, value): (&str, &str)| {
            let dimension = Dimension::builder().name(name).value(value);
            dimension.build()
        };
        let predict = names::function(&deps.config.processing.stack, "predict");
        let (namespace, counted) = match asked.source {
            Source::SageMaker => (
                "AWS/SageMaker",
                ("EndpointName", deps.config.hosted.endpoint_name.as_str()),
            ),
            Source::Predict => (NAMESPACE, (FUNCTION_NAME, predict.as_str())),
        };
        let metric = Metric::builder()
            .namespace(namespace)
            .metric_name(asked.metric)
            .dimensions(dimension(counted))
            .dimensions(dimension((VARIANT_NAME, asked.variant)));
        let statistic = MetricStat::builder()
            .metric(metric.build())
            .period(i32::try_from(self.to - self.from).unwrap_or(i32::MAX))
            .stat(&asked.statistic);
        MetricDataQuery::builder()
            .id(&asked.id)
            .metric_stat(statistic.build())
            .build()
    }
}
