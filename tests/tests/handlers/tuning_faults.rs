//! Studies whose trainings fail, whose settings or rows are gone, or that nobody waits for.

use aws_sdk_sagemaker::types::{HyperParameterTuningJobWarmStartType, TrainingJobStatus};
use contracts::keys;
use contracts::names;
use contracts::tuning::{Strategy, Study, StudyState, TuneRequest};
use policy::naming;
use tune_model::{Deps, Outcome, Wake};
use watch_tuning::Outcome as Watched;

use super::pipeline::{executions, start};
use super::reconcile::due;
use super::refusing;
use super::setup::{STACK, Setup, event};
use super::tuning::{ask, request, searched, study, trained, tuner, watch, watched};

const QUOTA: (&str, &str) = (
    "ResourceLimitExceeded",
    "The account-level service limit 'ml.m5.large for training job usage' is 1 Instances",
);

fn with(parameters: &[(&str, &str)]) -> TuneRequest {
    let parameters = parameters.iter();
    TuneRequest {
        jobs: Some(2),
        parameters: parameters
            .map(|(name, range)| ((*name).to_owned(), (*range).to_owned()))
            .collect(),
        ..TuneRequest::default()
    }
}

/// Nothing else is due of a version that nobody judges.
async fn told(setup: &Setup) -> String {
    let delete = setup.sagemaker.delete_model_package();
    let delete = delete.model_package_name(setup.newest().await);
    delete.send().await.unwrap();
    due(setup).await
}

#[tokio::test]
async fn a_quota_is_the_answer_to_a_person_and_the_record_of_a_schedule() {
    let setup = trained().await;
    let operation = "CreateHyperParameterTuningJob";
    let refusing = refusing::config(&setup, "tune-model", operation, QUOTA, 2);
    let deps = Deps::new(&refusing, tuner(&setup).config);
    let asked = Wake::Tune { tune: request() };
    let answer = tune_model::handle(&deps, asked).await.unwrap();
    assert!(
        matches!(&answer, Outcome::Refused { reason } if reason.contains("ml.m5.large for training")),
        "{answer:?}"
    );
    assert!(setup.keys(keys::TUNINGS).await.is_empty());

    let scheduled = || event::<Wake>("scheduled-reconcile", &[]);
    let answer = tune_model::handle(&deps, scheduled()).await.unwrap();
    assert!(matches!(answer, Outcome::Refused { .. }), "{answer:?}");
    let name = study(&setup).await.name;
    assert!(told(&setup).await.contains("ml.m5.large for training"));
    let again = tune_model::handle(&deps, scheduled()).await.unwrap();
    assert_eq!(again, Outcome::Found { study: name });
    // A person's is another attempt.
    let answer = ask(&setup, TuneRequest::default()).await;
    assert!(matches!(answer, Outcome::Started { .. }), "{answer:?}");
}

#[tokio::test]
async fn predictions_that_cannot_be_read_leave_the_scores_to_be_compared() {
    for (name, range) in [
        ("patience", "1:2"),
        ("gradient_accumulation", "1:2"),
        ("hidden_dropout_prob", "0.1:0.2"),
    ] {
        let setup = trained().await;
        ask(&setup, with(&[(name, range)])).await;
        let outcome = watched(&setup).await;
        let StudyState::Ended { comparison, .. } = study(&setup).await.state else {
            panic!("{outcome:?}")
        };
        assert_eq!(comparison.paired, None, "{name}");
        assert_eq!(comparison.winner.scores.len(), 3, "{name}");
    }
}

#[tokio::test]
async fn a_search_without_a_score_says_why_its_first_training_failed() {
    let setup = trained().await;
    ask(&setup, with(&[("warmup_ratio", "0.1:0.9")])).await;
    let outcome = watched(&setup).await;
    let Watched::Failed { reason, .. } = outcome else {
        panic!("{outcome:?}")
    };
    assert!(reason.contains("No training job succeeded"), "{reason}");
    assert!(
        reason.contains("AlgorithmError: hyperparameter \"warmup_ratio\" is not known"),
        "{reason}"
    );
}

#[tokio::test]
async fn the_next_attempt_at_a_stopped_study_begins_with_its_trials() {
    let setup = trained().await;
    ask(&setup, with(&[("balance", "true,false")])).await;
    let first = study(&setup).await;
    let job = naming::tuning_job(STACK, &first.name).unwrap();
    setup
        .until(async || {
            let list = setup.sagemaker.list_training_jobs();
            let list = list.name_contains(&job);
            let list = list.status_equals(TrainingJobStatus::Completed);
            let listed = list.send().await.unwrap();
            (listed.training_job_summaries().len() == 1).then_some(())
        })
        .await;
    let stop = setup.sagemaker.stop_hyper_parameter_tuning_job();
    let stop = stop.hyper_parameter_tuning_job_name(&job);
    stop.send().await.unwrap();
    let outcome = watched(&setup).await;
    assert!(
        matches!(&outcome, Watched::Failed { reason, .. } if reason.contains("was stopped")),
        "{outcome:?}"
    );
    let found = study(&setup).await;
    let search = found.search().expect("what it has found");
    assert_eq!(search.trials.len(), 2);
    assert_eq!(search.winner["balance"], "false");

    let again = ask(&setup, with(&[("balance", "true,false")])).await;
    let Outcome::Started { study: second } = again else {
        panic!("{again:?}")
    };
    let recorded: Study = setup.read(&keys::tuning(&second)).await.unwrap();
    assert_eq!(recorded.continues, [first.name]);
    let describe = setup.sagemaker.describe_hyper_parameter_tuning_job();
    let name = naming::tuning_job(STACK, &second).unwrap();
    let described = describe.hyper_parameter_tuning_job_name(name).send().await;
    let described = described.unwrap();
    let warm_start = described.warm_start_config.expect("a warm start");
    assert_eq!(
        warm_start.warm_start_type,
        HyperParameterTuningJobWarmStartType::IdenticalDataAndAlgorithm.into()
    );
    let [parent] = warm_start.parent_hyper_parameter_tuning_jobs() else {
        panic!("{warm_start:?}")
    };
    assert_eq!(parent.hyper_parameter_tuning_job_name(), Some(job.as_str()));
}

/// The image's program cannot be started for a while.
#[tokio::test]
async fn a_repeat_that_a_fault_of_the_service_ended_is_trained_once_more() {
    let setup = trained().await;
    ask(&setup, request()).await;
    let name = study(&setup).await.name;
    searched(&setup, &name).await;
    let image = setup.image();
    let away = image.with_extension("away");
    std::fs::rename(&image, &away).unwrap();
    let waits = watch(&setup).await;
    assert!(
        matches!(
            waits,
            Watched::Repeating {
                ended: 0,
                of: 6,
                ..
            }
        ),
        "{waits:?}"
    );
    assert_eq!(failed_repeats(&setup, &name).await, 6);
    std::fs::rename(&away, &image).unwrap();
    let outcome = watched(&setup).await;
    assert!(matches!(outcome, Watched::Ended { .. }), "{outcome:?}");
    let second = naming::repeat_job(STACK, &name, "winner", 43, 2);
    let describe = setup.sagemaker.describe_training_job();
    let described = describe.training_job_name(second).send().await.unwrap();
    assert_eq!(
        described.training_job_status,
        Some(TrainingJobStatus::Completed)
    );
}

async fn failed_repeats(setup: &Setup, study: &str) -> usize {
    let prefix = format!("{}{study}-", names::repeat_prefix(STACK));
    setup
        .until(async || {
            let list = setup.sagemaker.list_training_jobs();
            let listed = list.name_contains(&prefix).send().await.unwrap();
            let jobs = listed.training_job_summaries();
            let has_failed =
                |status: Option<&TrainingJobStatus>| status == Some(&TrainingJobStatus::Failed);
            let failed = jobs
                .iter()
                .filter(|job| has_failed(job.training_job_status()));
            (failed.count() == jobs.len()).then_some(jobs.len())
        })
        .await
}

#[tokio::test]
async fn a_winner_is_not_adopted_over_settings_of_the_stack_that_changed_meanwhile() {
    let setup = trained().await;
    ask(&setup, request()).await;
    let pipeline = names::pipeline(STACK);
    let describe = setup.sagemaker.describe_pipeline();
    let described = describe.pipeline_name(&pipeline).send().await.unwrap();
    let definition = described.pipeline_definition().unwrap();
    let update = setup.sagemaker.update_pipeline().pipeline_name(&pipeline);
    let update = update.pipeline_definition(format!("{definition} "));
    update.send().await.unwrap();
    let outcome = watched(&setup).await;
    assert!(
        matches!(outcome, Watched::Ended { adopted: true, .. }),
        "{outcome:?}"
    );
    assert_eq!(start(&setup).await, start_pipeline::Outcome::Idle);
    assert_eq!(executions(&setup).await.len(), 1);
}

#[tokio::test]
async fn rows_that_have_expired_are_said_before_a_training_is_paid_for() {
    let setup = trained().await;
    for key in setup.keys("intermediate/").await {
        if key.contains("/train/") {
            setup.delete(&key).await;
        }
    }
    let refused = ask(&setup, request()).await;
    assert!(
        matches!(&refused, Outcome::Refused { reason } if reason.contains("have expired")),
        "{refused:?}"
    );
    assert!(setup.keys(keys::TUNINGS).await.is_empty());
}

#[tokio::test]
async fn hyperband_has_the_most_epochs_of_the_range() {
    let setup = trained().await;
    let request = TuneRequest {
        strategy: Strategy::Hyperband,
        ..with(&[("epochs", "2:4"), ("max_grad_norm", "0.5:2.0")])
    };
    ask(&setup, request).await;
    let name = naming::tuning_job(STACK, &study(&setup).await.name).unwrap();
    let describe = setup.sagemaker.describe_hyper_parameter_tuning_job();
    let described = describe.hyper_parameter_tuning_job_name(name).send().await;
    let config = described.unwrap().hyper_parameter_tuning_job_config;
    let hyperband = config
        .and_then(|config| config.strategy_config)
        .and_then(|config| config.hyperband_strategy_config);
    assert_eq!(hyperband.unwrap().max_resource, Some(4));
    let outcome = watched(&setup).await;
    assert!(matches!(outcome, Watched::Ended { .. }), "{outcome:?}");
    let state = study(&setup).await.state;
    assert!(matches!(state, StudyState::Ended { .. }), "{state:?}");
}
