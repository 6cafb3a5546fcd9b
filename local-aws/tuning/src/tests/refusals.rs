//! What is refused, besides the rows of REFUSALS.md.

use serde_json::json;

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
