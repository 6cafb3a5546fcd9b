use contracts::dataset::{DatasetManifest, Held, Part};
use contracts::evaluation::Evaluation;
use contracts::run::{Run, RunState};
use contracts::verdict::Decision;

use super::*;
use crate::fixture;
use crate::registration::Rejected;
use crate::status::facts::{Execution, Judged, Package, Training};

mod bias;
mod commands;
mod endpoint;
mod human_loops;

fn manifest(number: u32) -> DatasetManifest {
    DatasetManifest {
        dataset: "reviews".into(),
        number,
        id: format!("id{number}"),
        parts: vec![Part {
            id: "p".into(),
            rows: 2400,
            quarantined: 12,
            source_key: "incoming/r.csv".into(),
            schema: None,
            source_etag: String::new(),
            uploaded_at: String::new(),
            labels: vec![],
        }],
        ..fixture::manifest()
    }
}

/// As an earlier release noted it.
fn run(version: u32, state: RunState, arn: Option<&str>) -> Run {
    let run = serde_json::json!({
        "version": version, "version_id": format!("id{version}"), "attempt": 1, "definition_hash": "",
        "parameters": {}, "client_request_token": "", "execution_arn": arn, "retries": 0, "state": state,
    });
    serde_json::from_value(run).expect("a run")
}

fn package(version: i32, approval: &str, decision: Option<&str>) -> Package {
    Package {
        version,
        arn: format!("arn/{version}"),
        created: 7,
        approval: approval.into(),
        decision: decision.map(str::to_owned),
        withdrawn: None,
    }
}

#[track_caller]
fn check(answer: &Answer, state: &str, waits_for: Option<&str>) {
    assert!(answer.state.contains(state), "{answer:?}");
    match (waits_for, &answer.waits_for) {
        (None, None) => {}
        (Some(expected), Some(found)) => assert!(found.contains(expected), "{answer:?}"),
        _ => panic!("{answer:?}"),
    }
}

#[test]
fn a_held_version_waits_for_a_person_whatever_else_is_done() {
    let violation = serde_json::json!({
        "feature_name": "Age", "constraint_check_type": "baseline_drift_check",
        "description": "a value above 99 in 40 of 100 rows", "severity": "hold",
    });
    let held = Held {
        version: 3,
        source_key: "incoming/b.csv".into(),
        source_etag: String::new(),
        violations: vec![serde_json::from_value(violation).expect("a violation")],
    };
    let facts = Facts {
        newest: Some(manifest(2)),
        run: Some(run(2, RunState::Succeeded, None)),
        held: vec![held],
        ..Facts::default()
    };
    check(
        &answer(&facts).datasets,
        "reviews version 2, 2400 rows",
        Some(
            "dataset version 3 waits, because incoming/b.csv is unlike the constraints: column \"Age\": a value above 99 \
             in 40 of 100 rows: reviewloop release 3 --reason TEXT, or reviewloop discard ",
        ),
    );
}

#[test]
fn an_empty_stack_waits_for_an_upload() {
    let status = answer(&Facts::default());
    check(
        &status.datasets,
        "no dataset",
        Some("reviewloop upload FILE"),
    );
    let rejected = Some(Rejected {
        key: "incoming/a.csv".into(),
        reason: "one label".into(),
    });
    let facts = Facts {
        rejected,
        ..Facts::default()
    };
    let rejected = answer(&facts).datasets;
    check(
        &rejected,
        "no dataset",
        Some("a.csv was rejected: one label"),
    );
    check(&status.runs, "no run", Some("start the first run"));
    check(&status.models, "no model", Some("registers the first"));
    check(
        &status.endpoint,
        "no endpoint",
        Some("no model version is approved"),
    );
    check(&status.human_loops, "0 waiting", None);
}

#[test]
fn a_second_dataset_version_waits_for_the_run_on_the_first() {
    let facts = Facts {
        newest: Some(manifest(2)),
        run: Some(run(1, RunState::Active, Some("arn"))),
        execution: Some(Execution {
            status: "Executing".into(),
            step: Some("TrainModel".into()),
            training: Some(Training {
                status: "Training".into(),
                metrics: vec![
                    ("train:loss".into(), 0.8125),
                    ("validation:loss".into(), 0.9),
                ],
            }),
        }),
        ..Facts::default()
    };
    let status = answer(&facts);
    check(
        &status.datasets,
        "version 2, 2400 rows, 12 in quarantine",
        Some("the run on version 1"),
    );
    check(
        &status.runs,
        "dataset version 1, attempt 1: Executing",
        Some("step TrainModel runs: Training, train:loss 0.812, validation:loss 0.900"),
    );
    // A version with the run's own rows waits for none.
    let mut again = manifest(2);
    again.id = "id1".into();
    let newest = Some(again);
    check(
        &answer(&Facts { newest, ..facts }).datasets,
        "version 2",
        None,
    );
}

#[test]
fn a_stuck_run_gives_its_own_reason() {
    let stuck = RunState::Stuck {
        reason: "TrainModel failed: no rows".into(),
    };
    let facts = Facts {
        newest: Some(manifest(1)),
        run: Some(run(1, stuck, Some("arn"))),
        ..Facts::default()
    };
    check(&answer(&facts).datasets, "version 1", None);
    check(
        &answer(&facts).runs,
        "stuck",
        Some("TrainModel failed: no rows"),
    );
}

#[test]
fn an_unclaimed_version_waits_for_start_pipeline() {
    let facts = Facts {
        newest: Some(manifest(1)),
        ..Facts::default()
    };
    check(
        &answer(&facts).datasets,
        "version 1",
        Some("start-pipeline has not claimed it"),
    );
    let facts = Facts {
        run: Some(run(1, RunState::Active, None)),
        ..facts
    };
    check(&answer(&facts).runs, "starting", Some("no ARN yet"));
}

#[test]
fn every_verdict_says_who_moves_next() {
    let with = |package| {
        answer(&Facts {
            packages: vec![package],
            ..Facts::default()
        })
        .models
    };
    check(
        &with(package(3, "PendingManualApproval", None)),
        "version 3",
        Some("judge-model has not judged"),
    );
    check(
        &with(package(3, "PendingManualApproval", Some("Inconclusive"))),
        "version 3",
        Some("could not decide; a person may: reviewloop approve 3"),
    );
    check(
        &with(package(3, "PendingManualApproval", Some("Approved"))),
        "version 3",
        Some("says Approved; a person decides"),
    );
    check(
        &with(package(3, "Rejected", Some("Rejected"))),
        "Rejected",
        Some("the gate rejected it"),
    );
    check(
        &with(package(3, "Approved", Some("Approved"))),
        "Approved",
        None,
    );
    let withdrawn = Package {
        withdrawn: Some("rolled back".into()),
        ..package(3, "Rejected", None)
    };
    check(
        &with(withdrawn),
        "Rejected",
        Some("withdrawn (rolled back)"),
    );
}

#[test]
fn a_decision_that_is_asked_for_stands_beside_its_evidence_and_its_command() {
    let judged = |decision| Judged {
        verdict: fixture::model(decision).verdict.expect("set"),
        evaluation: Some(Evaluation {
            anchor: fixture::against(1).champion,
            ..fixture::against(2)
        }),
    };
    let with = |decision: Decision| {
        let word = format!("{decision:?}");
        answer(&Facts {
            packages: vec![package(3, "PendingManualApproval", Some(&word))],
            judged: Some(judged(decision)),
            ..Facts::default()
        })
        .models
    };
    let open = with(Decision::Inconclusive);
    assert_eq!(
        open.evidence.as_deref(),
        Some(
            "balanced accuracy 81.2 % (78.0 to 84.0) on 480 test rows; -0.6 points (-2.1 to +0.9) to the champion, version 2; -0.6 points (-2.1 to +0.9) to the anchor, version 1; the gate: fine"
        )
    );
    check(
        &open,
        "version 3",
        Some("reviewloop approve 3 --reason WHY"),
    );
    check(&open, "version 3", Some("reviewloop model 3"));
    let passed = with(Decision::Approved).evidence.expect("asked for");
    assert!(
        passed.ends_with("the gate: all of its 2 checks passed"),
        "{passed}"
    );
    let decided = answer(&Facts {
        packages: vec![package(3, "Approved", Some("Approved"))],
        ..Facts::default()
    });
    assert_eq!(decided.models.evidence, None);
}
