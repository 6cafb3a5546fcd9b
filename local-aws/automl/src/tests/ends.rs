//! Ends that are not the last step's.

use serde_json::{Value, json};

use super::{Bench, REGION, THIRD_IS_BEST, lab_3, scores};
use crate::course::{Course, course};
use crate::job::{Ending, Secondary};
use crate::seen::Seen;

fn end(job: &Value) -> [&str; 2] {
    ["AutoMLJobStatus", "AutoMLJobSecondaryStatus"].map(|member| job[member].as_str().unwrap())
}

#[tokio::test]
async fn an_analysis_that_fails_fails_the_job_with_its_reason() {
    let mut bench = Bench::new("fail 'the label 2 has 3 rows, fewer than 5'");
    let job = bench.run(&lab_3(3)).await;
    assert_eq!(end(&job), ["Failed", "Failed"]);
    let reason = job["FailureReason"].as_str().unwrap();
    assert!(reason.contains("lab-analyze-"), "{reason}");
    assert!(
        reason.contains("the label 2 has 3 rows, fewer than 5"),
        "{reason}"
    );
    for absent in ["AutoMLJobArtifacts", "BestCandidate", "ResolvedAttributes"] {
        assert_eq!(job.get(absent), None);
    }
    assert_eq!(
        bench.candidates("lab", json!({})).await,
        Vec::<Value>::new()
    );
}

#[tokio::test]
async fn a_reason_has_the_words_of_the_request() {
    let words = "--target: $SAGEMAKER_BASE_DIR/processing/input/data/a.csv: the data has no column";
    let mut bench = Bench::new(&format!("fail \"{words}\""));
    let job = bench.run(&lab_3(3)).await;
    let reason = job["FailureReason"].as_str().unwrap();
    let words = "TargetAttributeName: s3://data/reviews/a.csv: the data has no column";
    assert!(reason.contains(words), "{reason}");
}

#[tokio::test]
async fn an_analysis_that_says_no_problem_fails_the_job() {
    let mut bench = Bench::new("problem=Regression");
    let job = bench.run(&lab_3(3)).await;
    assert_eq!(end(&job), ["Failed", "Failed"]);
    let reason = job["FailureReason"].as_str().unwrap();
    assert!(
        reason.contains("/analysis/analysis.json: unknown variant `Regression`"),
        "{reason}"
    );
}

#[tokio::test]
async fn a_specification_of_features_that_says_more_fails_the_job_by_name() {
    for (text, words) in [
        (None, "there is no s3://data/features.json"),
        (
            Some(r#"{"FeatureAttributeNames": ["a"], "FeatureDataTypes": {"a": "text"}}"#),
            "unknown field `FeatureDataTypes`",
        ),
    ] {
        let mut bench = Bench::new("true");
        if let Some(text) = text {
            local_s3::put_bytes(&bench.cloud, "data", "features.json", text.as_bytes()).unwrap();
        }
        let mut request = lab_3(1);
        request["AutoMLJobConfig"]["CandidateGenerationConfig"] =
            json!({ "FeatureSpecificationS3Uri": "s3://data/features.json" });
        let job = bench.run(&request).await;
        let reason = job["FailureReason"].as_str().unwrap();
        assert!(reason.contains(words), "{reason}");
        let begun = bench.call("ListProcessingJobs", &json!({})).await.unwrap();
        assert_eq!(begun["ProcessingJobSummaries"], json!([]));
    }
}

#[tokio::test]
async fn features_that_fail_fail_the_job_after_its_notebooks() {
    let mut bench = Bench::new("if [ $step = features ]; then fail 'no words'; fi");
    let job = bench.run(&lab_3(3)).await;
    assert_eq!(end(&job), ["Failed", "Failed"]);
    assert!(
        job["FailureReason"].as_str().unwrap().contains("no words"),
        "{job}"
    );
    assert!(job.get("AutoMLJobArtifacts").is_some());
}

#[tokio::test]
async fn a_candidate_that_fails_is_passed_over_and_all_of_them_fail_the_job() {
    let fails = |which: &str| {
        format!(
            r#"{THIRD_IS_BEST}
            case "$TRAINING_JOB_NAME" in *-{which}-*) fail "out of memory" ;; esac"#
        )
    };
    let mut bench = Bench::new(&fails("003"));
    let job = bench.run(&lab_3(3)).await;
    assert_eq!(end(&job), ["Completed", "Completed"]);
    let best = job["BestCandidate"]["CandidateName"].as_str().unwrap();
    assert!(best.starts_with("lab-002-"), "{best}");
    let failed = bench
        .candidates("lab", json!({ "StatusEquals": "Failed" }))
        .await;
    assert_eq!(scores(&failed), [("lab-003", None)]);
    assert_eq!(failed[0]["ObjectiveStatus"], "Failed");
    assert_eq!(failed[0].get("InferenceContainers"), None);
    assert!(
        failed[0]["FailureReason"]
            .as_str()
            .unwrap()
            .contains("out of memory")
    );
    let mut bench = Bench::new(&fails("00[0-9]"));
    let job = bench.run(&lab_3(2)).await;
    assert_eq!(end(&job), ["Failed", "Failed"]);
    let reason = job["FailureReason"].as_str().unwrap();
    assert!(
        reason.starts_with("No candidate was trained. lab-001-"),
        "{reason}"
    );
    assert_eq!(reason.matches("out of memory").count(), 2, "{reason}");
}

#[tokio::test]
async fn a_log_without_the_objective_is_told_apart_from_a_failure() {
    let mut bench = Bench::new("true");
    let job = bench.run(&lab_3(1)).await;
    assert_eq!(end(&job), ["Failed", "Failed"]);
    let reason = job["FailureReason"].as_str().unwrap();
    assert!(
        reason.ends_with("is Completed: its log has no value of the objective"),
        "{reason}"
    );
}

#[tokio::test]
async fn an_explanation_that_fails_leaves_the_candidates() {
    let steps = format!("{THIRD_IS_BEST}\nif [ $step = explain ]; then fail 'no column'; fi");
    let mut bench = Bench::new(&steps);
    let job = bench.run(&lab_3(2)).await;
    assert_eq!(end(&job), ["Completed", "ExplainabilityError"]);
    let partial = job["PartialFailureReasons"][0]["PartialFailureMessage"]
        .as_str()
        .unwrap();
    assert!(partial.contains("no column"), "{partial}");
    let properties = &job["BestCandidate"]["CandidateProperties"];
    assert_eq!(properties.get("CandidateArtifactLocations"), None);
}

#[tokio::test]
async fn definitions_alone_end_after_the_analysis() {
    let mut bench = Bench::new(THIRD_IS_BEST);
    let mut request = lab_3(3);
    request["GenerateCandidateDefinitionsOnly"] = true.into();
    let job = bench.run(&request).await;
    assert_eq!(end(&job), ["Completed", "CandidateDefinitionsGenerated"]);
    assert!(job.get("AutoMLJobArtifacts").is_some());
    assert_eq!(
        bench.candidates("lab", json!({})).await,
        Vec::<Value>::new()
    );
    let all = bench.call("ListProcessingJobs", &json!({})).await.unwrap();
    assert_eq!(all["ProcessingJobSummaries"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_candidate_that_is_stopped_is_not_chosen_by_what_it_has_logged() {
    let mut bench = Bench::new("true");
    let logged = bench.folder.path().join("logged");
    let made = std::process::Command::new("mkfifo").arg(&logged).status();
    assert!(made.unwrap().success());
    let holds = format!(
        r#"{THIRD_IS_BEST}
        case "$TRAINING_JOB_NAME" in *-002-*)
            echo "val_accuracy: 0.95"
            echo > '{}'
            exec sleep 60 ;;
        esac"#,
        logged.display()
    );
    bench.put_steps("reviews", &holds);
    bench.create(&lab_3(2)).await.unwrap();
    bench.drive();
    let logged = tokio::task::spawn_blocking(|| std::fs::read(logged));
    logged.await.unwrap().unwrap();
    let candidates = bench.candidates("lab", json!({})).await;
    let second = json!({ "TrainingJobName": candidates[1]["CandidateName"] });
    bench.call("StopTrainingJob", &second).await.unwrap();
    let job = bench.ended("lab").await;
    assert_eq!(end(&job), ["Completed", "Completed"]);
    let training = bench.call("DescribeTrainingJob", &second).await.unwrap();
    assert_eq!(training["TrainingJobStatus"], "Stopped");
    let value = training["FinalMetricDataList"][0]["Value"].as_f64();
    assert!((value.unwrap() - 0.95).abs() < 1e-6, "{training}");
    let by_metric = json!({ "SortBy": "FinalObjectiveMetricValue", "SortOrder": "Descending" });
    let by_metric = bench.candidates("lab", by_metric).await;
    assert_eq!(
        scores(&by_metric),
        [("lab-001", Some(0.5)), ("lab-002", None)]
    );
    assert_eq!(by_metric[0], job["BestCandidate"]);
    assert_eq!(by_metric[1]["ObjectiveStatus"], "Failed");
}

#[tokio::test]
async fn a_stop_in_the_middle_stops_what_runs() {
    let holds =
        format!("{THIRD_IS_BEST}\ncase \"$TRAINING_JOB_NAME\" in *-002-*) exec sleep 60 ;; esac");
    let mut bench = Bench::new(&holds);
    bench.create(&lab_3(3)).await.unwrap();
    bench.drive();
    let mut changes = bench.cloud.store.changes();
    while bench.candidates("lab", json!({})).await.len() < 2 {
        changes.changed().await;
    }
    let name = json!({ "AutoMLJobName": "lab" });
    for _ in 0..2 {
        bench.call("StopAutoMLJob", &name).await.unwrap();
    }
    let mut stopping = Vec::new();
    let job = bench
        .until("lab", |job| {
            stopping.push(end(job).join(" "));
            job.get("EndTime").map(|_| job.clone())
        })
        .await;
    stopping.dedup();
    assert_eq!(stopping, ["Stopping Stopping", "Stopped Stopped"]);
    // What was trained is kept.
    let best = job["BestCandidate"]["CandidateName"].as_str().unwrap();
    assert!(best.starts_with("lab-001-"), "{best}");
    let statuses = bench.candidates("lab", json!({})).await;
    let statuses: Vec<&Value> = statuses.iter().map(|one| &one["CandidateStatus"]).collect();
    assert_eq!(statuses, ["Completed", "Stopped"]);
    let again = bench.call("StopAutoMLJob", &name).await.unwrap_err();
    assert!(again.message.ends_with("is in status Stopped."), "{again}");
}

/// The second candidate, or the analysis, runs when the time is over.
#[tokio::test]
async fn the_time_limit_keeps_the_best_of_the_candidates_that_are_there() {
    for (holds, candidates, expected) in [
        (
            "$TRAINING_JOB_NAME",
            2,
            ["Completed", "MaxAutoMLJobRuntimeReached"],
        ),
        ("$step", 0, ["Failed", "Failed"]),
    ] {
        let steps =
            format!("{THIRD_IS_BEST}\ncase \"{holds}\" in *-002-*|analyze) exec sleep 60 ;; esac");
        let mut bench = Bench::new(&steps);
        bench.create(&lab_3(3)).await.unwrap();
        bench.drive();
        let mut changes = bench.cloud.store.changes();
        let state = if candidates > 0 {
            "ModelTuning"
        } else {
            "AnalyzingData"
        };
        bench
            .until("lab", |job| {
                (job["AutoMLJobSecondaryStatus"] == state).then_some(())
            })
            .await;
        while bench.candidates("lab", json!({})).await.len() < candidates {
            changes.changed().await;
        }
        bench.cloud.world.advance(7201);
        // Another job's beginning lets it look at the clock.
        let mut other = lab_3(1);
        other["AutoMLJobName"] = "other".into();
        bench.create(&other).await.unwrap();
        let job = bench.ended("lab").await;
        assert_eq!(end(&job), expected, "{job}");
        assert_eq!(job.get("BestCandidate").is_some(), candidates > 0);
        let explained =
            job["BestCandidate"]["CandidateProperties"].get("CandidateArtifactLocations");
        assert_eq!(explained, None);
    }
}

/// As after a restart: all that was done lies there, and its end is not written down.
#[tokio::test]
async fn work_that_is_done_counts_after_the_time_limit() {
    let mut definitions = lab_3(1);
    definitions["GenerateCandidateDefinitionsOnly"] = true.into();
    for (request, expected) in [
        (definitions, Secondary::CandidateDefinitionsGenerated),
        (lab_3(1), Secondary::Completed),
    ] {
        let mut bench = Bench::new(THIRD_IS_BEST);
        bench.run(&request).await;
        let seen = bench.cloud.store.read(|tx| Seen::of(tx, REGION, "lab"));
        let mut seen = seen.unwrap();
        seen.job.ending = None;
        let late = seen.job.deadline().unwrap().plus_seconds(1.0);
        let done = Course::End(Ending::completed(expected));
        assert_eq!(course(&seen, late), done);
        // What the analysis found is read all the same.
        seen.job.resolved = None;
        assert_eq!(course(&seen, late), Course::ReadAnalysis);
        // What is not done is not begun.
        seen.analyze = None;
        let Course::End(ending) = course(&seen, late) else {
            panic!("it goes on");
        };
        assert_ne!(ending.secondary, expected);
    }
}

#[tokio::test]
async fn a_step_waits_for_an_instance_that_another_job_has_taken() {
    let mut bench = Bench::with(THIRD_IS_BEST, |settings| {
        let quota = "ml.m5.4xlarge for training job usage".to_owned();
        settings.quotas.insert(quota, 1);
    });
    let gate = bench.folder.path().join("gate");
    let holds = format!("while [ ! -e '{}' ]; do sleep 0.02; done", gate.display());
    bench.put_steps("holds", &holds);
    bench.create(&lab_3(1)).await.unwrap();
    let source =
        json!({ "S3DataSource": { "S3DataType": "S3Prefix", "S3Uri": "s3://data/holds" } });
    let request = json!({
        "TrainingJobName": "holds",
        "RoleArn": super::ROLE,
        "AlgorithmSpecification": { "TrainingImage": "registry/programs:1", "TrainingInputMode": "File" },
        "InputDataConfig": [
            { "ChannelName": "train", "DataSource": source.clone() },
            { "ChannelName": "validation", "DataSource": source },
        ],
        "OutputDataConfig": { "S3OutputPath": "s3://data/models" },
        "ResourceConfig": { "InstanceType": "ml.m5.4xlarge", "InstanceCount": 1, "VolumeSizeInGB": 1 },
        "StoppingCondition": { "MaxRuntimeInSeconds": 60 },
    });
    bench.call("CreateTrainingJob", &request).await.unwrap();
    let mut other = lab_3(1);
    other["AutoMLJobName"] = "other".into();
    let refused = bench.create(&other).await.unwrap_err();
    assert_eq!(refused.code, "ResourceLimitExceeded", "{refused}");
    bench.drive();
    let completed = json!({ "NameContains": "features", "StatusEquals": "Completed" });
    let mut changes = bench.cloud.store.changes();
    loop {
        let listed = bench.call("ListProcessingJobs", &completed).await.unwrap();
        if listed["ProcessingJobSummaries"][0].is_object() {
            break;
        }
        changes.changed().await;
    }
    let waiting = bench.candidates("lab", json!({})).await;
    assert_eq!(waiting, Vec::<Value>::new());
    std::fs::write(gate, "").unwrap();
    assert_eq!(end(&bench.ended("lab").await), ["Completed", "Completed"]);
}
