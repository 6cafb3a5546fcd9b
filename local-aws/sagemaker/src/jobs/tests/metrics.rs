//! The metrics of a training job's log.

use serde_json::json;

use super::{ended, training};
use crate::jobs::{Job, Training, get, metric_series};
use crate::testing::{Bench, REGION};

fn with_loss(script: &str) -> serde_json::Value {
    let mut request = training(script, json!({}));
    let loss = json!([{ "Name": "loss", "Regex": "loss: (\\S+)" }]);
    request["AlgorithmSpecification"]["MetricDefinitions"] = loss;
    request
}

fn series(bench: &Bench) -> Vec<f64> {
    let job: Job<Training> = bench.cloud.store.read(|tx| get(tx, REGION, "job")).unwrap();
    let definitions = &job.request.algorithm_specification.metric_definitions;
    metric_series(&bench.cloud, REGION, &job, &definitions[0])
}

#[tokio::test]
async fn a_last_value_that_is_not_finite_is_none() {
    let mut bench = Bench::new();
    let request = with_loss("echo 'loss: 0.5'; echo 'loss: nan'");
    bench.call("CreateTrainingJob", &request).await.unwrap();
    bench.drive();
    let job = ended(&bench).await;
    assert_eq!(job["TrainingJobStatus"], "Completed");
    assert_eq!(job["FinalMetricDataList"], json!([]));
    let series = series(&bench);
    assert!(series[0] == 0.5 && series[1].is_nan() && series.len() == 2);
}

#[tokio::test]
async fn a_line_without_its_end_is_no_value_yet() {
    let mut bench = Bench::new();
    let gate = bench.folder.path().join("gate");
    let script = format!(
        "echo 'loss: 0.5'; printf 'loss: 0.2'; touch '{0}'; while [ -e '{0}' ]; do sleep 0.02; done; echo 5",
        gate.display()
    );
    bench
        .call("CreateTrainingJob", &with_loss(&script))
        .await
        .unwrap();
    bench.drive();
    while !gate.exists() {
        tokio::task::yield_now().await;
    }
    assert_eq!(series(&bench), [0.5]);
    std::fs::remove_file(&gate).unwrap();
    ended(&bench).await;
    assert_eq!(series(&bench), [0.5, 0.25]);
}

/// A kill ends an attempt, and the next one begins again.
#[tokio::test]
async fn the_values_of_an_attempt_that_was_killed_are_not_the_next_ones() {
    let mut bench = Bench::new();
    let gate = bench.folder.path().join("gate");
    let script = format!(
        "[ -e '{0}' ] || {{ echo 'loss: 3'; echo 'loss: 2'; touch '{0}'; exec sleep 60; }}; echo 'loss: 4'",
        gate.display()
    );
    bench
        .call("CreateTrainingJob", &with_loss(&script))
        .await
        .unwrap();
    bench.drive();
    while !gate.exists() {
        tokio::task::yield_now().await;
    }
    assert_eq!(series(&bench), [3.0, 2.0]);
    bench.kill().await;
    bench.drive();
    let job = ended(&bench).await;
    assert_eq!(series(&bench), [4.0]);
    assert_eq!(job["FinalMetricDataList"][0]["Value"], 4.0);
}

#[tokio::test]
async fn a_description_has_an_empty_key_and_another_one_is_refused() {
    let bench = Bench::new();
    let mut request = training("true", json!({}));
    bench.call("CreateTrainingJob", &request).await.unwrap();
    let name = json!({ "TrainingJobName": "job" });
    let job = bench.call("DescribeTrainingJob", &name).await.unwrap();
    assert_eq!(job["OutputDataConfig"]["KmsKeyId"], "");
    request["TrainingJobName"] = "again".into();
    request["OutputDataConfig"] = job["OutputDataConfig"].clone();
    bench.call("CreateTrainingJob", &request).await.unwrap();
    request["OutputDataConfig"]["KmsKeyId"] = "alias/mine".into();
    let refused = bench.call("CreateTrainingJob", &request).await.unwrap_err();
    assert!(
        refused.message.contains("the parameter KmsKeyId"),
        "{refused}"
    );
}
