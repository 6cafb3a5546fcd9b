//! What ends a tuning job before its last training job.

use serde_json::{Value, json};

use super::{Bench, lab_8, with_limits};

fn with_criteria(script: &str, criteria: Value) -> Value {
    let mut request = with_limits(lab_8(script), 20, 1);
    request["HyperParameterTuningJobConfig"]["TuningJobCompletionCriteria"] = criteria;
    request
}

#[tokio::test]
async fn a_target_that_is_reached_ends_it() {
    let mut bench = Bench::new();
    let target = json!({ "TargetObjectiveMetricValue": 0.8 });
    let job = bench
        .run(&with_criteria("echo 'accuracy: 0.8'", target))
        .await;
    assert_eq!(job["HyperParameterTuningJobStatus"], "Completed");
    assert_eq!(job["TrainingJobStatusCounters"]["Completed"], 1);
}

#[tokio::test]
async fn three_training_jobs_without_a_better_one_end_it() {
    let mut bench = Bench::new();
    let most = json!({
        "BestObjectiveNotImproving": { "MaxNumberOfTrainingJobsNotImproving": 3 },
        "ConvergenceDetected": { "CompleteOnConvergence": "Disabled" },
    });
    let job = bench
        .run(&with_criteria("echo 'accuracy: 0.5'", most))
        .await;
    assert_eq!(job["HyperParameterTuningJobStatus"], "Completed");
    assert_eq!(job["TrainingJobStatusCounters"]["Completed"], 4);
    let details = &job["TuningJobCompletionDetails"];
    assert_eq!(details["NumberOfTrainingJobsObjectiveNotImproving"], 3);
}

#[tokio::test]
async fn its_time_ends_it_and_what_runs() {
    let mut bench = Bench::new();
    let mut request = lab_8("echo 'accuracy: 0.5'; exec sleep 60");
    request["HyperParameterTuningJobConfig"]["ResourceLimits"] =
        json!({ "MaxParallelTrainingJobs": 1, "MaxRuntimeInSeconds": 120 });
    bench.create(&request).await.unwrap();
    bench.drive();
    bench
        .until("lab", |job| {
            (job["TrainingJobStatusCounters"]["InProgress"] == 1).then_some(())
        })
        .await;
    bench.cloud.world.advance(121);
    let job = bench.ended("lab").await;
    assert_eq!(job["HyperParameterTuningJobStatus"], "Completed");
    assert_eq!(job["TrainingJobStatusCounters"]["Stopped"], 1);
    let seconds = job["ConsumedResources"]["RuntimeInSeconds"]
        .as_u64()
        .unwrap();
    assert!(seconds >= 121, "{seconds}");
}

#[tokio::test]
async fn a_grid_is_tried_once_each() {
    let mut bench = Bench::new();
    let mut request = lab_8("echo 'accuracy: 0.5'");
    let config = &mut request["HyperParameterTuningJobConfig"];
    config["Strategy"] = "Grid".into();
    config["ResourceLimits"] = json!({ "MaxParallelTrainingJobs": 2 });
    config["ParameterRanges"] = json!({ "CategoricalParameterRanges": [
        { "Name": "batch_size", "Values": ["128", "256"] },
        { "Name": "freeze", "Values": ["yes", "no"] },
    ]});
    let job = bench.run(&request).await;
    assert_eq!(job["HyperParameterTuningJobStatus"], "Completed");
    let mut tried = bench.tried("lab").await;
    tried.sort_by_key(Value::to_string);
    tried.dedup();
    assert_eq!(tried.len(), 4, "{tried:?}");
    assert_eq!(job["TrainingJobStatusCounters"]["Completed"], 4);
}
