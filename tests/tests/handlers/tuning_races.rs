//! Two invocations of tune-model at the same time, and a study that is asked for once more.

use std::time::Duration;

use aws_sdk_sagemaker::types::PipelineExecutionStatus;
use aws_smithy_async::time::StaticTimeSource;
use contracts::keys;
use contracts::tuning::{Adopt, StudyState, TuneRequest, TuningVerdict};
use loop_state::Clock;
use time::OffsetDateTime;
use tune_model::{Deps, Outcome, Wake};
use watch_tuning::Outcome as Watched;

use super::halting::Halt;
use super::manifests::version;
use super::pipeline::{ended, executions, start};
use super::reconcile::due;
use super::refusing;
use super::setup::Setup;
use super::tuning::{
    ask, request, searched, study, trained, tuner, watch, watch_by, watched, watcher,
};

const QUOTA: (&str, &str) = ("ResourceLimitExceeded", "The account-level service limit");
const DENIED: (&str, &str) = ("AccessDeniedException", "not authorized to perform");

/// tune-model with a bucket that halts there.
fn halted(setup: &Setup, halt: &Halt) -> Deps {
    Deps::new(&halt.config(setup, "tune-model"), tuner(setup).config)
}

async fn ask_by(deps: &Deps, request: TuneRequest) -> Outcome {
    let wake = Wake::Tune { tune: request };
    tune_model::handle(deps, wake).await.unwrap()
}

fn other() -> TuneRequest {
    TuneRequest {
        jobs: Some(1),
        ..request()
    }
}

async fn jobs(setup: &Setup) -> usize {
    let list = setup.sagemaker.list_hyper_parameter_tuning_jobs();
    let listed = list.send().await.unwrap();
    listed.hyper_parameter_tuning_job_summaries().len()
}

/// Both have listed the studies before either writes its record.
#[tokio::test]
async fn two_requests_that_saw_no_study_begin_at_most_one() {
    let setup = trained().await;
    let halt = Halt::at("PUT", keys::TUNINGS);
    let [first, second] = [&halt, &halt.other()].map(|halt| halted(&setup, halt));
    let outcomes = tokio::join!(ask_by(&first, request()), ask_by(&second, other()));
    let mut started = 0;
    for outcome in [outcomes.0, outcomes.1] {
        match &outcome {
            Outcome::Started { .. } => started += 1,
            Outcome::Refused { reason } if reason.contains("one at a time") => {}
            _ => panic!("{outcome:?}"),
        }
    }
    assert!(started <= 1, "{started}");
    assert_eq!(setup.keys(keys::TUNINGS).await.len(), started);
    assert_eq!(jobs(&setup).await, started);
}

/// The other request comes between the first one's look and its record, and begins its study.
#[tokio::test]
async fn a_record_that_is_written_second_is_withdrawn() {
    let setup = trained().await;
    let halt = Halt::at("PUT", keys::TUNINGS);
    let deps = halted(&setup, &halt);
    let asked = ask_by(&deps, request());
    let (second, first) = halt.during(asked, ask(&setup, other())).await;
    let Outcome::Started { study: name } = first else {
        panic!("{first:?}")
    };
    let named = format!("study {name} of dataset version 1 is under way");
    assert!(
        matches!(&second, Outcome::Refused { reason } if reason.contains(&named)),
        "{second:?}"
    );
    assert_eq!(study(&setup).await.name, name);
    assert_eq!(jobs(&setup).await, 1);
}

/// SageMaker refuses the job for a quota, and another call creates it before the record is removed.
#[tokio::test]
async fn the_record_of_a_job_stays_though_one_of_two_calls_was_refused() {
    let setup = trained().await;
    let halt = Halt::at("DELETE", keys::TUNINGS);
    let operation = "CreateHyperParameterTuningJob";
    let refusing = refusing::config(&setup, "tune-model", operation, QUOTA, 1);
    let deps = Deps {
        bucket: halted(&setup, &halt).bucket,
        ..Deps::new(&refusing, tuner(&setup).config)
    };
    let asked = ask_by(&deps, request());
    let outcomes = halt.during(asked, ask(&setup, request())).await;
    let name = study(&setup).await.name;
    let found = Outcome::Found { study: name };
    assert_eq!(outcomes, (found.clone(), found));
    assert_eq!(jobs(&setup).await, 1);
    let ended = watched(&setup).await;
    assert!(matches!(ended, Watched::Ended { .. }), "{ended:?}");
}

#[tokio::test]
async fn a_winner_that_is_no_better_is_trained_once_that_is_asked_for() {
    let setup = trained().await;
    // The image scores every weight_decay alike.
    let with = |adopt: Adopt| TuneRequest {
        jobs: Some(2),
        parameters: [("weight_decay".to_owned(), String::new())].into(),
        adopt,
        ..TuneRequest::default()
    };
    ask(&setup, with(Adopt::Better)).await;
    let outcome = watched(&setup).await;
    assert!(
        matches!(
            outcome,
            Watched::Ended {
                verdict: TuningVerdict::NotDistinguishable,
                adopted: false,
                ..
            }
        ),
        "{outcome:?}"
    );
    let name = study(&setup).await.name;
    let found = Outcome::Found {
        study: name.clone(),
    };
    assert_eq!(ask(&setup, with(Adopt::Better)).await, found);
    assert_eq!(start(&setup).await, start_pipeline::Outcome::Idle);
    for _ in 0..2 {
        assert_eq!(ask(&setup, with(Adopt::Always)).await, found);
        let state = study(&setup).await.state;
        assert!(
            matches!(state, StudyState::Ended { adopted: true, .. }),
            "{state:?}"
        );
    }
    start(&setup).await;
    ended(&setup, PipelineExecutionStatus::Succeeded).await;
    assert_eq!(start(&setup).await, start_pipeline::Outcome::Idle);
    assert_eq!(executions(&setup).await.len(), 2);
}

#[tokio::test]
async fn a_running_study_is_adopted_in_any_case_once_that_is_asked_for() {
    let setup = trained().await;
    ask(&setup, request()).await;
    let always = TuneRequest {
        adopt: Adopt::Always,
        ..request()
    };
    for _ in 0..2 {
        let found = ask(&setup, always.clone()).await;
        assert!(matches!(found, Outcome::Found { .. }), "{found:?}");
        assert_eq!(study(&setup).await.adopt, Adopt::Always);
    }
}

#[tokio::test]
async fn a_study_of_an_earlier_version_that_is_under_way_is_named() {
    let setup = trained().await;
    ask(&setup, request()).await;
    let name = study(&setup).await.name;
    let named = format!("study {name} of dataset version 1 is under way");
    version(&setup, 2).await;
    let refused = ask(&setup, request()).await;
    assert!(
        matches!(&refused, Outcome::Refused { reason } if reason.contains("dataset version 2 has no execution")
            && reason.contains(&named)),
        "{refused:?}"
    );
}

#[tokio::test]
async fn repeats_that_are_refused_for_a_day_are_given_up_and_told() {
    let setup = trained().await;
    ask(&setup, request()).await;
    searched(&setup, &study(&setup).await.name).await;
    let refusing = refusing::config(
        &setup,
        "watch-tuning",
        "CreateTrainingJob",
        DENIED,
        usize::MAX,
    );
    let mut deps = watch_tuning::Deps::new(&refusing, watcher(&setup).config);
    let hours = |hours: u64| {
        let now = OffsetDateTime::now_utc() + Duration::from_secs(hours * 3600);
        let config = refusing.to_builder();
        Clock::new(
            &config
                .time_source(StaticTimeSource::new(now.into()))
                .build(),
        )
    };
    for passed in [0, 23] {
        deps.clock = hours(passed);
        let waits = watch_by(&deps).await;
        assert!(
            matches!(waits, Watched::Repeating { ended: 0, .. }),
            "{waits:?}"
        );
    }
    deps.clock = hours(26);
    let outcome = watch_by(&deps).await;
    assert!(
        matches!(&outcome, Watched::Failed { reason, .. } if reason.contains(DENIED.1)
            && reason.contains("for 26 hours")),
        "{outcome:?}"
    );
    assert_eq!(watch(&setup).await, Watched::Idle);
    // Nothing else is due of a version that nobody judges.
    let delete = setup.sagemaker.delete_model_package();
    let delete = delete.model_package_name(setup.newest().await);
    delete.send().await.unwrap();
    assert!(due(&setup).await.contains(DENIED.1));
}
