//! The metrics of an endpoint's variant that are in CloudWatch's namespace `AWS/SageMaker`.
//!
//! Source: the SageMaker developer guide, "SageMaker AI endpoint invocation metrics".

use http::StatusCode;

use local_core::Call;
use local_core::metrics::{self, Series};

/// One request to a container: what it answered, `None` where no answer came.
pub fn invocation(
    call: &Call,
    (endpoint, variant): (&str, &str),
    seconds: f64,
    status: Option<StatusCode>,
) {
    let is_4xx = status.is_some_and(|status| status.is_client_error());
    let is_5xx = status.is_none_or(|status| status.is_server_error());
    for (metric, value) in [
        ("Invocations", 1.0),
        ("Invocation4XXErrors", f64::from(u8::from(is_4xx))),
        ("Invocation5XXErrors", f64::from(u8::from(is_5xx))),
        // Microseconds.
        ("ModelLatency", seconds * 1e6),
    ] {
        let dimensions = [("EndpointName", endpoint), ("VariantName", variant)];
        let series = Series::new(&call.region, "AWS/SageMaker", metric, &dimensions);
        metrics::record(&call.cloud, series, value);
    }
}
