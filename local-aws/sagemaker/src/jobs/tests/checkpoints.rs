//! A job's checkpoints in S3.

use serde_json::{Value, json};

use super::training;
use crate::testing::{BUCKET, Bench, REGION};
use local_core::wire::extend;

fn with_checkpoints(name: &str, script: &str) -> Value {
    let spot = json!({
        "TrainingJobName": name,
        "CheckpointConfig": { "S3Uri": format!("s3://{BUCKET}/checkpoints") },
        "EnableManagedSpotTraining": true,
        "StoppingCondition": { "MaxRuntimeInSeconds": 60, "MaxWaitTimeInSeconds": 120 },
    });
    training(script, spot)
}

fn is_there(bench: &Bench, key: &str) -> bool {
    local_s3::list_prefix(&bench.cloud, BUCKET, key).is_ok_and(|found| !found.is_empty())
}

async fn ended(bench: &Bench, name: &str) -> Value {
    let name = json!({ "TrainingJobName": name });
    bench
        .until("DescribeTrainingJob", &name, |job| {
            job.get("TrainingEndTime").map(|_| job.clone())
        })
        .await
}

#[tokio::test]
async fn a_job_that_runs_has_its_checkpoints_in_s3_and_the_next_finds_them() {
    let mut bench = Bench::new();
    let script =
        "mkdir checkpoints/step-1; echo weights > checkpoints/step-1/weights; exec sleep 600";
    let request = with_checkpoints("job", script);
    bench.call("CreateTrainingJob", &request).await.unwrap();
    bench.drive();
    let mut changes = bench.cloud.store.changes();
    while !is_there(&bench, "checkpoints/step-1/weights") {
        changes.changed().await;
    }
    let name = json!({ "TrainingJobName": "job" });
    bench.call("StopTrainingJob", &name).await.unwrap();
    let job = ended(&bench, "job").await;
    assert_eq!(job["TrainingJobStatus"], "Stopped");
    for member in [
        "CheckpointConfig",
        "StoppingCondition",
        "EnableManagedSpotTraining",
    ] {
        assert_eq!(job[member], request[member]);
    }
    assert_eq!(job["BillableTimeInSeconds"], job["TrainingTimeInSeconds"]);

    let request = with_checkpoints("next", "cat checkpoints/step-1/weights");
    bench.call("CreateTrainingJob", &request).await.unwrap();
    let log = bench
        .folder
        .path()
        .join(format!("state/logs/training-job/{REGION}/next.log"));
    assert_eq!(
        ended(&bench, "next").await["TrainingJobStatus"],
        "Completed"
    );
    assert_eq!(std::fs::read_to_string(log).unwrap(), "weights\n");
}

#[tokio::test]
async fn a_job_that_fails_leaves_its_checkpoints_and_one_without_has_no_folder() {
    let mut bench = Bench::new();
    let script = "[ ! -e checkpoints ] || { echo 1 > checkpoints/last; exit 3; }";
    let request = with_checkpoints("job", script);
    bench.call("CreateTrainingJob", &request).await.unwrap();
    bench.drive();
    let job = ended(&bench, "job").await;
    assert_eq!(job["FailureReason"], "AlgorithmError: , exit code: 3");
    assert!(is_there(&bench, "checkpoints/last"));

    let request = training(script, json!({ "TrainingJobName": "without" }));
    bench.call("CreateTrainingJob", &request).await.unwrap();
    assert_eq!(
        ended(&bench, "without").await["TrainingJobStatus"],
        "Completed"
    );
}

#[tokio::test]
async fn a_folder_that_is_no_place_of_checkpoints_is_refused_by_name() {
    let bench = Bench::new();
    for (path, is_honoured) in [
        ("/opt/ml/checkpoints/", true),
        ("/opt/ml/checkpoints/mine", true),
        ("/opt/ml/checkpoints/../model", false),
        ("/opt/ml/model", false),
        ("/tmp", false),
        ("", false),
    ] {
        let mut request = with_checkpoints(&format!("job{}", path.len()), "true");
        let local = json!({ "LocalPath": path });
        extend(&mut request["CheckpointConfig"], local);
        let answer = bench.call("CreateTrainingJob", &request).await;
        let refused = answer.err().map(|refusal| refusal.message);
        assert_eq!(refused.is_none(), is_honoured, "{path}: {refused:?}");
        let named = format!(
            "the LocalPath '{}' of CheckpointConfig",
            path.trim_end_matches('/')
        );
        assert!(refused.is_none_or(|said| said.contains(&named)), "{path}");
    }
}
