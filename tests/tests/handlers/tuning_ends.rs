//! Studies that end badly, whose events are lost, or whose stack is deleted.

use aws_sdk_sagemaker::types::{
    AlgorithmSpecification, HyperParameterTuningJobStatus, OutputDataConfig, ResourceConfig,
    StoppingCondition, TrainingInputMode, TrainingInstanceType, TrainingJobStatus,
};
use contracts::keys;
use contracts::names;
use contracts::tuning::{Study, StudyState, TuneRequest};
use policy::naming;
use provision_stack::Outcome;
use tune_model::Wake;
use watch_tuning::Outcome as Watched;

use super::provisioning::provision;
use super::reconcile::due;
use super::roles;
use super::setup::{IMAGE, STACK, Setup, event};
use super::tuning::{ask, request, study, trained, tuner, watch, watched};

/// A study whose training jobs run until they are stopped.
fn endless() -> TuneRequest {
    TuneRequest {
        jobs: Some(2),
        parameters: [("keep".to_owned(), "best,last".to_owned())].into(),
        ..TuneRequest::default()
    }
}

fn job(study: &Study) -> String {
    naming::tuning_job(STACK, &study.name).unwrap()
}

async fn status(setup: &Setup, name: &str) -> HyperParameterTuningJobStatus {
    let describe = setup.sagemaker.describe_hyper_parameter_tuning_job();
    let describe = describe.hyper_parameter_tuning_job_name(name);
    let described = describe.send().await.unwrap();
    described.hyper_parameter_tuning_job_status.unwrap()
}

#[tokio::test]
pub async fn a_tuning_job_that_was_never_created_and_ends_that_no_event_told_are_found() {
    let setup = trained().await;
    ask(&setup, request()).await;
    // As after a crash between the record and the job.
    let recorded = study(&setup).await;
    watched(&setup).await;
    let before = Study {
        name: "1-lost22".to_owned(),
        state: StudyState::Searching,
        ..recorded
    };
    setup.delete(&keys::tuning(&study(&setup).await.name)).await;
    let bytes = serde_json::to_vec(&before).unwrap();
    setup.put(&keys::tuning(&before.name), bytes).await;
    assert_eq!(
        watch(&setup).await,
        Watched::Searching {
            study: before.name.clone()
        }
    );
    assert!(due(&setup).await.contains("reviewloop-tune-model"));
    let told: Wake = event("tuning-job-study-completed", &[]);
    let carried = tune_model::handle(&tuner(&setup), told).await.unwrap();
    assert_eq!(carried, tune_model::Outcome::Idle);
    let name = job(&before);
    setup
        .until(async || {
            let status = status(&setup, &name).await;
            (status == HyperParameterTuningJobStatus::Completed).then_some(())
        })
        .await;
    assert!(due(&setup).await.contains("reviewloop-watch-tuning"));
    // Its winner is repeated, and no event tells that the trainings have ended.
    watch(&setup).await;
    setup
        .until(async || {
            let list = setup.sagemaker.list_training_jobs();
            let list = list.status_equals(TrainingJobStatus::InProgress);
            let running = list.send().await.unwrap();
            running.training_job_summaries().is_empty().then_some(())
        })
        .await;
    assert!(due(&setup).await.contains("reviewloop-watch-tuning"));
    let ended = watched(&setup).await;
    assert!(matches!(ended, Watched::Ended { .. }), "{ended:?}");
}

#[tokio::test]
async fn a_stopped_study_is_recorded_and_told_until_the_next_version() {
    let setup = trained().await;
    ask(&setup, endless()).await;
    let name = job(&study(&setup).await);
    let stop = setup.sagemaker.stop_hyper_parameter_tuning_job();
    let stop = stop.hyper_parameter_tuning_job_name(&name);
    stop.send().await.unwrap();
    let outcome = watched(&setup).await;
    assert!(
        matches!(&outcome, Watched::Failed { reason, .. } if reason.contains("was stopped")),
        "{outcome:?}"
    );
    // Nothing else is due of a version that nobody judges.
    let delete = setup.sagemaker.delete_model_package();
    let delete = delete.model_package_name(setup.newest().await);
    delete.send().await.unwrap();
    let told = due(&setup).await;
    assert!(told.contains("was stopped"), "{told}");
    assert_eq!(watch(&setup).await, Watched::Idle);
    // Asked for again, it is another attempt, and the failure is over with it.
    let again = ask(&setup, endless()).await;
    assert!(
        matches!(again, tune_model::Outcome::Started { .. }),
        "{again:?}"
    );
    assert_eq!(setup.keys(keys::TUNINGS).await.len(), 2);
    assert_eq!(due(&setup).await, "");
    assert_eq!(ask(&setup, endless()).await, {
        let tune_model::Outcome::Started { study } = again else {
            unreachable!("matched above")
        };
        tune_model::Outcome::Found { study }
    });
}

/// A training that repeats a winner, as watch-tuning names it, which runs until it is stopped.
async fn repeat(setup: &Setup) -> String {
    let name = naming::repeat_job(STACK, "1-aaaaaa", "winner", 43, 1);
    let algorithm = AlgorithmSpecification::builder()
        .training_image(IMAGE)
        .training_input_mode(TrainingInputMode::File)
        .container_arguments("wait");
    let resources = ResourceConfig::builder()
        .instance_type(TrainingInstanceType::MlM5Large)
        .instance_count(1)
        .volume_size_in_gb(5);
    let output = OutputDataConfig::builder().s3_output_path("s3://nothing/models");
    let condition = StoppingCondition::builder().max_runtime_in_seconds(600);
    let create = setup.sagemaker.create_training_job();
    let create = create
        .training_job_name(&name)
        .algorithm_specification(algorithm.build())
        .role_arn(roles::EXECUTION)
        .output_data_config(output.build())
        .resource_config(resources.build())
        .stopping_condition(condition.build());
    create.send().await.unwrap();
    name
}

#[tokio::test]
pub async fn the_stacks_deletion_stops_a_search_and_its_repeats() {
    let setup = trained().await;
    ask(&setup, endless()).await;
    let name = job(&study(&setup).await);
    assert!(name.starts_with(&names::tuning_prefix(STACK)));
    let repeat = repeat(&setup).await;
    let (outcome, answer) = provision(&setup, "custom-resource-models-delete", &[]).await;
    assert!(matches!(outcome, Outcome::Removed { .. }), "{outcome:?}");
    assert_eq!(answer["Status"], "SUCCESS");
    assert_eq!(
        status(&setup, &name).await,
        HyperParameterTuningJobStatus::Stopped
    );
    let describe = setup.sagemaker.describe_training_job();
    let described = describe.training_job_name(&repeat).send().await.unwrap();
    assert_eq!(
        described.training_job_status,
        Some(TrainingJobStatus::Stopped)
    );
}
