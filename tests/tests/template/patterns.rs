//! Which event wakes which function: ours those of the table, anybody else's none.

use quamina::Quamina;
use sam::Trigger;
use serde_json::Value;

use super::{short_name, stack};
use crate::source;

/// Every EventBridge event below `events/`, and whom it wakes.
const WAKES: &[(&str, &[&str])] = &[
    ("upload-put", &["register-dataset"]),
    ("upload-multipart", &["register-dataset"]),
    ("upload-replace", &["register-dataset"]),
    ("upload-human-labels", &["register-dataset"]),
    ("upload-folder-marker", &[]),
    (
        "dataset-version-written",
        &["explore-dataset", "start-pipeline"],
    ),
    ("upload-unlabelled", &["register-dataset", "request-labels"]),
    ("rollout-written", &["deploy-model"]),
    ("other-object-written", &[]),
    ("pipeline-execution-executing", &[]),
    ("pipeline-execution-stopping", &[]),
    ("pipeline-execution-succeeded", &["start-pipeline"]),
    (
        "pipeline-execution-failed",
        &["start-pipeline", "watch-pipeline"],
    ),
    (
        "pipeline-execution-stopped",
        &["start-pipeline", "watch-pipeline"],
    ),
    ("pipeline-step-executing", &[]),
    ("pipeline-step-succeeded", &[]),
    ("pipeline-step-prepared", &["export-features"]),
    ("pipeline-step-cache-hit", &[]),
    ("pipeline-step-failed", &["watch-pipeline"]),
    ("pipeline-step-failed-capacity", &["watch-pipeline"]),
    (
        "model-package-pending",
        &["judge-model", "shift-traffic", "start-pipeline"],
    ),
    (
        "model-package-duplicate-source-key",
        &["judge-model", "shift-traffic", "start-pipeline"],
    ),
    (
        "model-package-approved",
        &["deploy-model", "shift-traffic", "start-pipeline"],
    ),
    (
        "model-package-rejected-after-approved",
        &["deploy-model", "shift-traffic", "start-pipeline"],
    ),
    // A hint like any other: the handler looks, and finds nothing to do.
    (
        "model-package-metadata-only",
        &["deploy-model", "shift-traffic", "start-pipeline"],
    ),
    (
        "model-package-lifecycle-only",
        &["deploy-model", "shift-traffic", "start-pipeline"],
    ),
    ("processing-job-intake-completed", &["register-dataset"]),
    ("processing-job-rollout-completed", &["shift-traffic"]),
    ("processing-job-of-a-pipeline-completed", &[]),
    ("study-written", &["start-pipeline"]),
    ("training-job-repeat-completed", &["watch-tuning"]),
    ("tuning-job-completed", &[]),
    ("tuning-job-study-completed", &["watch-tuning"]),
    (
        "endpoint-in-service",
        &["deploy-model", "shift-traffic", "watch-endpoint"],
    ),
    (
        "endpoint-rolled-back-silently",
        &["deploy-model", "shift-traffic", "watch-endpoint"],
    ),
    (
        "endpoint-time-is-epoch-string",
        &["deploy-model", "shift-traffic", "watch-endpoint"],
    ),
    (
        "endpoint-null-tags-missing-variants",
        &["deploy-model", "shift-traffic", "watch-endpoint"],
    ),
    (
        "endpoint-failed",
        &["deploy-model", "shift-traffic", "watch-endpoint"],
    ),
    ("endpoint-creating", &["watch-endpoint"]),
    ("endpoint-updating", &["watch-endpoint"]),
    ("endpoint-rolling-back", &["watch-endpoint"]),
    ("endpoint-system-updating", &["watch-endpoint"]),
    ("endpoint-out-of-service", &["watch-endpoint"]),
    ("endpoint-update-rollback-failed", &["watch-endpoint"]),
    ("endpoint-deleting", &["watch-endpoint"]),
    ("endpoint-deployment-baking", &["watch-endpoint"]),
    ("endpoint-deployment-scaling", &["watch-endpoint"]),
    ("human-loop-completed", &["collect-labels"]),
    ("human-loop-failed", &["collect-labels"]),
    ("human-loop-expired", &["collect-labels"]),
    ("human-loop-stopped", &["collect-labels"]),
    ("portal-human-loop-completed", &["collect-labels"]),
    ("portal-human-loop-expired", &["collect-labels"]),
    ("portal-human-loop-stopped", &["collect-labels"]),
    // A rule of its own takes it to the topic; alarms act by themselves.
    ("lambda-result-success", &[]),
    ("alarm-rings", &[]),
    ("alarm-challenger-errors", &["shift-traffic"]),
    // Schedules have no pattern.
    ("scheduled-retraining", &[]),
    ("scheduled-reconcile", &[]),
];

#[test]
fn our_events_wake_the_functions_they_concern() {
    let rules = rules();
    for (name, expected) in WAKES {
        assert_eq!(woken(&rules, &source::event(name)), *expected, "{name}");
    }
}

#[test]
fn nobody_elses_events_wake_a_function() {
    let rules = rules();
    for (name, _) in WAKES {
        // Another bucket, pipeline, group, endpoint and flow definition in the same account.
        let theirs = source::event(name)
            .to_string()
            .replace("reviewloop", "elsewhere");
        let theirs = serde_json::from_str(&theirs).expect("still JSON");
        assert_eq!(woken(&rules, &theirs), [""; 0], "{name}");
    }
}

#[test]
fn another_dataset_in_our_bucket_starts_nothing() {
    let mut event = source::event("dataset-version-written");
    event["detail"]["object"]["key"] = "datasets/other/versions/00000001.json".into();
    assert_eq!(woken(&rules(), &event), [""; 0]);
}

#[test]
fn every_eventbridge_sample_is_in_the_table() {
    for path in source::files("events", "json") {
        let name = path
            .file_stem()
            .and_then(|name| name.to_str())
            .expect("a name");
        let bridged = source::event(name).get("detail-type").is_some();
        assert_eq!(
            bridged,
            WAKES.iter().any(|(known, _)| *known == name),
            "{name}"
        );
    }
}

fn rules() -> Quamina<String> {
    let mut rules = Quamina::new();
    for function in stack().functions {
        for event in &function.events {
            if let Trigger::EventBridgeRule(rule) = &event.trigger {
                rules
                    .add_pattern(short_name(&function).to_owned(), &rule.pattern.to_string())
                    .unwrap_or_else(|error| panic!("{}: {error}", event.name));
            }
        }
    }
    rules
}

fn woken(rules: &Quamina<String>, event: &Value) -> Vec<String> {
    let mut woken = rules
        .matches_for_event(event.to_string().as_bytes())
        .expect("an event is JSON");
    woken.sort();
    woken.dedup();
    woken
}
