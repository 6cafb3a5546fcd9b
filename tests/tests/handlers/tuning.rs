//! tune-model and watch-tuning: from a finished execution to one that trains a study's winner.

use std::collections::BTreeMap;

use aws_sdk_sagemaker::types::{HyperParameterTuningJobStatus, PipelineExecutionStatus as Status};
use contracts::keys;
use contracts::names;
use contracts::pipeline::HYPERPARAMETERS;
use contracts::run::{Run, RunState};
use contracts::tuning::{Adopt, Paired, Study, StudyState, TuneRequest, TuningVerdict};
use policy::naming;
use policy::tuning::Bounds;
use serde_json::json;
use tune_model::Wake;
use watch_tuning::Outcome as Watched;

use super::manifests::version;
use super::pipeline::{ended, executions, start, starter};
use super::platform::define_templates_pipeline;
use super::setup::{DATASET, STACK, Setup, event};

pub fn tuner(setup: &Setup) -> tune_model::Deps {
    tune_model::Deps::new(
        &setup.of("tune-model"),
        tune_model::Config {
            bucket: setup.bucket.name.clone(),
            stack: STACK.into(),
            dataset_name: DATASET.into(),
            pipeline_name: names::pipeline(STACK),
            bounds: Bounds {
                jobs: 3,
                parallel: 2,
            },
        },
    )
}

pub async fn ask(setup: &Setup, request: TuneRequest) -> tune_model::Outcome {
    let wake = Wake::Tune { tune: request };
    tune_model::handle(&tuner(setup), wake).await.unwrap()
}

pub fn watcher(setup: &Setup) -> watch_tuning::Deps {
    watch_tuning::Deps::new(
        &setup.of("watch-tuning"),
        watch_tuning::Config {
            bucket: setup.bucket.name.clone(),
            stack: STACK.into(),
        },
    )
}

pub async fn watch(setup: &Setup) -> Watched {
    watch_by(&watcher(setup)).await
}

pub async fn watch_by(deps: &watch_tuning::Deps) -> Watched {
    watch_tuning::handle(deps, event("tuning-job-study-completed", &[]))
        .await
        .unwrap()
}

/// Of `max_grad_norm` and of nothing else, by the fewest trainings.
pub fn request() -> TuneRequest {
    TuneRequest {
        jobs: Some(2),
        parameters: [("max_grad_norm".to_owned(), "0.5:2.0:log".to_owned())].into(),
        ..TuneRequest::default()
    }
}

/// A dataset version that was trained by an execution.
pub async fn trained() -> Setup {
    let setup = Setup::new().await;
    define_templates_pipeline(&setup).await;
    let bucket = &setup.bucket.name;
    let parts = format!(r#"[{{"prefix": "s3://{bucket}/datasets/reviews/parts/"}}, "a.jsonl"]"#);
    setup.put("datasets/reviews/parts/a.jsonl", "{}").await;
    for number in 1..=2 {
        let key = keys::inputs(DATASET, &format!("version{number}"));
        setup.put(&key, parts.clone()).await;
    }
    version(&setup, 1).await;
    run_to_its_end(&setup).await;
    setup
}

pub async fn run_to_its_end(setup: &Setup) {
    start(setup).await;
    ended(setup, Status::Succeeded).await;
    assert_eq!(start(setup).await, start_pipeline::Outcome::Idle);
}

/// Wakes watch-tuning after every change until the study has ended.
pub async fn watched(setup: &Setup) -> Watched {
    setup
        .until(async || match watch(setup).await {
            outcome @ (Watched::Ended { .. } | Watched::Failed { .. }) => Some(outcome),
            _ => None,
        })
        .await
}

/// Until the study's tuning job has ended.
pub async fn searched(setup: &Setup, study: &str) {
    let job = naming::tuning_job(STACK, study).unwrap();
    let ended = async || {
        let describe = setup.sagemaker.describe_hyper_parameter_tuning_job();
        let describe = describe.hyper_parameter_tuning_job_name(&job);
        let described = describe.send().await.unwrap();
        described.hyper_parameter_tuning_end_time
    };
    setup.until(ended).await;
}

pub async fn study(setup: &Setup) -> Study {
    let studies = setup.keys(keys::TUNINGS).await;
    assert_eq!(studies.len(), 1, "{studies:?}");
    setup.read(&studies[0]).await.unwrap()
}

#[tokio::test]
pub async fn a_studys_winner_is_repeated_compared_and_trained_by_one_execution() {
    let setup = trained().await;
    let started = ask(&setup, request()).await;
    let tune_model::Outcome::Started { study: name } = started else {
        panic!("{started:?}")
    };
    let found = tune_model::Outcome::Found {
        study: name.clone(),
    };
    assert_eq!(ask(&setup, request()).await, found);
    let other = TuneRequest {
        jobs: Some(1),
        ..request()
    };
    let refused = ask(&setup, other).await;
    assert!(
        matches!(&refused, tune_model::Outcome::Refused { reason } if reason.contains("one at a time")
            || reason.contains("under way")),
        "{refused:?}"
    );
    let outcome = watched(&setup).await;
    let better = Watched::Ended {
        study: name.clone(),
        verdict: TuningVerdict::Better,
        adopted: true,
    };
    assert_eq!(outcome, better);
    assert_eq!(watch(&setup).await, Watched::Idle, "the event twice");
    let ended_study = study(&setup).await;
    let StudyState::Ended {
        search, comparison, ..
    } = &ended_study.state
    else {
        panic!("{ended_study:?}")
    };
    assert_eq!(search.trials.len(), 2);
    assert!((search.best_score - 0.9).abs() < 1e-6);
    assert_eq!(comparison.seeds, [43, 44, 45]);
    assert!((comparison.present.mean - 0.6).abs() < 1e-6);
    assert!(comparison.interval.low > 0.25, "{comparison:?}");
    let paired = Paired {
        rows: 1200,
        tried: 2,
    };
    assert_eq!(comparison.paired, Some(paired));

    // Two wakes are one execution, and the model of the winner is trained once.
    start(&setup).await;
    start(&setup).await;
    ended(&setup, Status::Succeeded).await;
    for _ in 0..2 {
        assert_eq!(start(&setup).await, start_pipeline::Outcome::Idle);
    }
    assert_eq!(executions(&setup).await.len(), 2);
    let run: Run = setup.read(keys::RUN).await.unwrap();
    assert_eq!(
        (run.version, run.attempt, run.state),
        (1, 2, RunState::Succeeded)
    );
    assert_eq!(run.studies, std::slice::from_ref(&name));
    let further: BTreeMap<String, String> =
        serde_json::from_str(&run.parameters[HYPERPARAMETERS]).unwrap();
    assert_eq!(further["max_grad_norm"], search.winner["max_grad_norm"]);

    // The next version is trained with the stack's own settings, and the study is over.
    version(&setup, 2).await;
    run_to_its_end(&setup).await;
    assert_eq!(watch(&setup).await, Watched::Idle);
    let run: Run = setup.read(keys::RUN).await.unwrap();
    assert!(run.studies.is_empty() && !run.parameters.contains_key(HYPERPARAMETERS));
    assert_eq!(executions(&setup).await.len(), 3);
    assert_eq!(ended_study, study(&setup).await);
}

#[tokio::test]
async fn a_winner_that_is_no_better_is_trained_only_where_that_was_asked() {
    for (adopt, adopted) in [(Adopt::Better, false), (Adopt::Always, true)] {
        let setup = trained().await;
        // The image scores every weight_decay alike.
        let request = TuneRequest {
            jobs: Some(2),
            parameters: [("weight_decay".to_owned(), String::new())].into(),
            adopt,
            ..TuneRequest::default()
        };
        ask(&setup, request).await;
        let outcome = watched(&setup).await;
        assert!(
            matches!(outcome, Watched::Ended { verdict: TuningVerdict::NotDistinguishable, adopted: found, .. }
                if found == adopted),
            "{outcome:?}"
        );
        // These trainings leave no predictions.
        let StudyState::Ended { comparison, .. } = study(&setup).await.state else {
            panic!("{outcome:?}")
        };
        assert_eq!(comparison.paired, None);
        start(&setup).await;
        ended(&setup, Status::Succeeded).await;
        start(&setup).await;
        let expected = if adopted { 2 } else { 1 };
        assert_eq!(executions(&setup).await.len(), expected);
    }
}

#[tokio::test]
async fn a_winner_replaces_no_parameters_that_a_person_has_given_since() {
    let setup = trained().await;
    ask(&setup, request()).await;
    let outcome = watched(&setup).await;
    assert!(matches!(outcome, Watched::Ended { adopted: true, .. }));
    let wake = json!({ "start": { "parameters": { "Epochs": "7" } } });
    let wake = serde_json::from_value(wake).unwrap();
    start_pipeline::handle(&starter(&setup), wake)
        .await
        .unwrap();
    ended(&setup, Status::Succeeded).await;
    assert_eq!(start(&setup).await, start_pipeline::Outcome::Idle);
    assert_eq!(executions(&setup).await.len(), 2);
    let run: Run = setup.read(keys::RUN).await.unwrap();
    assert!(run.studies.is_empty() && run.parameters["Epochs"] == "7");

    // Asked for again, it is another study: of the training with these parameters.
    let first = study(&setup).await.name;
    let again = ask(&setup, request()).await;
    let again = started(&again);
    assert_ne!(again, first);
    let again: Study = setup.read(&keys::tuning(&again)).await.unwrap();
    assert_eq!(again.asked["Epochs"], "7");
    watched(&setup).await;
    run_to_its_end(&setup).await;
    assert_eq!(executions(&setup).await.len(), 3);
    let run: Run = setup.read(keys::RUN).await.unwrap();
    assert_eq!(run.studies, [again.name]);
    assert!(run.parameters.contains_key(HYPERPARAMETERS));
}

fn started(outcome: &tune_model::Outcome) -> String {
    match outcome {
        tune_model::Outcome::Started { study } => study.clone(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
pub async fn a_refused_study_leaves_nothing_and_is_said_plainly() {
    let setup = trained().await;
    let with = |parameters: &[(&str, &str)], jobs: u32| TuneRequest {
        jobs: Some(jobs),
        parameters: parameters
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect(),
        ..TuneRequest::default()
    };
    let long = format!("1.{},2", "0".repeat(256));
    for (request, expected) in [
        // SageMaker's own refusal.
        (with(&[("max_grad_norm", &long)], 2), "256"),
        (with(&[("patience", "1:2")], 3), "combinations"),
        (with(&[("patience", "2:1")], 3), "patience=2:1"),
        (with(&[("c", "1:2")], 3), "c is no hyperparameter"),
        (with(&[], 4), "TuningJobs, 3"),
    ] {
        let refused = ask(&setup, request).await;
        assert!(
            matches!(&refused, tune_model::Outcome::Refused { reason } if reason.contains(expected)),
            "{refused:?}"
        );
        assert!(setup.keys(keys::TUNINGS).await.is_empty());
    }
    version(&setup, 2).await;
    let untrained = ask(&setup, request()).await;
    assert!(
        matches!(&untrained, tune_model::Outcome::Refused { reason }
            if reason.contains("dataset version 2 has no execution that has succeeded")),
        "{untrained:?}"
    );
}

#[tokio::test]
async fn a_schedule_starts_one_study_of_a_version() {
    let setup = trained().await;
    let scheduled = async || {
        let wake: Wake = event("scheduled-reconcile", &[]);
        tune_model::handle(&tuner(&setup), wake).await.unwrap()
    };
    let started = scheduled().await;
    assert!(
        matches!(started, tune_model::Outcome::Started { .. }),
        "{started:?}"
    );
    for _ in 0..2 {
        let again = scheduled().await;
        assert!(
            matches!(again, tune_model::Outcome::Found { .. }),
            "{again:?}"
        );
    }
    watched(&setup).await;
    let over = scheduled().await;
    assert!(
        matches!(over, tune_model::Outcome::Found { .. }),
        "{over:?}"
    );
    let jobs = setup.sagemaker.list_hyper_parameter_tuning_jobs();
    let jobs = jobs.send().await.unwrap();
    let [job] = jobs.hyper_parameter_tuning_job_summaries() else {
        panic!("{jobs:?}")
    };
    assert_eq!(
        job.hyper_parameter_tuning_job_status,
        Some(HyperParameterTuningJobStatus::Completed)
    );
}
