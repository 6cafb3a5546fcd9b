//! The lists, their filters, orders and pages.

use serde_json::{Value, json};

use super::{Bench, lab_8, with_limits};

fn names(listed: &[Value]) -> Vec<&str> {
    let name = |job: &Value| {
        job["TrainingJobName"]
            .as_str()
            .map(|name| name[..7].to_owned())
    };
    let names = listed.iter().filter_map(name);
    names.map(|name| &*name.leak()).collect()
}

#[tokio::test]
async fn training_jobs_are_listed_by_name_and_by_their_metric() {
    let mut bench = Bench::new();
    // The second one has no metric.
    let script = r#"case "$TRAINING_JOB_NAME" in
*-001-*) echo "accuracy: 0.7" ;; *-003-*) echo "accuracy: 0.9" ;; *-004-*) echo "accuracy: 0.8" ;; esac"#;
    bench.run(&with_limits(lab_8(script), 4, 4)).await;
    let by_name = bench.training_jobs("lab", json!({})).await;
    assert_eq!(
        names(&by_name),
        ["lab-001", "lab-002", "lab-003", "lab-004"]
    );
    let best_first = json!({ "SortBy": "FinalObjectiveMetricValue", "SortOrder": "Descending" });
    let best_first = bench.training_jobs("lab", best_first).await;
    assert_eq!(names(&best_first), ["lab-003", "lab-004", "lab-001"]);
    let mut members = json!({ "HyperParameterTuningJobName": "lab", "MaxResults": 3 });
    let operation = "ListTrainingJobsForHyperParameterTuningJob";
    let first = bench.call(operation, &members).await.unwrap();
    members["NextToken"] = first["NextToken"].clone();
    let rest = bench.call(operation, &members).await.unwrap();
    // What is absent is left out: the second one's metric, the second page's token.
    for page in [&first, &rest] {
        assert!(!page.to_string().contains("null"), "{page}");
    }
    let rest = rest["TrainingJobSummaries"].as_array().unwrap();
    assert_eq!(names(rest), ["lab-004"]);
}

#[tokio::test]
async fn tuning_jobs_are_listed_by_name_with_their_counters() {
    let mut bench = Bench::new();
    let mut other = lab_8("exit 1");
    other["HyperParameterTuningJobName"] = "a".into();
    bench.create(&other).await.unwrap();
    let operation = "ListHyperParameterTuningJobs";
    let running = bench.call(operation, &json!({})).await.unwrap();
    assert!(!running.to_string().contains("null"), "{running}");
    bench.run(&lab_8("echo 'accuracy: 0.5'")).await;
    bench.ended("a").await;
    let list = async |members: Value| {
        let listed = bench.call(operation, &members).await.unwrap();
        let summaries = listed["HyperParameterTuningJobSummaries"]
            .as_array()
            .unwrap()
            .clone();
        let name = |job: &Value| {
            job["HyperParameterTuningJobName"]
                .as_str()
                .unwrap()
                .to_owned()
        };
        (summaries.iter().map(name).collect::<Vec<_>>(), summaries)
    };
    let (names, summaries) = list(json!({})).await;
    assert_eq!(names, ["a", "lab"]);
    assert_eq!(summaries[1]["Strategy"], "Random");
    assert_eq!(summaries[1]["TrainingJobStatusCounters"]["Completed"], 2);
    assert_eq!(summaries[1]["ResourceLimits"]["MaxParallelTrainingJobs"], 2);
    assert_eq!(list(json!({ "StatusEquals": "Failed" })).await.0, ["a"]);
    assert_eq!(list(json!({ "NameContains": "LA" })).await.0, ["lab"]);
    let newest = json!({ "SortBy": "CreationTime", "SortOrder": "Descending", "MaxResults": 1 });
    assert_eq!(list(newest).await.0, ["lab"]);
}
