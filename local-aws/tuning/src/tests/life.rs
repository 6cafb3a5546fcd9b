//! From the creation to the end.

use local_core::wire::extend;
use serde_json::{Value, json};

use super::{Bench, lab_8, with_limits};
use crate::job::JOBS;
use crate::launch::free;

/// The second training job is better.
const SECOND_IS_BEST: &str = r#"case "$TRAINING_JOB_NAME" in *-002-*) echo "accuracy: 0.75" ;; *) echo "accuracy: 0.5" ;; esac"#;

fn counters(job: &Value) -> (Vec<u64>, Vec<u64>) {
    let count = |of: &str, name: &str| job[of][name].as_u64().unwrap();
    let statuses = [
        "Completed",
        "InProgress",
        "RetryableError",
        "NonRetryableError",
        "Stopped",
    ];
    let objectives = ["Succeeded", "Pending", "Failed"];
    (
        statuses
            .map(|name| count("TrainingJobStatusCounters", name))
            .into(),
        objectives
            .map(|name| count("ObjectiveStatusCounters", name))
            .into(),
    )
}

#[tokio::test]
async fn two_trials_run_and_the_better_one_is_best() {
    let mut bench = Bench::new();
    let mut request = lab_8(SECOND_IS_BEST);
    request["Tags"] = json!([{ "Key": "lab", "Value": "8" }]);
    let job = bench.run(&request).await;
    assert_eq!(job["HyperParameterTuningJobStatus"], "Completed", "{job}");
    assert_eq!(counters(&job), (vec![2, 0, 0, 0, 0], vec![2, 0, 0]));
    let best = &job["BestTrainingJob"];
    assert_eq!(
        best["FinalHyperParameterTuningJobObjectiveMetric"],
        json!({ "Type": "Maximize", "MetricName": "validation:accuracy", "Value": 0.75 })
    );
    let name = best["TrainingJobName"].as_str().unwrap();
    let signs = name.strip_prefix("lab-002-").unwrap();
    assert!(
        signs.len() == 8 && signs.bytes().all(|sign| sign.is_ascii_hexdigit()),
        "{name}"
    );
    let training = bench
        .call("DescribeTrainingJob", &json!({ "TrainingJobName": name }))
        .await
        .unwrap();
    assert_eq!(training["TuningJobArn"], job["HyperParameterTuningJobArn"]);
    assert_eq!(training["OutputDataConfig"]["KmsKeyId"], "");
    let mut hyperparameters = best["TunedHyperParameters"].clone();
    let rate: f64 = hyperparameters["learning_rate"]
        .as_str()
        .unwrap()
        .parse()
        .unwrap();
    assert!((1e-5..=5e-5).contains(&rate), "{rate}");
    let fixed = json!({ "epochs": "3", "_tuning_objective_metric": "validation:accuracy" });
    extend(&mut hyperparameters, fixed);
    assert_eq!(training["HyperParameters"], hyperparameters);
    let tags = json!({ "ResourceArn": training["TrainingJobArn"] });
    let tags = bench.call("ListTags", &tags).await.unwrap();
    assert_eq!(tags["Tags"], request["Tags"]);
    // What the official SDK's `attach` reads.
    let definition = &job["TrainingJobDefinition"];
    let objective = &definition["StaticHyperParameters"]["_tuning_objective_metric"];
    assert_eq!(objective, "validation:accuracy");
    let resources = &request["TrainingJobDefinition"]["HyperParameterTuningResourceConfig"];
    assert_eq!(definition["ResourceConfig"], *resources);
    let ranges = &job["HyperParameterTuningJobConfig"]["ParameterRanges"];
    assert_eq!(ranges["IntegerParameterRanges"], json!([]));
}

#[tokio::test]
async fn each_status_is_an_event_of_the_documented_shape() {
    let mut bench = Bench::new();
    bench.run(&lab_8(SECOND_IS_BEST)).await;
    let events = bench.events();
    let statuses: Vec<&Value> = events
        .iter()
        .map(|detail| &detail["HyperParameterTuningJobStatus"])
        .collect();
    assert_eq!(statuses, ["InProgress", "Completed"]);
    let sample = include_str!("../../../../events/tuning-job-completed.json");
    let sample: Value = serde_json::from_str(sample).unwrap();
    let sample = sample["detail"].as_object().unwrap();
    let emitted = events[1].as_object().unwrap();
    for (member, value) in sample {
        let same_type =
            |emitted: &Value| std::mem::discriminant(emitted) == std::mem::discriminant(value);
        assert!(emitted.get(member).is_some_and(same_type), "{member}");
    }
    for member in emitted.keys() {
        assert!(sample.contains_key(member), "{member} is in no sample");
    }
}

#[tokio::test]
async fn a_training_job_that_fails_is_counted_and_the_other_wins() {
    let mut bench = Bench::new();
    let script = r#"case "$TRAINING_JOB_NAME" in *-001-*) echo "accuracy: 0.9"; exit 3 ;; esac; echo "accuracy: 0.5""#;
    let job = bench.run(&lab_8(script)).await;
    assert_eq!(job["HyperParameterTuningJobStatus"], "Completed");
    assert_eq!(counters(&job), (vec![1, 0, 0, 1, 0], vec![1, 0, 1]));
    let best = job["BestTrainingJob"]["TrainingJobName"].as_str().unwrap();
    assert!(best.starts_with("lab-002-"), "{best}");
    let failed = bench
        .training_jobs("lab", json!({ "StatusEquals": "Failed" }))
        .await;
    assert_eq!(failed[0]["ObjectiveStatus"], "Failed");
    assert_eq!(failed[0]["FailureReason"], "AlgorithmError: , exit code: 3");
}

#[tokio::test]
async fn a_tuning_job_is_given_up_after_five_training_jobs_that_failed() {
    let mut bench = Bench::new();
    let job = bench.run(&with_limits(lab_8("exit 1"), 9, 1)).await;
    assert_eq!(job["HyperParameterTuningJobStatus"], "Failed");
    let reason = job["FailureReason"].as_str().unwrap();
    assert!(
        reason.starts_with("No training job succeeded after 5 attempts."),
        "{reason}"
    );
    assert_eq!(counters(&job), (vec![0, 0, 0, 5, 0], vec![0, 0, 5]));
    assert_eq!(job.get("BestTrainingJob"), None);
}

#[tokio::test]
async fn a_metric_that_no_line_has_and_one_that_is_no_number_are_none() {
    for script in ["echo trained", "echo 'accuracy: 0.5'; echo 'accuracy: nan'"] {
        let mut bench = Bench::new();
        let job = bench.run(&lab_8(script)).await;
        assert_eq!(job["HyperParameterTuningJobStatus"], "Failed", "{script}");
        assert_eq!(counters(&job), (vec![2, 0, 0, 0, 0], vec![0, 0, 2]));
        let reason = job["FailureReason"].as_str().unwrap();
        assert!(
            reason.starts_with("No objective metric was found in the logs of 2"),
            "{reason}"
        );
    }
}

#[tokio::test]
async fn a_stop_in_the_middle_stops_what_runs() {
    let mut bench = Bench::new();
    let name = json!({ "HyperParameterTuningJobName": "lab" });
    let request = lab_8("echo 'accuracy: 0.5'; exec sleep 60");
    bench.create(&request).await.unwrap();
    bench.drive();
    bench
        .until("lab", |job| {
            (counters(job).0 == [0, 2, 0, 0, 0]).then_some(())
        })
        .await;
    for _ in 0..2 {
        bench
            .call("StopHyperParameterTuningJob", &name)
            .await
            .unwrap();
    }
    let job = bench.ended("lab").await;
    assert_eq!(job["HyperParameterTuningJobStatus"], "Stopped");
    assert_eq!(counters(&job).0, [0, 0, 0, 0, 2]);
    let statuses: Vec<Value> = bench
        .events()
        .into_iter()
        .map(|mut detail| detail["HyperParameterTuningJobStatus"].take())
        .collect();
    assert_eq!(statuses, ["InProgress", "Stopping", "Stopped"]);
    let again = bench
        .call("StopHyperParameterTuningJob", &name)
        .await
        .unwrap_err();
    assert!(again.message.ends_with("is in status Stopped."), "{again}");
    bench
        .call("DeleteHyperParameterTuningJob", &name)
        .await
        .unwrap();
    let gone = bench
        .call("DescribeHyperParameterTuningJob", &name)
        .await
        .unwrap_err();
    assert_eq!(gone.code, "ResourceNotFound");
    // The name is free, and the training jobs are still there.
    bench.create(&request).await.unwrap();
    let left = bench
        .call("ListTrainingJobs", &json!({ "StatusEquals": "Stopped" }))
        .await
        .unwrap();
    assert_eq!(left["TrainingJobSummaries"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn two_tuning_jobs_run_at_once_and_share_nothing() {
    let mut bench = Bench::new();
    let mut other = lab_8("echo 'accuracy: 0.25'");
    other["HyperParameterTuningJobName"] = "other".into();
    bench.create(&other).await.unwrap();
    let lab = bench.run(&lab_8(SECOND_IS_BEST)).await;
    let other = bench.ended("other").await;
    for (job, value) in [(lab, 0.75), (other, 0.25)] {
        let best = &job["BestTrainingJob"];
        let metric = &best["FinalHyperParameterTuningJobObjectiveMetric"]["Value"];
        assert_eq!(metric, value);
        assert_eq!(counters(&job).0, [2, 0, 0, 0, 0]);
    }
}

#[tokio::test]
async fn trials_wait_for_instances_that_another_job_has_taken() {
    let mut bench = Bench::with(|settings| {
        let quota = "ml.m5.large for training job usage".to_owned();
        settings.quotas.insert(quota, 2);
    });
    let gate = bench.folder.path().join("gate");
    let refused = bench
        .create(&with_limits(lab_8("true"), 3, 3))
        .await
        .unwrap_err();
    assert_eq!(refused.code, "ResourceLimitExceeded", "{refused}");
    assert!(
        refused.message.contains("a request delta of 3 Instances"),
        "{refused}"
    );
    bench
        .create(&with_limits(lab_8("echo 'accuracy: 0.5'"), 3, 2))
        .await
        .unwrap();
    let holds = format!("while [ ! -e '{}' ]; do sleep 0.02; done", gate.display());
    let mut request = lab_8(&holds)["TrainingJobDefinition"].take();
    let members = request.as_object_mut().unwrap();
    members.remove("StaticHyperParameters");
    let resources = members.remove("HyperParameterTuningResourceConfig");
    members.insert("ResourceConfig".into(), resources.unwrap());
    members.insert("TrainingJobName".into(), "holds".into());
    bench.call("CreateTrainingJob", &request).await.unwrap();
    // One of two instances is free, for one of two trials.
    let free = bench.cloud.store.read(|tx| {
        let job = JOBS.get(tx, super::REGION, "lab").unwrap();
        [1, 2].map(|places| free((&bench.cloud, tx), super::REGION, &job, places))
    });
    assert_eq!(free, [1, 1]);
    bench.drive();
    bench
        .until("lab", |job| {
            let active = local_sagemaker::jobs::in_training(&bench.cloud);
            assert!(active.len() <= 2, "{active:?}");
            (counters(job).0[0] == 3).then_some(())
        })
        .await;
    std::fs::write(gate, "").unwrap();
    assert_eq!(
        bench.ended("lab").await["HyperParameterTuningJobStatus"],
        "Completed"
    );
}
