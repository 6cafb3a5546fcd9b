//! What is refused, besides the rows of REFUSALS.md.

use serde_json::json;

use super::{Bench, THIRD_IS_BEST, lab_3};

#[tokio::test]
async fn a_name_is_used_once_whatever_its_case() {
    let bench = Bench::new("true");
    bench.create(&lab_3(1)).await.unwrap();
    let mut again = lab_3(1);
    again["AutoMLJobName"] = "LAB".into();
    let refused = bench.create(&again).await.unwrap_err();
    assert_eq!(refused.code, "ResourceInUse", "{refused}");
}

#[tokio::test]
async fn a_value_that_aws_does_not_have_is_refused_in_its_words() {
    let bench = Bench::new("true");
    let mut request = lab_3(1);
    request["ProblemType"] = "Bogus".into();
    let refused = bench.create(&request).await.unwrap_err();
    assert_eq!(
        refused.message,
        "1 validation error detected: Value 'Bogus' at 'problemType' failed to satisfy constraint: Member must satisfy \
         enum value set: [BinaryClassification, MulticlassClassification, Regression]"
    );
}

#[tokio::test]
async fn each_operation_on_an_automl_job_that_is_not_there_says_so() {
    let bench = Bench::new("true");
    let name = json!({ "AutoMLJobName": "none" });
    for operation in [
        "DescribeAutoMLJob",
        "DescribeAutoMLJobV2",
        "StopAutoMLJob",
        "ListCandidatesForAutoMLJob",
    ] {
        let refused = bench.call(operation, &name).await.unwrap_err();
        assert_eq!(refused.code, "ResourceNotFound", "{operation}");
    }
}

#[tokio::test]
async fn there_are_none_without_the_image_of_their_programs() {
    let bench = Bench::with("true", |settings| settings.automl_image = None);
    let refused = bench.create(&lab_3(1)).await.unwrap_err();
    let words = "local-aws has AutoML jobs where its settings name the image of their programs";
    assert!(refused.message.starts_with(words), "{refused}");
}

#[tokio::test]
async fn a_job_of_the_first_version_is_described_by_both() {
    let mut bench = Bench::new(THIRD_IS_BEST);
    let mut request = lab_3(1);
    // As the official SDK sends it.
    request["AutoMLJobConfig"]["SecurityConfig"] =
        json!({ "EnableInterContainerTrafficEncryption": false });
    request["GenerateCandidateDefinitionsOnly"] = false.into();
    let second = bench.run(&request).await;
    let first = json!({ "AutoMLJobName": "lab" });
    let first = bench.call("DescribeAutoMLJob", &first).await.unwrap();
    for member in [
        "AutoMLJobName",
        "InputDataConfig",
        "OutputDataConfig",
        "AutoMLJobConfig",
        "RoleArn",
    ] {
        assert_eq!(first[member], request[member], "{member}");
    }
    assert_eq!(
        first["ResolvedAttributes"]["ProblemType"],
        "MulticlassClassification"
    );
    assert_eq!(
        second["ResolvedAttributes"]["AutoMLProblemTypeResolvedAttributes"],
        json!({ "TabularResolvedAttributes": { "ProblemType": "MulticlassClassification" } })
    );
    assert_eq!(
        second["AutoMLProblemTypeConfig"]["TabularJobConfig"]["TargetAttributeName"],
        "sentiment"
    );
    assert_eq!(first["BestCandidate"], second["BestCandidate"]);
}
