//! A few mutants in a cloud that runs: the call that needs the missing statement is denied.

use aws_sdk_sagemaker::types::{PipelineExecutionStatus as Status, TrainingJobStatus};
use local_aws::{Cloud, iam};
use serde_json::Value;

use crate::handlers::deployment::{approved, deployer};
use crate::handlers::manifests::version;
use crate::handlers::pipeline::{ended, executions, start, waits, with_pipeline};
use crate::handlers::platform::{stop, training, training_status};
use crate::handlers::setup::{STACK, Setup, event};

/// Takes every statement with this action out of a role's policies.
fn without(cloud: &Cloud, logical_id: &str, action: &str) {
    cloud.store.update(|tx| {
        let name = format!("{STACK}-{logical_id}");
        let mut role = iam::Role::get(tx, &name).expect("the template's role");
        for document in role.policies.values_mut() {
            let mut policy: Value = serde_json::from_str(document).expect("a policy");
            let statements = policy["Statement"].as_array_mut().expect("a list");
            statements.retain(|statement| !statement["Action"].to_string().contains(action));
            *document = policy.to_string();
        }
        role.put(tx).expect("a policy that is evaluated");
    });
}

#[tokio::test]
async fn a_function_without_a_statement_is_denied_the_call_that_it_was_for() {
    for (action, sentence) in [
        (
            "s3:ListBucket",
            "s3:ListBucket on resource: arn:aws:s3:::reviewloop-",
        ),
        (
            "iam:PassRole",
            "iam:PassRole on resource: arn:aws:iam::123456789012:role/reviewloop-ExecutionRole",
        ),
        (
            "sagemaker:CreateEndpointConfig",
            "sagemaker:DescribeEndpointConfig on resource: arn:",
        ),
    ] {
        let setup = Setup::new().await;
        approved(&setup, false).await;
        without(&setup.aws.cloud, "DeployModelRole", action);
        let wake = event("model-package-approved", &[]);
        // What is refused for good is an outcome with its sentence; the rest is tried again.
        let denied = match deploy_model::handle(&deployer(&setup), wake).await {
            Ok(refused) => format!("{refused:?}"),
            Err(error) => format!("{error:#}"),
        };
        assert!(denied.contains(sentence), "{action}: {denied}");
        assert!(
            denied.contains("no identity-based policy allows"),
            "{denied}"
        );
    }
}

#[tokio::test]
async fn a_pipeline_without_the_right_to_pass_a_role_makes_no_job() {
    let setup = with_pipeline(&waits()).await;
    without(&setup.aws.cloud, "PipelineRole", "iam:PassRole");
    version(&setup, 1).await;
    start(&setup).await;
    ended(&setup, Status::Failed).await;
    let jobs = setup.sagemaker.list_processing_jobs().send().await.unwrap();
    assert!(jobs.processing_job_summaries().is_empty());
}

#[tokio::test]
async fn a_pipeline_without_the_right_to_stop_a_job_says_that_the_job_runs_on() {
    let setup = training().await;
    setup.aws.cloud.store.update(|tx| {
        let name = format!("{STACK}-PipelineRole");
        let mut role = iam::Role::get(tx, &name).expect("the template's role");
        for document in role.policies.values_mut() {
            *document = document.replace("sagemaker:StopTrainingJob", "sagemaker:StopNothing");
        }
        role.put(tx).expect("a policy that is evaluated");
    });
    let (arn, _) = executions(&setup).await.remove(0);
    stop(&setup).await;
    let list = setup.sagemaker.list_pipeline_execution_steps();
    let list = list.pipeline_execution_arn(arn);
    let reason = setup
        .until(async || {
            let steps = list.clone().send().await.unwrap();
            steps.pipeline_execution_steps()[0].failure_reason.clone()
        })
        .await;
    assert!(reason.contains("sagemaker:StopTrainingJob"), "{reason}");
    let status = training_status(&setup).await;
    assert_eq!(status, Some(TrainingJobStatus::InProgress));
}
