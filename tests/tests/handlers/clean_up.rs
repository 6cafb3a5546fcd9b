//! provision-stack: the end of what the loop made, whatever is under way.

use aws_sdk_sagemaker::types::{
    ContainerDefinition, FlowDefinitionStatus, PipelineExecutionStatus as Status,
    ProcessingJobStatus, ProductionVariant, ProductionVariantInstanceType,
};
use aws_sdk_sagemakera2iruntime::types::HumanLoopStatus;
use contracts::names;
use contracts::prediction::Review;
use loop_state::Reviewers;
use loop_state::processing::{self, Job};
use provision_stack::Outcome;

use super::deployment::{approved, deploy, settled, watch};
use super::pipeline::{waits, with_pipeline};
use super::provisioning::{Pauses, provision, provision_with};
use super::review::{People, predict, serve};
use super::roles;
use super::setup::{self, STACK, Setup};

const DELETE: &str = "custom-resource-models-delete";
const FLOW_CREATE: &str = "custom-resource-flow-definition-create";
const FLOW_DELETE: &str = "custom-resource-flow-definition-delete";
/// The name of the sample's flow definition.
const FLOW: &str = "reviewloop-review-ba6rmoxp7kwn";

async fn execution(setup: &Setup) -> String {
    let start = setup.sagemaker.start_pipeline_execution();
    let started = start
        .pipeline_name(names::pipeline(STACK))
        .pipeline_execution_display_name("running")
        .send()
        .await;
    started.unwrap().pipeline_execution_arn.unwrap()
}

async fn status(setup: &Setup, execution: &str) -> Status {
    let describe = setup.sagemaker.describe_pipeline_execution();
    let described = describe.pipeline_execution_arn(execution).send().await;
    described.unwrap().pipeline_execution_status.unwrap()
}

/// Names of the models and of the endpoint configs.
async fn hosted(setup: &Setup) -> (Vec<String>, Vec<String>) {
    let models = setup.sagemaker.list_models().send().await.unwrap();
    let models = models.models.unwrap_or_default().into_iter();
    let configs = setup.sagemaker.list_endpoint_configs().send().await;
    let configs = configs.unwrap().endpoint_configs.unwrap_or_default();
    (
        models.filter_map(|it| it.model_name).collect(),
        configs
            .into_iter()
            .filter_map(|it| it.endpoint_config_name)
            .collect(),
    )
}

/// A model and a config whose names begin like ours, without our tag.
async fn strangers(setup: &Setup, package: &str) {
    let container = ContainerDefinition::builder().model_package_name(package);
    let create = setup
        .sagemaker
        .create_model()
        .model_name("reviewloop-other");
    let create = create.execution_role_arn(roles::EXECUTION);
    let create = create.primary_container(container.build());
    create.send().await.unwrap();
    let variant = ProductionVariant::builder()
        .variant_name("only")
        .model_name("reviewloop-other")
        .instance_type(ProductionVariantInstanceType::MlM5Large)
        .initial_instance_count(1)
        .build();
    let create = setup.sagemaker.create_endpoint_config();
    let create = create.endpoint_config_name("reviewloop-other");
    create.production_variants(variant).send().await.unwrap();
}

#[tokio::test]
pub async fn the_stack_is_deleted_while_an_execution_runs_and_an_endpoint_is_updated() {
    let setup = with_pipeline(&waits()).await;
    let first = approved(&setup, false).await;
    deploy(&setup, "model-package-approved").await;
    settled(&setup).await;
    watch(&setup).await;
    strangers(&setup, &first).await;
    let running = execution(&setup).await;
    approved(&setup, false).await;
    let updating = deploy(&setup, "model-package-approved").await;
    assert!(
        matches!(updating, deploy_model::Outcome::Updating { .. }),
        "{updating:?}"
    );

    let (outcome, answer) = provision(&setup, DELETE, &[]).await;
    assert!(matches!(outcome, Outcome::Removed { .. }), "{outcome:?}");
    assert_eq!(answer["Status"], "SUCCESS");
    assert_eq!(status(&setup, &running).await, Status::Stopped);
    let describe = setup.sagemaker.describe_endpoint().endpoint_name(STACK);
    assert!(describe.send().await.is_err(), "the endpoint is gone");
    let other = vec!["reviewloop-other".to_owned()];
    assert_eq!(hosted(&setup).await, (other.clone(), other));
    // CloudFormation's next step: a group with packages in it would be refused.
    let delete = setup.sagemaker.delete_model_package_group();
    let deleted = delete.model_package_group_name(&setup.group).send().await;
    assert!(deleted.is_ok(), "{deleted:?}");
    let (again, answer) = provision(&setup, DELETE, &[]).await;
    assert!(matches!(again, Outcome::Kept { .. }), "{again:?}");
    assert_eq!(answer["Status"], "SUCCESS");
}

async fn job(setup: &Setup, name: &str) -> ProcessingJobStatus {
    let describe = setup.sagemaker.describe_processing_job();
    let described = describe.processing_job_name(name).send().await;
    described.unwrap().processing_job_status.unwrap()
}

#[tokio::test]
pub async fn the_stacks_deletion_stops_the_jobs_that_functions_have_started() {
    let setup = Setup::new().await;
    let prefixes = [names::intake_prefix(STACK), names::rollout_prefix(STACK)];
    let ours = prefixes.map(|prefix| format!("{prefix}aaaabbbb-1"));
    let others = format!("other-{}", ours[0]);
    for name in ours.iter().chain([&others]) {
        let job = Job {
            name,
            command: "wait",
            inputs: Vec::new(),
            output: ("rows", format!("s3://{}/rows/", setup.bucket.name)),
            volume_gb: 1,
            maximum_seconds: 600,
        };
        let created = processing::create(&setup.sagemaker, &setup::processing(), job).await;
        created.unwrap();
    }
    let (outcome, answer) = provision(&setup, DELETE, &[]).await;
    assert!(matches!(outcome, Outcome::Removed { .. }), "{outcome:?}");
    assert_eq!(answer["Status"], "SUCCESS");
    for name in &ours {
        assert_eq!(job(&setup, name).await, ProcessingJobStatus::Stopped);
    }
    assert_eq!(job(&setup, &others).await, ProcessingJobStatus::InProgress);
    let stop = setup.sagemaker.stop_processing_job();
    stop.processing_job_name(others).send().await.unwrap();
}

#[tokio::test]
async fn what_a_last_invocation_makes_after_everything_is_gone_is_ended_too() {
    let setup = with_pipeline(&waits()).await;
    let start = setup.sagemaker.start_pipeline_execution();
    let start = start.pipeline_name(names::pipeline(STACK));
    let late = async move {
        start.send().await.unwrap();
    };
    let config = Pauses::with(late).of(&setup.of("provision-stack"));
    let (outcome, answer) = provision_with(&config, DELETE, &[]).await;
    assert!(matches!(outcome, Outcome::Removed { .. }), "{outcome:?}");
    assert_eq!(answer["Status"], "SUCCESS");
    let list = setup.sagemaker.list_pipeline_executions();
    let list = list.pipeline_name(names::pipeline(STACK)).send().await;
    let executions = list.unwrap().pipeline_execution_summaries.unwrap();
    let statuses: Vec<_> = executions
        .into_iter()
        .filter_map(|execution| execution.pipeline_execution_status)
        .collect();
    assert_eq!(statuses, [Status::Stopped]);
}

#[tokio::test]
async fn an_endpoint_without_our_tag_is_left_alone() {
    let people = People::new().await;
    let setup = &people.setup;
    // Its endpoint carries no tag.
    serve(setup).await;
    let (outcome, _) = provision(setup, DELETE, &[]).await;
    assert!(matches!(outcome, Outcome::Removed { .. }), "{outcome:?}");
    let describe = setup.sagemaker.describe_endpoint().endpoint_name(STACK);
    assert!(describe.send().await.is_ok());
}

#[tokio::test]
async fn a_permission_that_is_missing_is_answered_at_once() {
    let setup = Setup::new().await;
    let refused = ("AccessDeniedException", "not authorized to do this");
    let config = super::refusing::config(
        &setup,
        "provision-stack",
        "ListPipelineExecutions",
        refused,
        1,
    );
    let answer = provision_with(&config, DELETE, &[]).await.1;
    assert_eq!(answer["Status"], "FAILED");
    let reason = answer["Reason"].as_str().unwrap();
    assert!(reason.contains("not authorized to do this"), "{reason}");
}

/// The sample's flow definition with a task page and a team that are there.
async fn sample(people: &People) -> Vec<(String, String)> {
    let describe = people.setup.sagemaker.describe_flow_definition();
    let describe = describe.flow_definition_name(super::setup::FLOW_DEFINITION);
    let found = describe.send().await.unwrap().human_loop_config.unwrap();
    let arn = |resource: &str| format!("arn:aws:sagemaker:us-east-1:123456789012:{resource}");
    let arn_of_role = |name: &str| format!("arn:aws:iam::123456789012:role/{name}");
    [
        (
            arn("human-task-ui/reviewloop-sentiment-2f8de92bd183"),
            found.human_task_ui_arn.unwrap(),
        ),
        (
            arn("workteam/private-crowd/reviewloop-reviewers"),
            found.workteam_arn.unwrap(),
        ),
        // In an account a role's name ends with letters of its own.
        (
            arn_of_role("reviewloop-ReviewRole-1ABCDEFGHIJKL"),
            roles::REVIEW.to_owned(),
        ),
    ]
    .into()
}

fn borrowed(replace: &[(String, String)]) -> Vec<(&str, &str)> {
    let replace = replace.iter();
    replace
        .map(|(from, to)| (from.as_str(), to.as_str()))
        .collect()
}

#[tokio::test]
async fn another_content_is_another_flow_definition_and_the_first_is_deleted_with_its_open_loops() {
    let people = People::new().await;
    let setup = &people.setup;
    let there = sample(&people).await;
    let mut names = Vec::new();
    for title in ["Which label fits this text?", "Choose a label"] {
        let mut replace = borrowed(&there);
        replace.push(("Which label fits this text?", title));
        for _ in 0..2 {
            let (outcome, answer) = provision(setup, FLOW_CREATE, &replace).await;
            assert!(matches!(outcome, Outcome::Provided { .. }), "{outcome:?}");
            names.push(answer["PhysicalResourceId"].as_str().unwrap().to_owned());
        }
    }
    assert_eq!(names[0], names[1]);
    assert_eq!(names[2], names[3]);
    assert_ne!(names[0], names[2]);

    let first = setup.sagemaker.describe_flow_definition();
    let first = first.flow_definition_name(&names[0]);
    let first = loop {
        let found = first.clone().send().await.unwrap();
        if found.flow_definition_status == Some(FlowDefinitionStatus::Active) {
            break found.flow_definition_arn.unwrap();
        }
        tokio::task::yield_now().await;
    };
    serve(setup).await;
    let mut predictor = people.predictor(0.0, 9);
    let first = Reviewers::new(&setup.of("predict"), &predictor.bucket, &first);
    predictor.reviewers = Some(first);
    let asked = predict(&predictor, &["unsure"]).await;
    let Review::Started { human_loop } = asked.predictions[0].review.clone() else {
        panic!("{asked:?}")
    };
    let mut replace = borrowed(&there);
    replace.push((FLOW, &names[0]));
    // The properties are the old ones; the id alone says which one is deleted.
    let replace = &replace[there.len()..];
    for expected in ["Removed", "Kept"] {
        let (outcome, answer) = provision(setup, FLOW_DELETE, replace).await;
        assert!(format!("{outcome:?}").starts_with(expected), "{outcome:?}");
        assert_eq!(answer["Status"], "SUCCESS");
    }
    let describe = people.a2i.describe_human_loop().human_loop_name(human_loop);
    let status = describe.send().await.unwrap().human_loop_status;
    assert_eq!(status, Some(HumanLoopStatus::Stopped));
    let other = setup.sagemaker.describe_flow_definition();
    assert!(other.flow_definition_name(&names[2]).send().await.is_ok());
}

#[tokio::test]
async fn a_loop_that_starts_while_its_flow_definition_is_deleted_is_stopped_at_the_next_look() {
    let people = People::new().await;
    let setup = &people.setup;
    let there = sample(&people).await;
    let (_, answer) = provision(setup, FLOW_CREATE, &borrowed(&there)).await;
    let name = answer["PhysicalResourceId"].as_str().unwrap();
    let in_use = ("ResourceInUse", "it has human loops in progress");
    let config =
        super::refusing::config(setup, "provision-stack", "DeleteFlowDefinition", in_use, 1);
    let config = Pauses::default().of(&config);
    let (outcome, answer) = provision_with(&config, FLOW_DELETE, &[(FLOW, name)]).await;
    assert!(matches!(outcome, Outcome::Removed { .. }), "{outcome:?}");
    assert_eq!(answer["Status"], "SUCCESS");
}

#[tokio::test]
async fn a_strangers_flow_definition_of_our_name_is_neither_taken_nor_deleted() {
    let people = People::new().await;
    let setup = &people.setup;
    let there = sample(&people).await;
    let replace = borrowed(&there);
    // Made by another hand under the name of ours: without the tag.
    let (_, answer) = provision(setup, FLOW_CREATE, &replace).await;
    let name = answer["PhysicalResourceId"].as_str().unwrap().to_owned();
    let describe = setup.sagemaker.describe_flow_definition();
    let found = describe.flow_definition_name(&name).send().await.unwrap();
    let delete = setup.sagemaker.delete_tags();
    let delete = delete.resource_arn(found.flow_definition_arn.unwrap());
    delete.tag_keys(names::STACK_TAG).send().await.unwrap();

    for _ in 0..2 {
        let (outcome, answer) = provision(setup, FLOW_CREATE, &replace).await;
        assert!(matches!(outcome, Outcome::Failed { .. }), "{outcome:?}");
        let reason = answer["Reason"].as_str().unwrap();
        assert!(reason.contains("is not this stack's"), "{reason}");
        let (outcome, answer) = provision(setup, FLOW_DELETE, &[(FLOW, &name)]).await;
        assert!(matches!(outcome, Outcome::Kept { .. }), "{outcome:?}");
        assert_eq!(answer["Status"], "SUCCESS");
    }
}

#[tokio::test]
async fn the_deletion_sample_names_what_the_creation_sample_makes() {
    let people = People::new().await;
    // Its task page is not there, so only the name is made.
    let (_, answer) = provision(&people.setup, FLOW_CREATE, &[]).await;
    assert_eq!(answer["PhysicalResourceId"], FLOW);
}
