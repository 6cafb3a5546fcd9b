//! The one table of the actions that a service takes in its caller's name.
//!
//! | action | where it is asked | source |
//! |---|---|---|
//! | `iam:PassRole` | a role is handed to SageMaker | Service Authorization Reference, "Actions defined by Amazon SageMaker", column "Dependent actions" |
//! | `iam:PassRole` | a rule's target has a role | EventBridge API reference, `PutTargets` |
//! | `sagemaker:AddTags` | a request gives tags | the same column |
//! | `cognito-idp:*` | a workforce or a work team of a user pool | SageMaker developer guide, "Amazon SageMaker API Permissions: Actions, Permissions, and Resources Reference", rows `CreateWorkforce` and `CreateWorkteam` |
//! | `lambda:InvokeFunction` | a function's URL is called | Lambda developer guide, "Control access to Lambda function URLs" |
//!
//! Who registers the first scalable target needs `iam:CreateServiceLinkedRole` for the role by which targets are scaled:
//! `local-autoscaling` asks (`operations/targets.rs`). A pipeline's steps are asked for the first two by the same rows (`local-pipelines`, `as_role`). Who deletes an endpoint needs
//! `application-autoscaling:DeregisterScalableTarget` for the variants that are scaled, which no request names:
//! `local-sagemaker` asks (`endpoints/scaled.rs`).

use local_core::wire::permission::Permission;

const TO_SAGEMAKER: &[(&str, &str)] = &[("iam:PassedToService", "sagemaker.amazonaws.com")];
const TO_EVENTS: &[(&str, &str)] = &[("iam:PassedToService", "events.amazonaws.com")];

const fn pass(operation: &'static str, role: &'static str, member: &'static str) -> Permission {
    let action = "iam:PassRole";
    Permission::new(operation, action, role)
        .when(member)
        .with(TO_SAGEMAKER)
}

const fn tag(operation: &'static str, resource: &'static str) -> Permission {
    Permission::new(operation, "sagemaker:AddTags", resource).when("Tags")
}

const POOL: &str = "userpool/{CognitoConfig.UserPool}";
const TEAMS_POOL: &str = "userpool/{MemberDefinitions.CognitoMemberDefinition.UserPool}";

pub const ALL: &[Permission] = &[
    pass("CreateModel", "{ExecutionRoleArn}", "ExecutionRoleArn"),
    pass(
        "CreateEndpointConfig",
        "{ExecutionRoleArn}",
        "ExecutionRoleArn",
    ),
    pass("CreateProcessingJob", "{RoleArn}", "RoleArn"),
    pass("CreateTrainingJob", "{RoleArn}", "RoleArn"),
    pass(
        "CreateHyperParameterTuningJob",
        "{TrainingJobDefinition.RoleArn}",
        "TrainingJobDefinition.RoleArn",
    ),
    pass("CreateAutoMLJob", "{RoleArn}", "RoleArn"),
    pass("CreateAutoMLJobV2", "{RoleArn}", "RoleArn"),
    pass("CreatePipeline", "{RoleArn}", "RoleArn"),
    pass("UpdatePipeline", "{RoleArn}", "RoleArn"),
    pass("CreateFeatureGroup", "{RoleArn}", "RoleArn"),
    pass("CreateFlowDefinition", "{RoleArn}", "RoleArn"),
    pass("RenderUiTemplate", "{RoleArn}", "RoleArn"),
    Permission::new("PutTargets", "iam:PassRole", "{Targets.RoleArn}")
        .when("Targets.RoleArn")
        .with(TO_EVENTS),
    tag("CreateModel", "model/{ModelName}"),
    tag(
        "CreateEndpointConfig",
        "endpoint-config/{EndpointConfigName}",
    ),
    tag("CreateEndpoint", "endpoint/{EndpointName}"),
    tag("CreateFeatureGroup", "feature-group/{FeatureGroupName}"),
    tag("CreateProcessingJob", "processing-job/{ProcessingJobName}"),
    tag("CreateTrainingJob", "training-job/{TrainingJobName}"),
    tag(
        "CreateHyperParameterTuningJob",
        "hyper-parameter-tuning-job/{HyperParameterTuningJobName}",
    ),
    tag("CreateAutoMLJob", "automl-job/{AutoMLJobName}"),
    tag("CreateAutoMLJobV2", "automl-job/{AutoMLJobName}"),
    tag("CreatePipeline", "pipeline/{PipelineName}"),
    tag(
        "CreateModelPackageGroup",
        "model-package-group/{ModelPackageGroupName}",
    ),
    tag(
        "CreateModelPackage",
        "model-package/{ModelPackageGroupName}/*",
    ),
    tag(
        "CreateFlowDefinition",
        "flow-definition/{FlowDefinitionName}",
    ),
    tag("CreateHumanTaskUi", "human-task-ui/{HumanTaskUiName}"),
    tag("CreateWorkforce", "workforce/{WorkforceName}"),
    tag("CreateWorkteam", "workteam/private-crowd/{WorkteamName}"),
    Permission::new("CreateWorkforce", "cognito-idp:DescribeUserPool", POOL).when("CognitoConfig"),
    Permission::new(
        "CreateWorkforce",
        "cognito-idp:DescribeUserPoolClient",
        POOL,
    )
    .when("CognitoConfig"),
    Permission::new("CreateWorkforce", "cognito-idp:UpdateUserPool", POOL).when("CognitoConfig"),
    Permission::new("CreateWorkforce", "cognito-idp:UpdateUserPoolClient", POOL)
        .when("CognitoConfig"),
    Permission::new("CreateWorkteam", "cognito-idp:DescribeUserPool", TEAMS_POOL),
    Permission::new(
        "CreateWorkteam",
        "cognito-idp:DescribeUserPoolClient",
        TEAMS_POOL,
    ),
    Permission::new("CreateWorkteam", "cognito-idp:UpdateUserPool", TEAMS_POOL),
    Permission::new(
        "CreateWorkteam",
        "cognito-idp:UpdateUserPoolClient",
        TEAMS_POOL,
    ),
    Permission::new(
        "InvokeFunctionUrl",
        "lambda:InvokeFunction",
        "function:{FunctionName}",
    ),
];
