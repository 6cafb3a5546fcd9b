//! Training jobs that are stopped while their logs grow.

use serde_json::{Value, json};

use super::{Bench, REGION, lab_8, with_limits};
use crate::{TuningJob, top_training_jobs};

#[tokio::test]
async fn a_training_job_below_the_median_is_stopped_early() {
    let mut bench = Bench::new();
    // The second one would wait for a minute.
    let script = r#"case "$TRAINING_JOB_NAME" in
*-001-*) for value in 5 6 7; do echo "accuracy: 0.$value"; done ;;
*) echo "accuracy: 0.1"; exec sleep 60 ;;
esac"#;
    let job = bench.run(&with_limits(lab_8(script), 2, 1)).await;
    assert_eq!(job["HyperParameterTuningJobStatus"], "Completed");
    assert_eq!(job["TrainingJobStatusCounters"]["Stopped"], 1);
    // It has a value, which is compared.
    assert_eq!(job["ObjectiveStatusCounters"]["Succeeded"], 2);
    let stopped = bench
        .training_jobs("lab", json!({ "StatusEquals": "Stopped" }))
        .await;
    let metric = &stopped[0]["FinalHyperParameterTuningJobObjectiveMetric"];
    assert_eq!(metric["Value"], 0.1);
    let best = job["BestTrainingJob"]["TrainingJobName"].as_str().unwrap();
    assert!(best.starts_with("lab-001-"), "{best}");
}

#[tokio::test]
async fn a_training_job_that_is_not_below_the_median_runs_to_its_end() {
    let mut bench = Bench::new();
    let script = r#"case "$TRAINING_JOB_NAME" in
*-001-*) for value in 5 6 7; do echo "accuracy: 0.$value"; done ;;
*) for value in 6 7 8; do echo "accuracy: 0.$value"; sleep 0.3; done ;;
esac"#;
    let job = bench.run(&with_limits(lab_8(script), 2, 1)).await;
    assert_eq!(job["TrainingJobStatusCounters"]["Completed"], 2);
    let best = &job["BestTrainingJob"]["FinalHyperParameterTuningJobObjectiveMetric"];
    assert_eq!(best["Value"], 0.8);
}

#[tokio::test]
async fn a_stopped_training_job_is_best_only_where_none_has_completed() {
    let mut bench = Bench::new();
    // The second one is below the first one's value by then, and above its last.
    let script = r#"case "$TRAINING_JOB_NAME" in
*-001-*) echo "accuracy: 0.9"; echo "accuracy: 0.5" ;;
*) echo "accuracy: 0.8"; exec sleep 60 ;;
esac"#;
    let job = bench.run(&with_limits(lab_8(script), 2, 1)).await;
    assert_eq!(job["TrainingJobStatusCounters"]["Stopped"], 1, "{job}");
    let best = job["BestTrainingJob"]["TrainingJobName"].as_str().unwrap();
    assert!(best.starts_with("lab-001-"), "{best}");
    // So it is among the best ones of a pipeline's Tuning step.
    let top = bench.cloud.store.read(|tx| {
        let job = TuningJob::find(tx, REGION, "lab").unwrap();
        top_training_jobs(tx, REGION, &job)
    });
    assert_eq!(top[0]["TrainingJobName"], best);
    assert_eq!(top[1]["TrainingJobStatus"], "Stopped");
    // A child's best of all is chosen alike.
    let mut child = with_limits(lab_8("echo 'accuracy: 0.1'"), 1, 1);
    child["HyperParameterTuningJobName"] = "child".into();
    child["WarmStartConfig"] = json!({
        "ParentHyperParameterTuningJobs": [{ "HyperParameterTuningJobName": "lab" }],
        "WarmStartType": "IdenticalDataAndAlgorithm",
    });
    bench.create(&child).await.unwrap();
    let child = bench.ended("child").await;
    assert_eq!(child["OverallBestTrainingJob"]["TrainingJobName"], best);
}

#[tokio::test]
async fn a_training_job_is_not_stopped_after_its_own_last_epoch() {
    // Both rules would stop the second one, which saves its model: logs are read every fifth of a second. `cat` writes both
    // lines at once.
    let script = r#"case "$TRAINING_JOB_NAME" in
*-001-*) echo "accuracy: 0.5"; echo "accuracy: 0.6" ;;
*) printf 'accuracy: 0.1\naccuracy: 0.2\n' > lines; cat lines; sleep 0.7 ;;
esac"#;
    for strategy in ["Random", "Hyperband"] {
        let mut bench = Bench::new();
        let mut request = with_limits(lab_8(script), 2, 1);
        request["TrainingJobDefinition"]["StaticHyperParameters"] = json!({});
        let config = &mut request["HyperParameterTuningJobConfig"];
        config["ParameterRanges"]["CategoricalParameterRanges"] =
            json!([{ "Name": "epochs", "Values": ["2"] }]);
        if strategy == "Hyperband" {
            config["Strategy"] = strategy.into();
            config["TrainingJobEarlyStoppingType"] = "Off".into();
            config["StrategyConfig"] =
                json!({ "HyperbandStrategyConfig": { "MinResource": 1, "MaxResource": 9 } });
        }
        let job = bench.run(&request).await;
        let completed = &job["TrainingJobStatusCounters"]["Completed"];
        assert_eq!(*completed, 2, "{strategy}: {job}");
    }
}

/// Each logs two values.
fn hyperband(after: &str, resources: Option<Value>) -> Value {
    let mut request = lab_8(&format!(
        "echo 'accuracy: 0.1'; echo 'accuracy: 0.2'; {after}"
    ));
    let config = &mut request["HyperParameterTuningJobConfig"];
    config["Strategy"] = "Hyperband".into();
    config["TrainingJobEarlyStoppingType"] = "Off".into();
    if let Some(resources) = resources {
        config["StrategyConfig"] = json!({ "HyperbandStrategyConfig": resources });
    }
    request
}

#[tokio::test]
async fn hyperband_stops_every_training_job_at_max_resource() {
    let mut bench = Bench::new();
    let resources = json!({ "MinResource": 1, "MaxResource": 2 });
    let request = hyperband("exec sleep 60", Some(resources));
    let job = bench.run(&request).await;
    assert_eq!(job["HyperParameterTuningJobStatus"], "Completed", "{job}");
    assert_eq!(job["TrainingJobStatusCounters"]["Stopped"], 2);
    // None has completed: the best is one of them.
    assert_eq!(job["BestTrainingJob"]["TrainingJobStatus"], "Stopped");
}

#[tokio::test]
async fn hyperband_lets_a_program_end_itself_after_its_last_epoch() {
    for resources in [None, Some(json!({ "MaxResource": 2 }))] {
        let mut bench = Bench::new();
        // It would be stopped while it saves its model: logs are read every fifth of a second.
        let mut request = hyperband("sleep 0.7", resources);
        request["TrainingJobDefinition"]["StaticHyperParameters"]["epochs"] = "2".into();
        let job = bench.run(&request).await;
        assert_eq!(job["TrainingJobStatusCounters"]["Completed"], 2, "{job}");
    }
}
