//! Lines of the embedded metric format in a function's output become metrics, as CloudWatch Logs extracts
//! them.
//!
//! Source: the CloudWatch user guide, "Specification: Embedded metric format".

use std::collections::HashMap;
use std::io::{Read, Seek, SeekFrom};
use std::sync::{Mutex, PoisonError};

use serde::Deserialize;
use serde_json::Value;

use super::process::log_path;
use local_core::Cloud;
use local_core::metrics::{Series, Unit, record_in};

/// Up to where each function's log was read. Sandboxes of one function share its log.
#[derive(Default)]
struct Offsets(Mutex<HashMap<String, u64>>);

/// Bytes that one reading takes; the rest is read after the next invocation.
const MOST_BYTES: u64 = 1024 * 1024;

/// Notes where the log ends before the process's first invocation: what is there was counted, or is lost.
pub(super) fn begin(cloud: &Cloud, function: &str, end: u64) {
    let read = cloud.memory::<Offsets>();
    let mut read = read.0.lock().unwrap_or_else(PoisonError::into_inner);
    read.entry(function.to_owned()).or_insert(end);
}

/// Records the metrics of the lines since the last time.
pub(super) fn extract(cloud: &Cloud, region: &str, function: &str) {
    let read = cloud.memory::<Offsets>();
    let mut read = read.0.lock().unwrap_or_else(PoisonError::into_inner);
    let Some(start) = read.get_mut(function) else {
        return;
    };
    let mut new = Vec::new();
    let Ok(mut file) = std::fs::File::open(log_path(cloud, function)) else {
        return;
    };
    // A log that was removed begins anew.
    let end = file.metadata().map_or(0, |metadata| metadata.len());
    *start = (*start).min(end);
    if file.seek(SeekFrom::Start(*start)).is_err()
        || file.take(MOST_BYTES).read_to_end(&mut new).is_err()
    {
        return;
    }
    let whole = match new.iter().rposition(|byte| *byte == b'\n') {
        Some(end) => end + 1,
        // A line as long as all that is read is no metric's.
        None if new.len() as u64 == MOST_BYTES => new.len(),
        None => return,
    };
    *start += whole as u64;
    for line in String::from_utf8_lossy(&new[..whole]).lines() {
        if line.starts_with('{') && line.contains("\"_aws\"") {
            let line: Value = serde_json::from_str(line).unwrap_or_default();
            for (series, unit, value) in metrics(region, &line) {
                record_in(cloud, series, unit, value);
            }
        }
    }
}

/// Each metric of a line under each of its sets of dimensions. The root must have every member that a set names, as
/// a text: a set that it has not whole gives no metric, nor does a directive without a namespace. A unit that there is
/// not is none.
fn metrics(region: &str, line: &Value) -> Vec<(Series, Unit, f64)> {
    let mut found = Vec::new();
    for directive in items(&line["_aws"]["CloudWatchMetrics"]) {
        let Some(namespace) = directive["Namespace"].as_str() else {
            continue;
        };
        for dimensions in items(&directive["Dimensions"]) {
            let dimensions = items(dimensions).iter().map(|name| {
                let name = name.as_str()?;
                Some((name, line[name].as_str()?))
            });
            let dimensions: Option<Vec<(&str, &str)>> = dimensions.collect();
            let Some(dimensions) = dimensions else {
                continue;
            };
            for metric in items(&directive["Metrics"]) {
                let name = metric["Name"].as_str().unwrap_or_default();
                let unit = Unit::deserialize(&metric["Unit"]).unwrap_or_default();
                let values = match &line[name] {
                    Value::Array(values) => values.as_slice(),
                    value => std::slice::from_ref(value),
                };
                for value in values.iter().filter_map(Value::as_f64) {
                    let series = Series::new(region, namespace, name, &dimensions);
                    found.push((series, unit, value));
                }
            }
        }
    }
    found
}

fn items(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_line_gives_each_metric_under_each_set_of_dimensions() {
        let line = json!({
            "_aws": { "Timestamp": 1, "CloudWatchMetrics": [{
                "Namespace": "Reviewloop",
                "Dimensions": [["FunctionName"], ["FunctionName", "Decision"]],
                "Metrics": [{ "Name": "Verdicts", "Unit": "Count" }, { "Name": "Times" }],
            }]},
            "FunctionName": "f", "Decision": "Approved", "Verdicts": 1, "Times": [2, 3],
        });
        let series = |name: &str, dimensions: &[(&str, &str)]| {
            Series::new("us-east-1", "Reviewloop", name, dimensions)
        };
        let (one, two) = (
            [("FunctionName", "f")],
            [("FunctionName", "f"), ("Decision", "Approved")],
        );
        let expected = [
            (series("Verdicts", &one), Unit::Count, 1.0),
            (series("Times", &one), Unit::None, 2.0),
            (series("Times", &one), Unit::None, 3.0),
            (series("Verdicts", &two), Unit::Count, 1.0),
            (series("Times", &two), Unit::None, 2.0),
            (series("Times", &two), Unit::None, 3.0),
        ];
        assert_eq!(metrics("us-east-1", &line), expected);
        assert_eq!(metrics("us-east-1", &json!({ "_aws": {} })), []);
    }

    #[test]
    fn a_set_of_dimensions_that_the_line_has_not_whole_gives_no_metric() {
        let line = |dimensions: Value, namespace: Value| {
            json!({
                "_aws": { "CloudWatchMetrics": [{
                    "Namespace": namespace,
                    "Dimensions": [dimensions],
                    "Metrics": [{ "Name": "Runs" }],
                }]},
                "FunctionName": "f", "Version": 1, "Runs": 1,
            })
        };
        let found =
            |dimensions, namespace| metrics("us-east-1", &line(dimensions, namespace)).len();
        assert_eq!(found(json!(["FunctionName"]), json!("N")), 1);
        assert_eq!(found(json!([]), json!("N")), 1);
        for dimensions in [
            json!(["FunctionName", "Decision"]),
            json!(["FunctionName", "Version"]),
            json!(["FunctionName", 1]),
        ] {
            assert_eq!(found(dimensions, json!("N")), 0);
        }
        assert_eq!(found(json!(["FunctionName"]), Value::Null), 0);
    }
}
