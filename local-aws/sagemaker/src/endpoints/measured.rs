//! The metrics of an endpoint's variant that are in CloudWatch's namespace `AWS/SageMaker`.
//!
//! Source: the SageMaker developer guide, "SageMaker AI endpoint invocation metrics".

use http::StatusCode;

use local_core::Call;
use local_core::metrics::{self, Series, Unit};

/// One request to a variant, as far as it came.
#[derive(Debug, Clone, Copy, Default)]
pub struct Invocation {
    /// The variant's instances that serve. A serverless one has none.
    pub instances: usize,
    /// What the container answered, or local-aws in its place; `None` where no answer came in time or whole.
    pub status: Option<StatusCode>,
    /// In the container; `None` for a request that did not get there.
    pub model_seconds: Option<f64>,
    /// From the request to its answer.
    pub seconds: f64,
}

impl Invocation {
    pub fn record(self, call: &Call, dimensions: &[(&str, &str)]) {
        for (metric, unit, value) in self.metrics() {
            let series = Series::new(&call.region, "AWS/SageMaker", metric, dimensions);
            metrics::record_in(&call.cloud, series, unit, value);
        }
    }

    fn metrics(self) -> impl Iterator<Item = (&'static str, Unit, f64)> {
        let error = |is_error| Some(f64::from(u8::from(is_error)));
        let is_4xx = self.status.is_some_and(|status| status.is_client_error());
        let is_5xx = self.status.is_none_or(|status| status.is_server_error());
        let per_instance = (self.instances > 0).then(|| 1.0 / self.instances as f64);
        let overhead = self.seconds - self.model_seconds.unwrap_or_default();
        let microseconds = |seconds: f64| seconds.max(0.0) * 1e6;
        let metrics = [
            ("Invocations", Unit::None, Some(1.0)),
            ("InvocationsPerInstance", Unit::None, per_instance),
            ("Invocation4XXErrors", Unit::None, error(is_4xx)),
            ("Invocation5XXErrors", Unit::None, error(is_5xx)),
            ("InvocationModelErrors", Unit::None, error(is_4xx || is_5xx)),
            (
                "ModelLatency",
                Unit::Microseconds,
                self.model_seconds.map(microseconds),
            ),
            (
                "OverheadLatency",
                Unit::Microseconds,
                Some(microseconds(overhead)),
            ),
        ];
        let metrics = metrics.into_iter();
        metrics.filter_map(|(name, unit, value)| Some((name, unit, value?)))
    }
}

/// How long a container of an inference pipeline took to answer.
#[derive(Debug)]
pub struct Latency {
    pub container: String,
    pub seconds: f64,
}

impl Latency {
    pub fn record(self, call: &Call, of_variant: [(&str, &str); 2]) {
        let [endpoint, variant] = of_variant;
        let dimensions = [endpoint, variant, ("ContainerName", &self.container)];
        let name = "ContainerLatency";
        let series = Series::new(&call.region, "AWS/SageMaker", name, &dimensions);
        let value = self.seconds.max(0.0) * 1e6;
        metrics::record_in(&call.cloud, series, Unit::Microseconds, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(invocation: Invocation, expected: &[(&str, f64)]) {
        let found: Vec<(&str, f64)> = invocation
            .metrics()
            .map(|(name, _, value)| (name, value))
            .collect();
        assert_eq!(found, expected, "{invocation:?}");
    }

    #[test]
    fn a_request_counts_once_whatever_became_of_it() {
        let answered = Invocation {
            instances: 4,
            status: Some(StatusCode::OK),
            model_seconds: Some(0.25),
            seconds: 0.75,
        };
        check(
            answered,
            &[
                ("Invocations", 1.0),
                ("InvocationsPerInstance", 0.25),
                ("Invocation4XXErrors", 0.0),
                ("Invocation5XXErrors", 0.0),
                ("InvocationModelErrors", 0.0),
                ("ModelLatency", 250_000.0),
                ("OverheadLatency", 500_000.0),
            ],
        );
        let refused = |status: Option<StatusCode>, errors: [f64; 2]| {
            let [of_4xx, of_5xx] = errors;
            let refused = Invocation {
                status,
                ..Invocation::default()
            };
            check(
                refused,
                &[
                    ("Invocations", 1.0),
                    ("Invocation4XXErrors", of_4xx),
                    ("Invocation5XXErrors", of_5xx),
                    ("InvocationModelErrors", 1.0),
                    ("OverheadLatency", 0.0),
                ],
            );
        };
        refused(Some(StatusCode::BAD_REQUEST), [1.0, 0.0]);
        refused(Some(StatusCode::SERVICE_UNAVAILABLE), [0.0, 1.0]);
        refused(None, [0.0, 1.0]);
    }
}
