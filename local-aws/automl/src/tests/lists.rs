//! The lists, their filters, orders and pages.

use serde_json::{Value, json};

use super::{Bench, THIRD_IS_BEST, lab_3, scores};

#[tokio::test]
async fn candidates_are_listed_by_time_and_by_their_metric() {
    let fourth_fails =
        format!("{THIRD_IS_BEST}\ncase \"$TRAINING_JOB_NAME\" in *-004-*) exit 1 ;; esac");
    let mut bench = Bench::new(&fourth_fails);
    bench.run(&lab_3(4)).await;
    let by_time = bench.candidates("lab", json!({})).await;
    let names = |scores: Vec<(&str, Option<f64>)>| -> Vec<String> {
        scores
            .into_iter()
            .map(|(name, _)| name.to_owned())
            .collect()
    };
    assert_eq!(
        names(scores(&by_time)),
        ["lab-001", "lab-002", "lab-003", "lab-004"]
    );
    let by_metric = json!({ "SortBy": "FinalObjectiveMetricValue", "SortOrder": "Descending" });
    let by_metric = bench.candidates("lab", by_metric).await;
    assert_eq!(
        names(scores(&by_metric)),
        ["lab-003", "lab-002", "lab-001", "lab-004"]
    );
    assert_eq!(by_metric[3].get("FinalAutoMLJobObjectiveMetric"), None);
    let named = json!({ "CandidateNameEquals": by_time[1]["CandidateName"] });
    assert_eq!(
        scores(&bench.candidates("lab", named).await),
        [("lab-002", Some(0.6))]
    );
    let by_status = json!({ "SortBy": "Status", "SortOrder": "Descending" });
    let by_status = bench.candidates("lab", by_status).await;
    assert_eq!(scores(&by_status)[0].0, "lab-004");
    let mut members = json!({ "AutoMLJobName": "lab", "MaxResults": 3 });
    let operation = "ListCandidatesForAutoMLJob";
    let first = bench.call(operation, &members).await.unwrap();
    members["NextToken"] = first["NextToken"].clone();
    let rest = bench.call(operation, &members).await.unwrap();
    for page in [&first, &rest] {
        assert!(!page.to_string().contains("null"), "{page}");
    }
    assert_eq!(
        scores(rest["Candidates"].as_array().unwrap()),
        [("lab-004", None)]
    );
}

#[tokio::test]
async fn automl_jobs_are_listed_by_name_from_the_last_one() {
    let mut bench = Bench::new(THIRD_IS_BEST);
    bench.put_steps("bad", "exit 1");
    let mut other = lab_3(1);
    other["AutoMLJobName"] = "a".into();
    other["InputDataConfig"][0]["DataSource"]["S3DataSource"]["S3Uri"] = "s3://data/bad".into();
    bench.create(&other).await.unwrap();
    bench.run(&lab_3(1)).await;
    bench.ended("a").await;
    let list = async |members: Value| -> Vec<String> {
        let listed = bench.call("ListAutoMLJobs", &members).await.unwrap();
        assert!(!listed.to_string().contains("null"), "{listed}");
        let summaries = listed["AutoMLJobSummaries"].as_array().unwrap();
        let name = |job: &Value| job["AutoMLJobName"].as_str().unwrap().to_owned();
        summaries.iter().map(name).collect()
    };
    assert_eq!(list(json!({})).await, ["lab", "a"]);
    assert_eq!(list(json!({ "StatusEquals": "Failed" })).await, ["a"]);
    assert_eq!(list(json!({ "NameContains": "LA" })).await, ["lab"]);
    let first = json!({ "SortBy": "CreationTime", "SortOrder": "Ascending", "MaxResults": 1 });
    assert_eq!(list(first).await, ["a"]);
}
