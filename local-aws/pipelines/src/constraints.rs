//! Limits on the requests of pipelines and their executions.

use local_core::wire::constraints::Constraint;
use local_core::wire::constraints::Rule::{self, Items, Length, Pattern, Range};

const EXECUTION_ARN: &str =
    r"arn:aws[a-z\-]*:sagemaker:[a-z0-9\-]*:[0-9]{12}:pipeline/.*/execution/.*";
/// One line of any characters.
const LINE: &str = ".*";
const PIPELINE_NAME: &str = "[a-zA-Z0-9](-*[a-zA-Z0-9]){0,255}";
const PIPELINE_NAME_OR_ARN: &str = r"(arn:aws[a-z\-]*:sagemaker:[a-z0-9\-]*:([0-9]{12}|aws):pipeline/.*)?([a-zA-Z0-9](-*[a-zA-Z0-9]){0,255})";
const ROLE_ARN: &str = r"arn:aws[a-z\-]*:iam::\d{12}:role/?[a-zA-Z_0-9+=,.@\-_/]+";
const TAG: &str = r"([\p{L}\p{Z}\p{N}_.:/=+\-@]*)";
/// An end that AWS leaves open.
const MOST: i64 = i32::MAX as i64;

pub const TABLE: &[Constraint] = &[
    on("CreatePipeline", "PipelineName", Pattern(PIPELINE_NAME)),
    on("CreatePipeline", "PipelineName", Length(1, 256)),
    on(
        "CreatePipeline",
        "PipelineDisplayName",
        Pattern(PIPELINE_NAME),
    ),
    on("CreatePipeline", "PipelineDisplayName", Length(1, 256)),
    on("CreatePipeline", "PipelineDefinition", Length(1, 1_048_576)),
    on(
        "CreatePipeline",
        "PipelineDefinitionS3Location.Bucket",
        Pattern(r"[a-z0-9][\.\-a-z0-9]{1,61}[a-z0-9]"),
    ),
    on(
        "CreatePipeline",
        "PipelineDefinitionS3Location.Bucket",
        Length(3, 63),
    ),
    on(
        "CreatePipeline",
        "PipelineDefinitionS3Location.ObjectKey",
        Length(1, 1024),
    ),
    on("CreatePipeline", "PipelineDescription", Pattern(LINE)),
    on("CreatePipeline", "PipelineDescription", Length(0, 3072)),
    on("CreatePipeline", "ClientRequestToken", Length(32, 128)),
    on("CreatePipeline", "RoleArn", Pattern(ROLE_ARN)),
    on("CreatePipeline", "RoleArn", Length(20, 2048)),
    on("CreatePipeline", "Tags", Items(0, 50)),
    on("CreatePipeline", "Tags[].Key", Pattern(TAG)),
    on("CreatePipeline", "Tags[].Key", Length(1, 128)),
    on("CreatePipeline", "Tags[].Value", Pattern(TAG)),
    on("CreatePipeline", "Tags[].Value", Length(0, 256)),
    on(
        "CreatePipeline",
        "ParallelismConfiguration.MaxParallelExecutionSteps",
        Range(1, MOST),
    ),
    on("UpdatePipeline", "PipelineName", Pattern(PIPELINE_NAME)),
    on("UpdatePipeline", "PipelineName", Length(1, 256)),
    on(
        "UpdatePipeline",
        "PipelineDisplayName",
        Pattern(PIPELINE_NAME),
    ),
    on("UpdatePipeline", "PipelineDisplayName", Length(1, 256)),
    on("UpdatePipeline", "PipelineDefinition", Length(1, 1_048_576)),
    on(
        "UpdatePipeline",
        "PipelineDefinitionS3Location.Bucket",
        Pattern(r"[a-z0-9][\.\-a-z0-9]{1,61}[a-z0-9]"),
    ),
    on(
        "UpdatePipeline",
        "PipelineDefinitionS3Location.Bucket",
        Length(3, 63),
    ),
    on(
        "UpdatePipeline",
        "PipelineDefinitionS3Location.ObjectKey",
        Length(1, 1024),
    ),
    on("UpdatePipeline", "PipelineDescription", Pattern(LINE)),
    on("UpdatePipeline", "PipelineDescription", Length(0, 3072)),
    on("UpdatePipeline", "RoleArn", Pattern(ROLE_ARN)),
    on("UpdatePipeline", "RoleArn", Length(20, 2048)),
    on(
        "UpdatePipeline",
        "ParallelismConfiguration.MaxParallelExecutionSteps",
        Range(1, MOST),
    ),
    on(
        "DescribePipeline",
        "PipelineName",
        Pattern(PIPELINE_NAME_OR_ARN),
    ),
    on("DescribePipeline", "PipelineName", Length(1, 2048)),
    on("DeletePipeline", "PipelineName", Pattern(PIPELINE_NAME)),
    on("DeletePipeline", "PipelineName", Length(1, 256)),
    on("DeletePipeline", "ClientRequestToken", Length(32, 128)),
    on(
        "ListPipelines",
        "PipelineNamePrefix",
        Pattern(PIPELINE_NAME),
    ),
    on("ListPipelines", "PipelineNamePrefix", Length(1, 256)),
    on("ListPipelines", "NextToken", Length(0, 8192)),
    on("ListPipelines", "MaxResults", Range(1, 100)),
    on(
        "StartPipelineExecution",
        "PipelineName",
        Pattern(PIPELINE_NAME_OR_ARN),
    ),
    on("StartPipelineExecution", "PipelineName", Length(1, 2048)),
    on(
        "StartPipelineExecution",
        "PipelineExecutionDisplayName",
        Pattern(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,81}"),
    ),
    on(
        "StartPipelineExecution",
        "PipelineExecutionDisplayName",
        Length(1, 82),
    ),
    on(
        "StartPipelineExecution",
        "PipelineParameters",
        Items(0, 200),
    ),
    on(
        "StartPipelineExecution",
        "PipelineParameters[].Name",
        Pattern(r"[A-Za-z0-9\-_]*"),
    ),
    on(
        "StartPipelineExecution",
        "PipelineParameters[].Name",
        Length(1, 256),
    ),
    on(
        "StartPipelineExecution",
        "PipelineParameters[].Value",
        Length(0, 1024),
    ),
    on(
        "StartPipelineExecution",
        "PipelineExecutionDescription",
        Pattern(LINE),
    ),
    on(
        "StartPipelineExecution",
        "PipelineExecutionDescription",
        Length(0, 3072),
    ),
    on(
        "StartPipelineExecution",
        "ClientRequestToken",
        Length(32, 128),
    ),
    on(
        "StartPipelineExecution",
        "ParallelismConfiguration.MaxParallelExecutionSteps",
        Range(1, MOST),
    ),
    on(
        "DescribePipelineExecution",
        "PipelineExecutionArn",
        Pattern(EXECUTION_ARN),
    ),
    on(
        "DescribePipelineExecution",
        "PipelineExecutionArn",
        Length(0, 2048),
    ),
    on(
        "ListPipelineExecutions",
        "PipelineName",
        Pattern(PIPELINE_NAME_OR_ARN),
    ),
    on("ListPipelineExecutions", "PipelineName", Length(1, 2048)),
    on("ListPipelineExecutions", "NextToken", Length(0, 8192)),
    on("ListPipelineExecutions", "MaxResults", Range(1, 100)),
    on(
        "ListPipelineExecutionSteps",
        "PipelineExecutionArn",
        Pattern(EXECUTION_ARN),
    ),
    on(
        "ListPipelineExecutionSteps",
        "PipelineExecutionArn",
        Length(0, 2048),
    ),
    on("ListPipelineExecutionSteps", "NextToken", Length(0, 8192)),
    on("ListPipelineExecutionSteps", "MaxResults", Range(1, 100)),
    on(
        "ListPipelineParametersForExecution",
        "PipelineExecutionArn",
        Pattern(EXECUTION_ARN),
    ),
    on(
        "ListPipelineParametersForExecution",
        "PipelineExecutionArn",
        Length(0, 2048),
    ),
    on(
        "ListPipelineParametersForExecution",
        "NextToken",
        Length(0, 8192),
    ),
    on(
        "ListPipelineParametersForExecution",
        "MaxResults",
        Range(1, 100),
    ),
    on(
        "DescribePipelineDefinitionForExecution",
        "PipelineExecutionArn",
        Pattern(EXECUTION_ARN),
    ),
    on(
        "DescribePipelineDefinitionForExecution",
        "PipelineExecutionArn",
        Length(0, 2048),
    ),
    on(
        "RetryPipelineExecution",
        "PipelineExecutionArn",
        Pattern(EXECUTION_ARN),
    ),
    on(
        "RetryPipelineExecution",
        "PipelineExecutionArn",
        Length(0, 2048),
    ),
    on(
        "RetryPipelineExecution",
        "ClientRequestToken",
        Length(32, 128),
    ),
    on(
        "RetryPipelineExecution",
        "ParallelismConfiguration.MaxParallelExecutionSteps",
        Range(1, MOST),
    ),
    on(
        "StopPipelineExecution",
        "PipelineExecutionArn",
        Pattern(EXECUTION_ARN),
    ),
    on(
        "StopPipelineExecution",
        "PipelineExecutionArn",
        Length(0, 2048),
    ),
    on(
        "StopPipelineExecution",
        "ClientRequestToken",
        Length(32, 128),
    ),
];

const fn on(operation: &'static str, member: &'static str, rule: Rule) -> Constraint {
    Constraint {
        operation,
        member,
        rule,
    }
}
