//! judge-model.

use aws_lambda_events::eventbridge::EventBridgeEvent;
use aws_sdk_sagemaker::types::ModelApprovalStatus as Status;
use contracts::evaluation::{
    ClassScores, Evaluation, Incumbent, Interval, PairedDifference, Scores,
};
use contracts::event::ModelPackage;
use contracts::keys;
use contracts::verdict::{Decision, METADATA_VERDICT_URI, Verdict};
use judge_model::{Config, Deps, Outcome, handle};
use policy::gate::ApprovalMode;
use policy::gate::{BiasLimits, Gate};
use policy::intervals::{self, Recall};
use policy::split;
use serde_json::json;

use super::setup::{Setup, event};

pub fn deps(setup: &Setup, approval_mode: ApprovalMode) -> Deps {
    Deps::new(
        &setup.of("judge-model"),
        Config {
            bucket: setup.bucket.name.clone(),
            model_package_group: setup.group.clone(),
            approval_mode,
            has_rollout: false,
            gate: Gate::default(),
            bias_limits: BiasLimits::default(),
        },
    )
}

pub fn registered(arn: &str) -> EventBridgeEvent<ModelPackage> {
    let sample =
        "arn:aws:sagemaker:us-east-1:123456789012:model-package/reviewloop-text-classifier/2";
    event("model-package-pending", &[(sample, arn)])
}

/// An evaluation in which every class has `right` of 200 rows right.
pub fn evaluation(right: u64, champion: Option<(&str, f64, f64)>) -> Vec<u8> {
    let labels = ["-1", "0", "1"];
    let recall = Recall { right, rows: 200 };
    let (balanced_accuracy, balanced_accuracy_interval) =
        intervals::balanced_accuracy(&[recall; 3]);
    let classes = labels.map(|label| ClassScores {
        label: label.into(),
        support: 200,
        precision: recall.value(),
        recall: recall.value(),
        recall_interval: intervals::wilson(right, 200),
        f1: recall.value(),
        ..ClassScores::default()
    });
    let row =
        |truth: usize| (0..3).map(move |p| if p == truth { right } else { (200 - right) / 2 });
    let scores = Scores {
        rows: 600,
        accuracy: recall.value(),
        accuracy_interval: intervals::wilson(3 * right, 600),
        balanced_accuracy,
        balanced_accuracy_interval,
        macro_f1: recall.value(),
        classes: classes.into(),
        confusion: (0..3).map(|truth| row(truth).collect()).collect(),
        mean_cross_entropy: 0.8,
        ..Scores::default()
    };
    let champion = champion.map(|(arn, low, high)| Incumbent {
        model_package_arn: arn.to_owned(),
        other_text_columns: Vec::new(),
        scores: scores.clone(),
        difference: PairedDifference {
            value: f64::midpoint(low, high),
            interval: Interval { low, high },
            only_challenger_right: 10,
            only_champion_right: 10,
            ..PairedDifference::default()
        },
    });
    let evaluation = Evaluation {
        dataset_version_id: "v".into(),
        split_version: split::VERSION,
        labels: labels.map(str::to_owned).into(),
        challenger: scores,
        champion,
        ..Evaluation::default()
    };
    serde_json::to_vec(&evaluation).unwrap()
}

/// Judges twice; the second time must find all done.
pub async fn judge(setup: &Setup, mode: ApprovalMode, arn: &str) -> (Decision, Status) {
    let deps = deps(setup, mode);
    let first = handle(&deps, registered(arn)).await.unwrap();
    let Outcome::Judged {
        decision,
        verdict_uri,
    } = first
    else {
        panic!("{first:?}")
    };
    let verdicts = setup.keys("verdicts/").await;
    handle(&deps, registered(arn)).await.unwrap();
    assert_eq!(
        setup.keys("verdicts/").await,
        verdicts,
        "judged twice, written once"
    );
    let key = verdict_uri
        .strip_prefix(&format!("s3://{}/", setup.bucket.name))
        .unwrap();
    let verdict: Verdict = setup.read(key).await.unwrap();
    assert_eq!(
        (verdict.decision, verdict.model_package_arn.as_str()),
        (decision, arn)
    );
    let (status, description) = setup.approval(arn).await;
    assert!(description.ends_with(&verdict_uri), "{description}");
    (decision, status)
}

#[tokio::test]
async fn a_good_first_model_is_approved_or_recommended_by_mode() {
    let setup = Setup::new().await;
    let arn = setup.register(&evaluation(140, None), false).await;
    let manual = judge(&setup, ApprovalMode::Manual, &arn).await;
    assert_eq!(manual, (Decision::Approved, Status::PendingManualApproval));
    let automatic = judge(&setup, ApprovalMode::Automatic, &arn).await;
    assert_eq!(automatic, (Decision::Approved, Status::Approved));
}

#[tokio::test]
async fn a_poor_model_is_rejected_in_either_mode() {
    let setup = Setup::new().await;
    let arn = setup.register(&evaluation(70, None), false).await;
    let verdict = judge(&setup, ApprovalMode::Manual, &arn).await;
    assert_eq!(verdict, (Decision::Rejected, Status::Rejected));
}

#[tokio::test]
async fn a_challenger_is_held_against_the_champion() {
    for (low, high, decision, status) in [
        (-0.01, 0.06, Decision::Approved, Status::Approved),
        (-0.20, -0.05, Decision::Rejected, Status::Rejected),
        (
            -0.06,
            0.06,
            Decision::Inconclusive,
            Status::PendingManualApproval,
        ),
    ] {
        let setup = Setup::new().await;
        let champion = setup.register(&evaluation(140, None), false).await;
        setup.approve(&champion).await;
        let evidence = evaluation(140, Some((&champion, low, high)));
        let challenger = setup.register(&evidence, false).await;
        let verdict = judge(&setup, ApprovalMode::Automatic, &challenger).await;
        assert_eq!(verdict, (decision, status), "{low} to {high}");
    }
}

/// What the anchor's check says of a version that was measured against champion and anchor.
async fn anchored(setup: &Setup, evidence: Evaluation) -> (Decision, Status) {
    let evidence = serde_json::to_vec(&evidence).unwrap();
    let challenger = setup.register(&evidence, false).await;
    judge(setup, ApprovalMode::Automatic, &challenger).await
}

#[tokio::test]
async fn a_challenger_is_held_against_the_anchor_too() {
    let setup = Setup::new().await;
    let read = |evidence: Vec<u8>| serde_json::from_slice::<Evaluation>(&evidence).unwrap();
    let first = setup.register(&evaluation(140, None), false).await;
    setup.approve(&first).await;
    // Not worse, but not shown to be better: the first stays the anchor.
    let second = Evaluation {
        anchor_model_package_arn: Some(first.clone()),
        ..read(evaluation(140, Some((&first, -0.01, 0.005))))
    };
    assert_eq!(
        anchored(&setup, second).await,
        (Decision::Approved, Status::Approved)
    );
    let second = setup.newest().await;
    let third = read(evaluation(140, Some((&second, -0.01, 0.005))));
    assert_eq!(
        anchored(&setup, third.clone()).await,
        (Decision::Inconclusive, Status::PendingManualApproval),
        "the anchor was not measured"
    );
    let worse = read(evaluation(140, Some((&first, -0.05, -0.03)))).champion;
    let third = Evaluation {
        anchor_model_package_arn: Some(first),
        anchor: worse,
        ..third
    };
    assert_eq!(
        anchored(&setup, third.clone()).await,
        (Decision::Rejected, Status::Rejected)
    );
    // After a replacement nothing is held against an anchor of before.
    let elsewhere = Evaluation {
        lineage: "another".into(),
        anchor_model_package_arn: None,
        anchor: None,
        ..third
    };
    assert_eq!(
        anchored(&setup, elsewhere).await,
        (Decision::Approved, Status::Approved)
    );
}

#[tokio::test]
async fn a_champion_approved_since_the_evaluation_asks_a_person() {
    let setup = Setup::new().await;
    let challenger = setup.register(&evaluation(140, None), false).await;
    let other = setup.register(&evaluation(140, None), false).await;
    setup.approve(&other).await;
    let verdict = judge(&setup, ApprovalMode::Automatic, &challenger).await;
    assert_eq!(
        verdict,
        (Decision::Inconclusive, Status::PendingManualApproval)
    );
}

#[tokio::test]
async fn evidence_that_does_not_read_fails_closed() {
    let setup = Setup::new().await;
    let arn = setup.register(b"{\"accuracy\": 1.0}", false).await;
    let verdict = judge(&setup, ApprovalMode::Automatic, &arn).await;
    assert_eq!(
        verdict,
        (Decision::Inconclusive, Status::PendingManualApproval)
    );
}

#[tokio::test]
async fn a_persons_decision_stands_and_a_late_event_changes_nothing() {
    let setup = Setup::new().await;
    let deps = deps(&setup, ApprovalMode::Automatic);
    let first = setup.register(&evaluation(70, None), false).await;
    setup.approve(&first).await;
    let second = setup
        .register(&evaluation(140, Some((&first, 0.1, 0.2))), false)
        .await;
    judge(&setup, ApprovalMode::Automatic, &second).await;
    let late = handle(&deps, registered(&first)).await.unwrap();
    assert_eq!(
        late,
        Outcome::AlreadyDecided {
            status: "Approved".into()
        }
    );
    let foreign = first.replace(&setup.group, "somebody-elses");
    assert_eq!(
        handle(&deps, registered(&foreign)).await.unwrap(),
        Outcome::NotOurs
    );
}

/// Of the columns' one facet, as `classifier bias` writes it.
fn bias_of(stage: &str, metric: &str, value: f64) -> String {
    let measured = json!({ "name": metric, "description": "", "value": value });
    let evidence = json!({
        "name": metric, "value": value, "interval": [value, value], "support": 90, "too_few_to_say": false,
    });
    json!({
        "version": "1.0",
        stage: {
            "label": "label", "label_value_or_threshold": "1",
            "facets": { "Age": [{ "value_or_threshold": "(40, 99]", "metrics": [measured] }] },
        },
        "reviewloop": {
            "rows": 200, "rows_without_label": 0, "minimum_rows": 30, "resamples": 200, "seed": 42,
            "flip_test_is_sampled": false,
            "facets": { "Age": [{
                "value_or_threshold": "(40, 99]", "rows": 100, "positive_rows": 50, "metrics": [evidence],
            }] },
        },
    })
    .to_string()
}

#[tokio::test]
pub async fn bias_beyond_its_limits_and_reports_that_are_missing_ask_a_person() {
    let setup = Setup::new().await;
    let mut deps = deps(&setup, ApprovalMode::Automatic);
    deps.config.bias_limits = BiasLimits::parse("DPL=-0.1..0.1,DI=0.8..1.25").unwrap();
    for (number, (reports, decision, reason)) in [
        (None, Decision::Inconclusive, "before.json does not exist"),
        (
            Some((0.05, 1.1)),
            Decision::Approved,
            "DI is within 0.8 to 1.25",
        ),
        (
            Some((0.05, 1.5)),
            Decision::Inconclusive,
            "DI is not within 0.8 to 1.25 for Age (40, 99] 1.500",
        ),
        (
            Some((0.2, 1.1)),
            Decision::Inconclusive,
            "DPL is not within -0.1 to 0.1 for Age (40, 99] 0.200",
        ),
    ]
    .into_iter()
    .enumerate()
    {
        if let Some((before, after)) = reports {
            let before = bias_of("pre_training_bias_metrics", "DPL", before);
            let after = bias_of("post_training_bias_metrics", "DI", after);
            for (name, report) in [("before", before), ("after", after)] {
                let key = format!("executions/{number}/{name}.json");
                setup.put(&key, report).await;
            }
        }
        let arn = setup.register(&evaluation(180, None), false).await;
        handle(&deps, registered(&arn)).await.unwrap();
        let uri = &setup.metadata(&arn).await[METADATA_VERDICT_URI];
        let (_, key) = keys::parse_s3_uri(uri).unwrap();
        let verdict: Verdict = setup.read(key).await.unwrap();
        let mut checks = verdict.checks.iter().filter(|check| check.name == "bias");
        assert!(
            checks.any(|check| check.reason.contains(reason)),
            "{verdict:?}"
        );
        let decisive = verdict.checks.iter().filter(|check| check.name == "bias");
        let worst = decisive
            .map(|check| check.decision)
            .find(|it| *it != Decision::Approved);
        assert_eq!(worst.unwrap_or(Decision::Approved), decision, "{reason}");
        setup.reject(&arn).await;
    }
}
