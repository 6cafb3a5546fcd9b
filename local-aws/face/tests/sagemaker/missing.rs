//! The answer about a resource that is not there: SageMaker has a code for some kinds, and words for the others.
//!
//! Sources: aws-controllers-k8s/sagemaker-controller, generator.yaml (`exceptions`), and
//! hashicorp/terraform-provider-aws, internal/service/sagemaker.

use local_aws::Principal;
use local_core::wire::{apis, table};
use serde_json::{Value, json};

use crate::setup::Setup;

const ARN: &str = "arn:aws:sagemaker:us-east-1:123456789012";

#[tokio::test]
async fn each_operation_on_what_is_not_there_answers_sagemakers_code_and_words() {
    let setup = Setup::new().await;
    let execution = format!("{ARN}:pipeline/none/execution/none");
    let package = format!("{ARN}:model-package/none/1");
    let (validation, not_found) = ("ValidationException", "ResourceNotFound");
    let training = "Requested resource not found.";
    let processing = "Could not find requested job with name: none";
    for (operation, member, name, code, words) in [
        (
            "DescribeTrainingJob",
            "TrainingJobName",
            "none",
            validation,
            training,
        ),
        (
            "StopTrainingJob",
            "TrainingJobName",
            "none",
            validation,
            training,
        ),
        (
            "DescribeProcessingJob",
            "ProcessingJobName",
            "none",
            validation,
            processing,
        ),
        (
            "StopProcessingJob",
            "ProcessingJobName",
            "none",
            validation,
            processing,
        ),
        (
            "DescribeModel",
            "ModelName",
            "none",
            validation,
            "Could not find model",
        ),
        (
            "DeleteModel",
            "ModelName",
            "none",
            validation,
            "Could not find model",
        ),
        (
            "DescribeEndpointConfig",
            "EndpointConfigName",
            "none",
            validation,
            "Could not find endpoint configuration",
        ),
        (
            "DescribeEndpoint",
            "EndpointName",
            "none",
            validation,
            "Could not find endpoint",
        ),
        (
            "DescribeModelPackageGroup",
            "ModelPackageGroupName",
            "none",
            validation,
            "does not exist.",
        ),
        (
            "DescribeModelPackage",
            "ModelPackageName",
            &package,
            validation,
            "does not exist.",
        ),
        (
            "DescribePipeline",
            "PipelineName",
            "none",
            not_found,
            "does not exist",
        ),
        (
            "DescribePipelineExecution",
            "PipelineExecutionArn",
            &execution,
            not_found,
            "does not exist",
        ),
        (
            "DescribeFlowDefinition",
            "FlowDefinitionName",
            "none",
            not_found,
            "does not exist",
        ),
        (
            "DescribeHumanTaskUi",
            "HumanTaskUiName",
            "none",
            not_found,
            "does not exist",
        ),
        (
            "DescribeWorkforce",
            "WorkforceName",
            "none",
            validation,
            "No workforce",
        ),
        (
            "DescribeWorkteam",
            "WorkteamName",
            "none",
            validation,
            "The work team",
        ),
    ] {
        let members: Value = json!({ member: name });
        let caller = ("us-east-1", Principal::user());
        let cloud = &setup.aws.cloud;
        let answer = table::call(cloud, apis::SAGEMAKER, operation, caller, &members).await;
        let refused = answer.unwrap_err();
        assert_eq!(refused.code, code, "{operation}: {refused:?}");
        assert!(refused.message.contains(words), "{operation}: {refused:?}");
    }
}
