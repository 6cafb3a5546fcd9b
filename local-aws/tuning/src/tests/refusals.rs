//! What is refused, besides the rows of REFUSALS.md.

use local_core::world::World;
use serde_json::{Value, json};

use super::{Bench, lab_8, with_limits};

#[tokio::test]
async fn a_name_is_used_once() {
    let bench = Bench::new();
    bench.create(&lab_8("true")).await.unwrap();
    let refused = bench.create(&lab_8("true")).await.unwrap_err();
    assert_eq!(refused.code, "ResourceInUse");
    assert_eq!(
        refused.message,
        "A hyperparameter tuning job with the name, lab, already exists. Choose a different name."
    );
    let name = json!({ "HyperParameterTuningJobName": "lab" });
    let refused = bench
        .call("DeleteHyperParameterTuningJob", &name)
        .await
        .unwrap_err();
    assert!(
        refused.message.ends_with("is in status InProgress."),
        "{refused}"
    );
}

#[tokio::test]
async fn each_operation_on_a_tuning_job_that_is_not_there_says_so() {
    let bench = Bench::new();
    let name = json!({ "HyperParameterTuningJobName": "none" });
    for operation in [
        "DescribeHyperParameterTuningJob",
        "StopHyperParameterTuningJob",
        "DeleteHyperParameterTuningJob",
        "ListTrainingJobsForHyperParameterTuningJob",
    ] {
        let refused = bench.call(operation, &name).await.unwrap_err();
        assert_eq!(refused.code, "ResourceNotFound", "{operation}");
        let words = "Amazon SageMaker can't find a tuning job called none. Type another name.";
        assert_eq!(refused.message, words, "{operation}");
    }
}

#[tokio::test]
async fn a_value_that_aws_does_not_have_is_refused_in_its_words() {
    let bench = Bench::new();
    let mut request = lab_8("true");
    request["HyperParameterTuningJobConfig"]["Strategy"] = "Bogus".into();
    let lists = "ListHyperParameterTuningJobs";
    for (operation, members, at, allowed) in [
        (
            "CreateHyperParameterTuningJob",
            request,
            "hyperParameterTuningJobConfig.strategy",
            "Bayesian, Random, Hyperband, Grid",
        ),
        (
            lists,
            json!({ "StatusEquals": "Bogus" }),
            "statusEquals",
            "Completed, InProgress, Failed, Stopped, Stopping, Deleting, DeleteFailed",
        ),
        (
            lists,
            json!({ "SortBy": "Bogus" }),
            "sortBy",
            "Name, Status, CreationTime",
        ),
        (
            lists,
            json!({ "SortOrder": "Bogus" }),
            "sortOrder",
            "Ascending, Descending",
        ),
    ] {
        let refused = bench.call(operation, &members).await.unwrap_err();
        assert_eq!(refused.code, "ValidationException");
        assert_eq!(
            refused.message,
            format!(
                "1 validation error detected: Value 'Bogus' at '{at}' failed to satisfy constraint: Member must satisfy \
                 enum value set: [{allowed}]"
            )
        );
    }
}

#[tokio::test]
async fn a_search_of_every_place_needs_as_many_as_it_tries() {
    let bench = Bench::new();
    let mut request = with_limits(lab_8("true"), 3, 1);
    let ranges = &mut request["HyperParameterTuningJobConfig"]["ParameterRanges"];
    ranges["ContinuousParameterRanges"] = json!([]);
    let refused = bench.create(&request).await.unwrap_err();
    let words = "The total number of hyperparameter combinations for the provided ranges [2.0] must be equal or greater \
                 than the value of MaxNumberOfJobs, [3]";
    assert!(refused.message.contains(words), "{refused}");
    bench.create(&with_limits(request, 2, 1)).await.unwrap();
}

#[tokio::test]
async fn a_grid_that_cannot_be_counted_is_refused() {
    let bench = Bench::new();
    let mut request = lab_8("true");
    let config = &mut request["HyperParameterTuningJobConfig"];
    config["Strategy"] = "Grid".into();
    config["ResourceLimits"] = json!({ "MaxParallelTrainingJobs": 1, "MaxRuntimeInSeconds": 120 });
    let values: Vec<String> = (0..30).map(|value| value.to_string()).collect();
    let ranges = |count: usize| {
        let range = |at| json!({ "Name": format!("x{at}"), "Values": values });
        json!({ "CategoricalParameterRanges": (0..count).map(range).collect::<Vec<_>>() })
    };
    // 30^26 is above 2^127, and 30^27 above 2^128.
    config["ParameterRanges"] = ranges(27);
    for most in [Value::Null, json!(9)] {
        let mut request = request.clone();
        if !most.is_null() {
            request["HyperParameterTuningJobConfig"]["ResourceLimits"]["MaxNumberOfTrainingJobs"] =
                most;
        }
        let refused = bench.create(&request).await.unwrap_err();
        assert!(
            refused.message.contains("2^128 combinations or more"),
            "{refused}"
        );
    }
    request["HyperParameterTuningJobConfig"]["ParameterRanges"] = ranges(26);
    let refused = bench.create(&request).await.unwrap_err();
    assert_eq!(refused.code, "ResourceLimitExceeded", "{refused}");
    request["HyperParameterTuningJobConfig"]["ParameterRanges"] = ranges(1);
    bench.create(&request).await.unwrap();
}

#[tokio::test]
async fn a_trial_that_is_refused_ends_the_tuning_job_with_the_reason() {
    let signs = World::seeded(7);
    let signs: Vec<String> = (0..3)
        .map(|_| signs.dice("sagemaker/tuning-trial").hex(8))
        .collect();
    // The name of this trial is taken.
    for (taken, launched) in [(1, 0), (2, 2)] {
        let mut bench = Bench::with(|settings| settings.seed = Some(7));
        let script =
            r#"case "$TRAINING_JOB_NAME" in *-002-*) exec sleep 60 ;; esac; echo "accuracy: 0.5""#;
        let mut request = lab_8(script)["TrainingJobDefinition"].take();
        let members = request.as_object_mut().unwrap();
        members.remove("StaticHyperParameters");
        let resources = members.remove("HyperParameterTuningResourceConfig");
        members.insert("ResourceConfig".into(), resources.unwrap());
        let name = format!("lab-{:03}-{}", taken + 1, signs[taken]);
        members.insert("TrainingJobName".into(), name.into());
        bench.call("CreateTrainingJob", &request).await.unwrap();
        let job = bench.run(&with_limits(lab_8(script), 4, 2)).await;
        assert_eq!(job["HyperParameterTuningJobStatus"], "Failed", "{job}");
        let reason = job["FailureReason"].as_str().unwrap();
        assert!(reason.starts_with("ResourceInUse: Job name"), "{reason}");
        // Those that were asked for together are launched together or not at all.
        let all = bench.call("ListTrainingJobs", &json!({})).await.unwrap();
        let all = all["TrainingJobSummaries"].as_array().unwrap().len();
        assert_eq!(all, launched + 1, "{job}");
        let listed = bench.training_jobs("lab", Value::Null).await;
        assert_eq!(listed.len(), launched, "{job}");
        let stopped = &job["TrainingJobStatusCounters"]["Stopped"];
        assert_eq!(*stopped, launched / 2, "{job}");
    }
}
