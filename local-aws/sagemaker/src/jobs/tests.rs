//! Jobs by their operations, without a client.

mod checkpoints;
mod metrics;

use std::panic;
use std::sync::Arc;

use serde_json::{Value, json};
use tokio::sync::Notify;

use super::{Job, JobKind, Processing, Training, get, put_new};
use crate::slots::Slot;
use crate::testing::{BUCKET, Bench, IMAGE, REGION, ROLE};
use local_core::store::{Table, Tx};
use local_core::wire::extend;

/// A job of one line of shell.
fn training(script: &str, more: Value) -> Value {
    let mut request = json!({
        "TrainingJobName": "job",
        "RoleArn": ROLE,
        "AlgorithmSpecification": {
            "TrainingImage": IMAGE, "TrainingInputMode": "File",
            "ContainerArguments": ["-c", script],
        },
        "OutputDataConfig": { "S3OutputPath": format!("s3://{BUCKET}/models") },
        "ResourceConfig": {
            "InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 1,
        },
        "StoppingCondition": { "MaxRuntimeInSeconds": 60 },
    });
    extend(&mut request, more);
    request
}

fn processing(more: Value) -> Value {
    let mut request = json!({
        "ProcessingJobName": "job",
        "RoleArn": ROLE,
        "AppSpecification": { "ImageUri": IMAGE, "ContainerArguments": ["-c", "true"] },
        "ProcessingResources": { "ClusterConfig": {
            "InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 1,
        }},
    });
    extend(&mut request, more);
    request
}

fn channel(name: &str) -> Value {
    json!({ "InputDataConfig": [{
        "ChannelName": name,
        "DataSource": { "S3DataSource": {
            "S3DataType": "S3Prefix", "S3Uri": format!("s3://{BUCKET}/raw/"),
        }},
    }]})
}

async fn ended(bench: &Bench) -> Value {
    let name = json!({ "TrainingJobName": "job" });
    bench
        .until("DescribeTrainingJob", &name, |job| {
            job.get("TrainingEndTime").map(|_| job.clone())
        })
        .await
}

#[tokio::test]
async fn a_channel_whose_name_breaks_the_services_model_is_refused() {
    let bench = Bench::new();
    let long = "x".repeat(300);
    for name in ["/tmp/escaped", "../../escaped", "a/b", "a\0b", "", &long] {
        let request = training("true", channel(name));
        let refused = bench.call("CreateTrainingJob", &request).await.unwrap_err();
        assert_eq!(refused.code, "ValidationException", "{name:?}");
        let at = format!("Value '{name}' at 'inputDataConfig.1.member.channelName' failed");
        assert!(refused.message.contains(&at), "{}", refused.message);
    }
}

/// Also where no wire has checked the name, and for the names that the service's model admits.
#[tokio::test]
async fn no_channel_writes_outside_of_its_job() {
    for name in ["../../../../escaped", ".."] {
        let mut bench = Bench::new();
        let request = serde_json::from_value(training("true", channel(name))).unwrap();
        bench
            .cloud
            .store
            .update(|tx| put_new::<Training>(&bench.cloud, tx, REGION, request))
            .unwrap();
        bench.drive();
        let job = ended(&bench).await;
        assert_eq!(
            job["FailureReason"],
            format!("ClientError: channel '{name}' leaves its folder")
        );
        assert!(!bench.folder.path().join("escaped").exists());
        assert!(!bench.folder.path().join("state/rows").exists());
    }
}

#[tokio::test]
async fn a_reserved_variable_is_refused_by_name() {
    let bench = Bench::new();
    for variable in [
        "LD_PRELOAD",
        "DYLD_INSERT_LIBRARIES",
        "GCONV_PATH",
        "BASH_ENV",
        "PATH",
        "AWS_ENDPOINT_URL",
        "SAGEMAKER_BASE_DIR",
        "ALLOWED_HOST",
        "TRAINING_JOB_ARN",
    ] {
        let environment = json!({ "Environment": { variable: "input/data/train/p.so" } });
        let container = json!({ "Image": IMAGE, "Environment": environment["Environment"] });
        for (operation, request) in [
            ("CreateTrainingJob", training("true", environment.clone())),
            ("CreateProcessingJob", processing(environment.clone())),
            (
                "CreateModel",
                json!({ "ModelName": "m", "ExecutionRoleArn": ROLE, "PrimaryContainer": container }),
            ),
        ] {
            let refused = bench.call(operation, &request).await.unwrap_err();
            let expected = format!("does not honour the variable {variable} of Environment");
            assert!(
                refused.message.contains(&expected),
                "{operation}: {refused}"
            );
        }
    }
}

#[tokio::test]
async fn what_the_services_model_bounds_is_bounded() {
    let bench = Bench::new();
    let many: Value = (0..101).map(|n| (n.to_string(), json!("1"))).collect();
    let stop = |seconds: u64| json!({ "StoppingCondition": { "MaxRuntimeInSeconds": seconds } });
    for (request, at) in [
        (json!({ "HyperParameters": many }), "'hyperParameters'"),
        (
            json!({ "HyperParameters": { "epochs": "\n{\"level\":\"ERROR\"}" } }),
            "'hyperParameters.epochs.member'",
        ),
        (stop(0), "'stoppingCondition.maxRuntimeInSeconds'"),
        (json!({ "Environment": { "A=B": "" } }), "'environment'"),
        (
            json!({ "Environment": { "A": "x".repeat(200_000) } }),
            "'environment.A.member'",
        ),
        (json!({ "RoleArn": "admin" }), "'roleArn'"),
        (
            json!({ "OutputDataConfig": { "S3OutputPath": "models" } }),
            "'outputDataConfig.s3OutputPath'",
        ),
    ] {
        let request = training("true", request);
        let refused = bench.call("CreateTrainingJob", &request).await.unwrap_err();
        let sentence = format!("at {at} failed to satisfy constraint");
        assert!(refused.message.contains(&sentence), "{}", refused.message);
    }
}

#[tokio::test]
async fn a_job_beyond_its_types_quota_is_refused_until_another_has_ended() {
    let mut bench = Bench::with(|cloud| {
        let quota = "ml.m5.large for training job usage".to_owned();
        cloud.settings.quotas.insert(quota, 1);
    });
    let first = training("true", json!({}));
    let second = training("true", json!({ "TrainingJobName": "second" }));
    bench.call("CreateTrainingJob", &first).await.unwrap();
    let refused = bench.call("CreateTrainingJob", &second).await.unwrap_err();
    assert_eq!(refused.code, "ResourceLimitExceeded");
    assert!(
        refused.message.starts_with(
            "The account-level service limit 'ml.m5.large for training job usage' is 1 Instances, \
             with current utilization of 1 Instances and a request delta of 1 Instances."
        ),
        "{refused}"
    );
    // Another use of the same type has a quota of its own.
    let other = processing(json!({}));
    bench.call("CreateProcessingJob", &other).await.unwrap();
    bench.drive();
    ended(&bench).await;
    bench.call("CreateTrainingJob", &second).await.unwrap();
}

#[tokio::test]
async fn jobs_of_one_name_and_another_kind_or_region_have_logs_of_their_own() {
    let mut bench = Bench::new();
    let request = training("echo trained", json!({}));
    bench.call("CreateTrainingJob", &request).await.unwrap();
    let elsewhere = serde_json::from_value(training("echo elsewhere", json!({}))).unwrap();
    let put = |tx: &Tx| put_new::<Training>(&bench.cloud, tx, "eu-west-1", elsewhere);
    bench.cloud.store.update(put).unwrap();
    let app = json!({ "ImageUri": IMAGE, "ContainerArguments": ["-c", "echo processed"] });
    let request = processing(json!({ "AppSpecification": app }));
    bench.call("CreateProcessingJob", &request).await.unwrap();
    bench.drive();
    let logs = bench.folder.path().join("state/logs");
    let mut changes = bench.cloud.store.changes();
    while !bench
        .cloud
        .store
        .read(|tx| Training::ACTIVE.keys(tx).is_empty() && Processing::ACTIVE.keys(tx).is_empty())
    {
        changes.changed().await;
    }
    for (log, expected) in [
        ("training-job/us-east-1/job.log", "trained\n"),
        ("training-job/eu-west-1/job.log", "elsewhere\n"),
        ("processing-job/us-east-1/job.log", "processed\n"),
    ] {
        assert_eq!(std::fs::read_to_string(logs.join(log)).unwrap(), expected);
    }
}

#[tokio::test]
async fn a_job_that_ended_leaves_no_folder() {
    for script in ["echo model > model/weights", "exit 3"] {
        let mut bench = Bench::new();
        let request = training(script, channel("train"));
        bench.call("CreateTrainingJob", &request).await.unwrap();
        bench.drive();
        ended(&bench).await;
        let folder = bench.folder.path().join("state/training-jobs");
        let left = std::fs::read_dir(folder).unwrap().count();
        assert_eq!(left, 0, "{script}");
    }
}

/// Its document cannot be read at first, which unwinds; later it can.
#[tokio::test]
async fn a_job_whose_task_panics_is_tried_again() {
    let mut bench = Bench::new();
    let store = &bench.cloud.store;
    let request = training("true", json!({}));
    bench.call("CreateTrainingJob", &request).await.unwrap();
    let document = Table::<Value>::new(Training::JOBS.kind());
    let whole = store.read(|tx| document.get(tx, REGION, "job")).unwrap();
    store.update(|tx| document.put(tx, REGION, "job", &json!("damaged")));
    let panicked = Arc::new(Notify::new());
    let (notify, before) = (panicked.clone(), panic::take_hook());
    panic::set_hook(Box::new(move |info| {
        if info.to_string().contains("sagemaker/training-job \"job\"") {
            notify.notify_one();
        } else {
            before(info);
        }
    }));
    bench.drive();
    panicked.notified().await;
    let store = &bench.cloud.store;
    store.update(|tx| document.put(tx, REGION, "job", &whole));
    let status = || {
        let job: Option<Job<Training>> = store.read(|tx| get(tx, REGION, "job"));
        job.unwrap().state.status
    };
    while !status().is_final() {
        // The pause passes; a notice makes the driver look at the clock.
        bench.cloud.world.advance(60);
        store.update(|tx| {
            Training::ACTIVE.put(tx, REGION, "notice", &slot());
            Training::ACTIVE.delete(tx, REGION, "notice");
        });
        tokio::task::yield_now().await;
    }
    assert_eq!(status().name(), "Completed");
}

/// Documents that no reader can decode stand for ten thousand ended jobs.
#[tokio::test]
async fn jobs_that_have_ended_cost_a_job_that_runs_nothing() {
    let mut bench = Bench::new();
    bench.cloud.store.update(|tx| {
        for kind in [Training::JOBS.kind(), Processing::JOBS.kind()] {
            let ended = Table::<Value>::new(kind);
            for number in 0..10_000 {
                ended.put(tx, REGION, &format!("ended-{number}"), &json!("unread"));
            }
        }
    });
    let request = training("true", channel("train"));
    bench.call("CreateTrainingJob", &request).await.unwrap();
    bench.drive();
    assert_eq!(ended(&bench).await["TrainingJobStatus"], "Completed");
}

/// A document without all that an entry needs stands for a job of another page.
#[tokio::test]
async fn a_list_reads_whole_jobs_of_its_page_alone() {
    let bench = Bench::new();
    let request = training("true", json!({}));
    bench.call("CreateTrainingJob", &request).await.unwrap();
    bench.cloud.store.update(|tx| {
        let document = Table::<Value>::new(Training::JOBS.kind());
        let job = document.get(tx, REGION, "job").unwrap();
        let (created, modified) = (&job["state"]["created"], &job["state"]["modified"]);
        let other = json!({ "created": created, "modified": modified, "status": "Completed" });
        document.put(tx, REGION, "other", &json!({ "state": other }));
    });
    let page = json!({ "MaxResults": 1, "SortBy": "Name", "SortOrder": "Ascending" });
    let listed = bench.call("ListTrainingJobs", &page).await.unwrap();
    assert_eq!(listed["TrainingJobSummaries"][0]["TrainingJobName"], "job");
    let rest = json!({ "MaxResults": 1, "SortBy": "Name", "SortOrder": "Ascending", "NextToken": listed["NextToken"] });
    let rest = bench.call("ListTrainingJobs", &rest).await.unwrap();
    assert_eq!(rest["TrainingJobSummaries"], json!([]), "it cannot be read");
}

fn slot() -> Slot {
    Slot {
        instance_type: "ml.m5.large".into(),
        instance_count: 1,
    }
}
