//! Tuning jobs that start with what others found.

use serde_json::{Value, json};

use super::{Bench, lab_8, with_limits};

fn child(kind: &str) -> Value {
    let mut request = with_limits(lab_8("echo 'accuracy: 0.5'"), 1, 1);
    request["HyperParameterTuningJobName"] = "child".into();
    request["WarmStartConfig"] = json!({
        "ParentHyperParameterTuningJobs": [{ "HyperParameterTuningJobName": "lab" }],
        "WarmStartType": kind,
    });
    request
}

#[tokio::test]
async fn the_best_of_all_may_be_a_parents_also_when_the_parent_is_gone() {
    let mut bench = Bench::new();
    let parent = bench.run(&lab_8("echo 'accuracy: 0.9'")).await;
    bench
        .create(&child("IdenticalDataAndAlgorithm"))
        .await
        .unwrap();
    let job = bench.ended("child").await;
    assert_eq!(job["HyperParameterTuningJobStatus"], "Completed");
    let own = job["BestTrainingJob"]["TrainingJobName"].as_str().unwrap();
    assert!(own.starts_with("child-001-"), "{own}");
    let overall = &job["OverallBestTrainingJob"];
    assert_eq!(overall["TuningJobName"], "lab");
    for member in [
        "TrainingJobName",
        "TunedHyperParameters",
        "FinalHyperParameterTuningJobObjectiveMetric",
    ] {
        assert_eq!(
            overall[member], parent["BestTrainingJob"][member],
            "{member}"
        );
    }
    let name = json!({ "HyperParameterTuningJobName": "lab" });
    bench
        .call("DeleteHyperParameterTuningJob", &name)
        .await
        .unwrap();
    assert_eq!(
        bench.describe("child").await["OverallBestTrainingJob"],
        *overall
    );
}

#[tokio::test]
async fn a_transfer_tells_of_its_own_training_jobs_alone() {
    let mut bench = Bench::new();
    bench.run(&lab_8("echo 'accuracy: 0.9'")).await;
    let mut request = child("TransferLearning");
    request["TrainingJobDefinition"]["AlgorithmSpecification"]["TrainingImage"] =
        "registry/trial:2".into();
    bench.create(&request).await.unwrap();
    let job = bench.ended("child").await;
    assert_eq!(job["HyperParameterTuningJobStatus"], "Completed");
    assert_eq!(job.get("OverallBestTrainingJob"), None);
    assert_eq!(job["WarmStartConfig"], request["WarmStartConfig"]);
}

#[tokio::test]
async fn parents_that_cannot_warm_are_refused() {
    let mut bench = Bench::new();
    let warm = child("IdenticalDataAndAlgorithm");
    let refused = async |bench: &Bench, request: &Value, words: &str| {
        let refused = bench.create(request).await.unwrap_err();
        assert_eq!(refused.code, "ValidationException");
        assert!(refused.message.contains(words), "{refused}");
    };
    refused(&bench, &warm, "can't find a tuning job called lab").await;
    bench.create(&lab_8("echo 'accuracy: 0.9'")).await.unwrap();
    refused(&bench, &warm, "is in status InProgress").await;
    bench.drive();
    bench.ended("lab").await;
    let mut other = warm.clone();
    other["TrainingJobDefinition"]["StaticHyperParameters"]["layers"] = "2".into();
    refused(
        &bench,
        &other,
        "The set of tunable plus static HyperParameter names is not the same",
    )
    .await;
    let mut other = warm.clone();
    other["HyperParameterTuningJobConfig"]["HyperParameterTuningJobObjective"]["Type"] =
        "Minimize".into();
    refused(
        &bench,
        &other,
        "The objective metric is not that of the parent",
    )
    .await;
    let mut other = warm.clone();
    let ranges = &mut other["HyperParameterTuningJobConfig"]["ParameterRanges"];
    ranges["CategoricalParameterRanges"] = json!([]);
    ranges["IntegerParameterRanges"] =
        json!([{ "Name": "batch_size", "MinValue": "1", "MaxValue": "512" }]);
    refused(&bench, &other, "\"batch_size\" has another type").await;
    let mut other = warm.clone();
    let parent = other["WarmStartConfig"]["ParentHyperParameterTuningJobs"][0].clone();
    other["WarmStartConfig"]["ParentHyperParameterTuningJobs"] = json!([parent, parent]);
    refused(&bench, &other, "The parent tuning job lab is named twice").await;
    // What was static may be tuned, and the other way round.
    let mut other = warm;
    let ranges = &mut other["HyperParameterTuningJobConfig"]["ParameterRanges"];
    ranges["CategoricalParameterRanges"] = json!([]);
    ranges["IntegerParameterRanges"] =
        json!([{ "Name": "epochs", "MinValue": "1", "MaxValue": "5" }]);
    other["TrainingJobDefinition"]["StaticHyperParameters"] = json!({ "batch_size": "128" });
    bench.create(&other).await.unwrap();
    let job = bench.ended("child").await;
    assert_eq!(job["HyperParameterTuningJobStatus"], "Completed");
}
