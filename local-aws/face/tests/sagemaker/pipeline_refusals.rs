//! Pipelines and steps that are refused.

use aws_sdk_sagemaker::types::{Parameter, PipelineExecutionStatus as Status};
use serde_json::json;

use crate::pipelines::{create, create_from, ended, start, step};
use crate::setup::{Setup, token};
use crate::tiny_pipeline::definition;

/// The words as a person's log of a real account has them.
#[tokio::test(flavor = "multi_thread")]
async fn a_step_beyond_a_quota_fails_in_awss_words_or_by_its_policy_waits() {
    let setup = Setup::with(|settings| {
        let quota = "ml.m5.large for processing job usage".to_owned();
        settings.quotas.insert(quota, 0);
    })
    .await;
    let mut definition = definition();
    create_from(&setup, &definition).await;
    let arn = start(&setup, "refused", &[]).await;
    assert_eq!(ended(&setup, &arn).await, Status::Failed);
    let prepare = step(&setup, &arn, "Prepare").await;
    let reason = prepare.failure_reason().unwrap();
    assert!(
        reason.starts_with(
            "ClientError: Failed to invoke sagemaker:CreateProcessingJob. Error Details: The \
             account-level service limit 'ml.m5.large for processing job usage' is 0 Instances, \
             with current utilization of 0 Instances and a request delta of 1 Instances."
        ) && reason.ends_with(
            "and StepId Prepare. No retry policy configured for the exception type \
             SAGEMAKER_RESOURCE_LIMIT."
        ),
        "{reason}"
    );
    assert_eq!(prepare.attempt_count(), Some(1));

    definition["Steps"][0]["RetryPolicies"] = json!([{
        "ExceptionType": ["SageMaker.RESOURCE_LIMIT"],
        "IntervalSeconds": 0, "BackoffRate": 1.0, "MaxAttempts": 2,
    }]);
    let update = setup.sagemaker.update_pipeline().pipeline_name("tiny");
    let update = update.pipeline_definition(definition.to_string());
    update.send().await.unwrap();
    let arn = start(&setup, "waits", &[]).await;
    assert_eq!(ended(&setup, &arn).await, Status::Failed);
    let prepare = step(&setup, &arn, "Prepare").await;
    assert_eq!(prepare.attempt_count(), Some(3));
    let reason = prepare.failure_reason().unwrap();
    assert!(!reason.contains("Retry not appropriate"), "{reason}");
}

/// A step's arguments pass no wire, and are held against the service's model all the same.
#[tokio::test(flavor = "multi_thread")]
async fn a_steps_arguments_keep_the_services_model() {
    let setup = Setup::new().await;
    let mut definition = definition();
    let train = &mut definition["Steps"][1]["Arguments"];
    train["InputDataConfig"][0]["ChannelName"] = json!("../../../../escaped");
    create_from(&setup, &definition).await;
    let arn = start(&setup, "escapes", &[]).await;
    assert_eq!(ended(&setup, &arn).await, Status::Failed);
    let train = step(&setup, &arn, "Train").await;
    let reason = train.failure_reason().unwrap();
    assert!(
        reason.starts_with(
            "ClientError: Failed to invoke sagemaker:CreateTrainingJob. Error Details: 1 \
             validation error detected: Value '../../../../escaped' at \
             'inputDataConfig.1.member.channelName' failed to satisfy constraint"
        ),
        "{reason}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pipeline_or_a_parameter_that_is_not_there_is_refused() {
    let setup = Setup::new().await;
    create(&setup).await;
    let describe = setup
        .sagemaker
        .describe_pipeline()
        .pipeline_name("none")
        .send()
        .await;
    let error = describe.unwrap_err().into_service_error();
    assert!(error.is_resource_not_found(), "{error:?}");

    let start = setup
        .sagemaker
        .start_pipeline_execution()
        .pipeline_name("tiny");
    let unknown = Parameter::builder().name("Nope").value("1").build();
    let start = start
        .pipeline_parameters(unknown)
        .client_request_token(token("unknown"));
    let error = format!("{:?}", start.send().await.unwrap_err());
    assert!(error.contains("declares no parameter 'Nope'"), "{error}");
}
