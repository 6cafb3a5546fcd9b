//! The operations by their names, on metrics in the world's time.

mod alarms;

use std::sync::Arc;

use serde_json::{Value, json};
use tempfile::TempDir;

use local_core::metrics::{self, Series, Unit};
use local_core::wire::{AwsError, Table, apis, constraints, table};
use local_core::{Cloud, Principal, Settings};

const REGION: &str = "us-east-1";

struct Bench {
    cloud: Arc<Cloud>,
    /// The minute of the first value.
    first: i64,
    _folder: TempDir,
}

impl Bench {
    /// With ten latencies in each of two minutes, 1 to 10 and then 11 to 20, and one invocation.
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let cloud = Arc::new(Cloud::open(Settings::new(folder.path())).unwrap());
        let part = crate::part();
        constraints::set(&cloud, part.constraints);
        Table::new(part.operations).set(&cloud);
        // From the beginning of a minute, so that none turns meanwhile.
        let into = cloud.world.now().unix_timestamp().rem_euclid(60);
        cloud.world.advance(60 - into);
        let first = metrics::minute(cloud.world.now());
        metrics::record(&cloud, series("Invocations"), 1.0);
        for minute in 0..2 {
            for value in 1..=10 {
                let value = f64::from(minute * 10 + value);
                metrics::record_in(&cloud, series("ModelLatency"), Unit::Microseconds, value);
            }
            cloud.world.advance(60);
        }
        Self {
            cloud,
            first,
            _folder: folder,
        }
    }

    async fn call(&self, operation: &str, members: Value) -> Result<Value, AwsError> {
        let caller = (REGION, Principal::user());
        table::call(&self.cloud, apis::CLOUDWATCH, operation, caller, &members).await
    }

    fn seconds(&self, minute: i64) -> i64 {
        (self.first + minute) * 60
    }

    /// `GetMetricStatistics` of both minutes, with some members changed.
    async fn statistics(&self, changes: Value) -> Result<Value, AwsError> {
        let mut request = json!({
            "Namespace": "AWS/SageMaker",
            "MetricName": "ModelLatency",
            "Dimensions": dimensions("a"),
            "StartTime": self.seconds(0),
            "EndTime": self.seconds(2),
            "Period": 60,
        });
        local_core::wire::extend(&mut request, changes);
        self.call("GetMetricStatistics", request).await
    }

    /// `GetMetricData` of one statistic of each query, with some members changed.
    async fn data(&self, stats: &[&str], changes: Value) -> Result<Value, AwsError> {
        let queries = stats.iter().enumerate();
        let queries: Vec<Value> = queries
            .map(|(place, stat)| query(&format!("q{place}"), stat))
            .collect();
        let mut request = json!({
            "MetricDataQueries": queries,
            "StartTime": self.seconds(0),
            "EndTime": self.seconds(2),
        });
        local_core::wire::extend(&mut request, changes);
        self.call("GetMetricData", request).await
    }
}

fn series(metric: &str) -> Series {
    let dimensions = [("EndpointName", "e"), ("VariantName", "a")];
    Series::new(REGION, "AWS/SageMaker", metric, &dimensions)
}

fn dimensions(variant: &str) -> Value {
    json!([
        { "Name": "VariantName", "Value": variant },
        { "Name": "EndpointName", "Value": "e" },
    ])
}

fn query(id: &str, stat: &str) -> Value {
    json!({
        "Id": id,
        "MetricStat": {
            "Metric": {
                "Namespace": "AWS/SageMaker",
                "MetricName": "ModelLatency",
                "Dimensions": dimensions("a"),
            },
            "Period": 60,
            "Stat": stat,
        },
    })
}

fn code(refused: &AwsError) -> &str {
    refused.query_code.unwrap_or(&refused.code)
}

#[tokio::test]
async fn statistics_are_those_of_each_period() {
    let bench = Bench::new();
    let all = ["SampleCount", "Average", "Sum", "Minimum", "Maximum"];
    let found = bench.statistics(json!({ "Statistics": all })).await;
    let datapoint = |minute: i64, lowest: f64| {
        json!({
            "Timestamp": bench.seconds(minute), "Unit": "Microseconds", "SampleCount": 10.0,
            "Average": lowest + 4.5, "Sum": lowest * 10.0 + 45.0, "Minimum": lowest, "Maximum": lowest + 9.0,
        })
    };
    let datapoints = [datapoint(0, 1.0), datapoint(1, 11.0)];
    let expected = json!({ "Label": "ModelLatency", "Datapoints": datapoints });
    assert_eq!(found.unwrap(), expected);

    let whole = json!({ "Statistics": ["Sum"], "Period": 300 });
    let found = bench.statistics(whole).await.unwrap();
    assert_eq!(found["Datapoints"][0]["Sum"], 210.0);
    for other in [
        json!({ "Statistics": ["Sum"], "Unit": "Count" }),
        json!({ "Statistics": ["Sum"], "Dimensions": dimensions("b") }),
        json!({ "Statistics": ["Sum"], "Dimensions": [] }),
        json!({ "Statistics": ["Sum"], "StartTime": bench.seconds(2), "EndTime": bench.seconds(3) }),
    ] {
        let found = bench.statistics(other.clone()).await.unwrap();
        assert_eq!(found["Datapoints"], json!([]), "{other}");
    }
}

#[tokio::test]
async fn percentiles_are_near_the_values() {
    let bench = Bench::new();
    let asked = json!({ "ExtendedStatistics": ["p50", "p99.9"], "Period": 120 });
    let found = bench.statistics(asked).await.unwrap();
    let found = &found["Datapoints"][0]["ExtendedStatistics"];
    for (name, exact) in [("p50", 10.0), ("p99.9", 20.0)] {
        let value = found[name].as_f64().unwrap();
        assert!((value / exact - 1.0).abs() < 0.011, "{name}: {value}");
    }
}

#[tokio::test]
async fn what_get_metric_statistics_may_not_have_is_refused_as_aws_refuses_it() {
    let bench = Bench::new();
    let day = json!({ "Statistics": ["Sum"], "EndTime": bench.seconds(1_441) });
    for (changes, expected, words) in [
        (json!({}), "InvalidParameterCombination", "At least one"),
        (
            json!({ "Statistics": ["Sum"], "ExtendedStatistics": ["p50"] }),
            "InvalidParameterCombination",
            "mutually exclusive",
        ),
        (day, "InvalidParameterCombination", "1441 datapoints"),
        (
            json!({ "Statistics": ["Sum", "Total"] }),
            "InvalidParameterValue",
            "Statistics.member.2",
        ),
        (
            json!({ "ExtendedStatistics": ["p101"] }),
            "InvalidParameterValue",
            "ExtendedStatistics.member.1",
        ),
        (
            json!({ "Statistics": ["Sum"], "Period": 90 }),
            "InvalidParameterValue",
            "Period",
        ),
        (
            json!({ "Statistics": ["Sum"], "EndTime": bench.seconds(0) }),
            "InvalidParameterValue",
            "must not equal",
        ),
        (
            json!({ "Statistics": [] }),
            "InvalidParameterValue",
            "'statistics'",
        ),
        (
            json!({ "Statistics": ["Sum"], "Namespace": ":a" }),
            "InvalidParameterValue",
            "'namespace'",
        ),
        (
            json!({ "Statistics": ["Sum"], "Dimensions": [dimensions("a")[0], dimensions("b")[0]] }),
            "InvalidParameterValue",
            "VariantName more than once",
        ),
        (
            json!({ "Statistics": ["Sum"], "Period": null }),
            "MissingParameter",
            "Period is required",
        ),
        (
            json!({ "ExtendedStatistics": ["tm90"] }),
            "ValidationException",
            "tm90",
        ),
        (
            json!({ "Statistics": ["Sum"], "Period": 10 }),
            "ValidationException",
            "high resolution",
        ),
    ] {
        let refused = bench.statistics(changes.clone()).await.unwrap_err();
        assert_eq!(code(&refused), expected, "{changes}: {refused}");
        assert!(refused.message.contains(words), "{changes}: {refused}");
    }
}

#[tokio::test]
async fn metric_data_comes_newest_first_unless_asked_otherwise() {
    let bench = Bench::new();
    let stats = ["Sum", "p100"];
    let found = bench.data(&stats, json!({})).await.unwrap();
    let (new, old) = (bench.seconds(1), bench.seconds(0));
    let results = json!([
        {
            "Id": "q0", "Label": "ModelLatency", "StatusCode": "Complete",
            "Timestamps": [new, old], "Values": [155.0, 55.0],
        },
        {
            "Id": "q1", "Label": "ModelLatency", "StatusCode": "Complete",
            "Timestamps": [new, old], "Values": [20.0, 10.0],
        },
    ]);
    assert_eq!(found, json!({ "MetricDataResults": results }));
    let ascending = json!({ "ScanBy": "TimestampAscending" });
    let found = bench.data(&["Sum"], ascending).await.unwrap();
    assert_eq!(
        found["MetricDataResults"][0]["Values"],
        json!([55.0, 155.0])
    );
}

#[tokio::test]
async fn pages_of_metric_data_have_every_datapoint_once() {
    let bench = Bench::new();
    let (mut token, mut values, mut codes) = (Value::Null, [vec![], vec![]], vec![]);
    for _ in 0..2 {
        let page = json!({ "MaxDatapoints": 3, "NextToken": token });
        let found = bench.data(&["Sum", "Maximum"], page).await.unwrap();
        let results = found["MetricDataResults"].as_array().unwrap();
        for (values, result) in values.iter_mut().zip(results) {
            values.extend(result["Values"].as_array().unwrap().clone());
            codes.push(result["StatusCode"].clone());
        }
        token = found["NextToken"].clone();
    }
    assert!(token.is_null(), "{token}");
    assert_eq!(values, [vec![155.0, 55.0], vec![20.0, 10.0]]);
    assert_eq!(codes, ["Complete", "PartialData", "Complete", "Complete"]);
    for token in ["MQ", "OQ", "-", ""] {
        let page = json!({ "NextToken": token });
        let answer = bench.data(&["Sum"], page).await;
        let is_refused = answer.is_err_and(|refused| code(&refused) == "InvalidNextToken");
        assert_eq!(is_refused, token != "MQ", "{token:?}");
    }
}

#[tokio::test]
async fn what_get_metric_data_may_not_have_is_refused_by_name() {
    let bench = Bench::new();
    let with = |changes: Value| {
        let mut query = query("q", "Sum");
        local_core::wire::extend(&mut query, changes);
        json!({ "MetricDataQueries": [query] })
    };
    let many: Vec<Value> = (0..501).map(|n| query(&format!("q{n}"), "Sum")).collect();
    let expression = json!({ "MetricDataQueries": [{ "Id": "e", "Expression": "m1 / m2" }] });
    for (changes, expected, words) in [
        (
            expression,
            "ValidationException",
            "the parameter Expression of GetMetricData",
        ),
        (
            json!({ "LabelOptions": {} }),
            "ValidationException",
            "LabelOptions",
        ),
        (
            with(json!({ "Label": "${MAX}" })),
            "ValidationException",
            "dynamic label",
        ),
        (
            with(json!({ "AccountId": "1" })),
            "ValidationException",
            "AccountId",
        ),
        (
            with(json!({ "Id": "Q" })),
            "ValidationError",
            "'metricDataQueries.1.member.id'",
        ),
        (
            with(json!({ "ReturnData": false })),
            "ValidationError",
            "ReturnData",
        ),
        (
            json!({ "MetricDataQueries": many }),
            "ValidationError",
            "less than or equal to 500",
        ),
        (
            json!({ "MetricDataQueries": [query("q", "Sum"), query("q", "p50")] }),
            "ValidationError",
            "not unique",
        ),
        (
            json!({ "MetricDataQueries": [query("q", "Total")] }),
            "ValidationError",
            "Total",
        ),
        (
            json!({ "MetricDataQueries": [query("q", "TM(:90%)")] }),
            "ValidationException",
            "TM(:90%)",
        ),
        (
            json!({ "StartTime": bench.seconds(3) }),
            "ValidationError",
            "must be less than",
        ),
        (
            json!({ "MaxDatapoints": 0 }),
            "ValidationError",
            "'maxDatapoints'",
        ),
    ] {
        let refused = bench.data(&["Sum"], changes.clone()).await.unwrap_err();
        assert_eq!(code(&refused), expected, "{refused}");
        assert!(refused.message.contains(words), "{refused}");
    }
}

#[tokio::test]
async fn metrics_are_listed_by_their_filters() {
    let bench = Bench::new();
    bench.cloud.world.advance(4 * 3600);
    metrics::record(&bench.cloud, Series::new(REGION, "N", "M", &[]), 1.0);
    let endpoint =
        |value: Value| json!({ "Dimensions": [{ "Name": "EndpointName", "Value": value }] });
    for (filter, expected) in [
        (json!({}), vec!["Invocations", "ModelLatency", "M"]),
        (json!({ "Namespace": "N" }), vec!["M"]),
        (json!({ "MetricName": "Invocations" }), vec!["Invocations"]),
        (endpoint(json!("e")), vec!["Invocations", "ModelLatency"]),
        (endpoint(Value::Null), vec!["Invocations", "ModelLatency"]),
        (endpoint(json!("f")), vec![]),
        (json!({ "RecentlyActive": "PT3H" }), vec!["M"]),
    ] {
        let found = bench.call("ListMetrics", filter.clone()).await.unwrap();
        let found = found["Metrics"].as_array().unwrap();
        let names: Vec<&str> = found
            .iter()
            .map(|metric| metric["MetricName"].as_str().unwrap())
            .collect();
        assert_eq!(names, expected, "{filter}");
    }
    let found = bench.call("ListMetrics", json!({ "MetricName": "Invocations" }));
    let found = found.await.unwrap();
    let dimensions = &found["Metrics"][0]["Dimensions"];
    assert_eq!(
        dimensions[0],
        json!({ "Name": "EndpointName", "Value": "e" })
    );
    let strange = json!({ "NextToken": "x" });
    let refused = bench.call("ListMetrics", strange).await.unwrap_err();
    assert_eq!(code(&refused), "InvalidNextToken");
}
