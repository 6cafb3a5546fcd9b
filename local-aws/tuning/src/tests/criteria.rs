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

/// None of them is a best one that the next ones could fall behind.
#[tokio::test]
async fn training_jobs_that_fail_are_no_criterion() {
    let mut bench = Bench::new();
    let most = json!({ "BestObjectiveNotImproving": { "MaxNumberOfTrainingJobsNotImproving": 3 } });
    let job = bench.run(&with_criteria("exit 1", most)).await;
    assert_eq!(job["HyperParameterTuningJobStatus"], "Failed");
    let reason = job["FailureReason"].as_str().unwrap();
    assert!(reason.contains("after 5 attempts"), "{reason}");
    let details = &job["TuningJobCompletionDetails"];
    assert_eq!(details["NumberOfTrainingJobsObjectiveNotImproving"], 0);
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

/// The first four end without a better one than the first. Those that run then have better values, and would be
/// followed by others were the end not decided.
pub(super) fn ends_beside_better_ones(bench: &Bench) -> Value {
    let gate = bench.folder.path().join("gate");
    let script = r#"case "$TRAINING_JOB_NAME" in
*-001-*) echo "accuracy: 0.9" ;;
*-00[234]-*) while [ ! -e 'GATE' ]; do sleep 0.02; done; echo "accuracy: 0.5" ;;
*-00[567]-*) echo "accuracy: 0.95"; touch 'GATE'; exec sleep 60 ;;
*) echo "accuracy: 0.1" ;;
esac"#;
    let script = script.replace("GATE", &gate.display().to_string());
    let most = json!({ "BestObjectiveNotImproving": { "MaxNumberOfTrainingJobsNotImproving": 3 } });
    let mut request = with_limits(with_criteria(&script, most), 20, 4);
    let config = &mut request["HyperParameterTuningJobConfig"];
    config["TrainingJobEarlyStoppingType"] = "Off".into();
    request
}

pub(super) fn check_the_end_beside_better_ones(job: &Value) {
    assert_eq!(job["HyperParameterTuningJobStatus"], "Completed", "{job}");
    let counters = &job["TrainingJobStatusCounters"];
    assert_eq!(counters["Completed"], 4, "{counters}");
    assert_eq!(counters["InProgress"], 0, "{counters}");
    let stopped = counters["Stopped"].as_u64().unwrap();
    assert!((1..=3).contains(&stopped), "{counters}");
    // Their last values are the best, but those that completed come first.
    let best = job["BestTrainingJob"]["TrainingJobName"].as_str().unwrap();
    assert!(best.starts_with("lab-001-"), "{best}");
}

#[tokio::test]
async fn an_end_that_is_decided_stays_so_whatever_it_stops() {
    let mut bench = Bench::new();
    let request = ends_beside_better_ones(&bench);
    check_the_end_beside_better_ones(&bench.run(&request).await);
}
