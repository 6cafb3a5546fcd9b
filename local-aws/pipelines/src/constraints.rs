//! Limits on the requests of pipelines and their executions.

use local_core::wire::Operation;
use local_core::wire::constraints::Rule::{Items, Length, OneOf, Pattern, Range};
use local_core::wire::constraints::{Constraint, Constraints};
use local_core::wire::limits::{LINE, MOST, PAGES, ROLES, TAGS, in_each};

pub fn constraints(operations: &[Operation]) -> Vec<Constraints> {
    let tables = [in_each(operations, &[PAGES, ROLES, TAGS]), TABLE.into()];
    let code = "ValidationException";
    tables.map(|table| Constraints { code, table }).into()
}

const EXECUTION_ARN: &str =
    r"arn:aws[a-z\-]*:sagemaker:[a-z0-9\-]*:[0-9]{12}:pipeline/.*/execution/.*";
const PIPELINE_NAME: &str = "[a-zA-Z0-9](-*[a-zA-Z0-9]){0,255}";
const PIPELINE_NAME_OR_ARN: &str = r"(arn:aws[a-z\-]*:sagemaker:[a-z0-9\-]*:([0-9]{12}|aws):pipeline/.*)?([a-zA-Z0-9](-*[a-zA-Z0-9]){0,255})";

const TABLE: &[Constraint] = local_core::constraints! {
    "CreatePipeline" {
        "PipelineName": Pattern(PIPELINE_NAME), Length(1, 256);
        "PipelineDisplayName": Pattern(PIPELINE_NAME), Length(1, 256);
        "PipelineDefinition": Length(1, 1_048_576);
        "PipelineDefinitionS3Location.Bucket":
            Pattern(r"[a-z0-9][\.\-a-z0-9]{1,61}[a-z0-9]"), Length(3, 63);
        "PipelineDefinitionS3Location.ObjectKey": Length(1, 1024);
        "PipelineDescription": Pattern(LINE), Length(0, 3072);
        "ClientRequestToken": Length(32, 128);
        "ParallelismConfiguration.MaxParallelExecutionSteps": Range(1, MOST);
    }
    "UpdatePipeline" {
        "PipelineName": Pattern(PIPELINE_NAME), Length(1, 256);
        "PipelineDisplayName": Pattern(PIPELINE_NAME), Length(1, 256);
        "PipelineDefinition": Length(1, 1_048_576);
        "PipelineDefinitionS3Location.Bucket":
            Pattern(r"[a-z0-9][\.\-a-z0-9]{1,61}[a-z0-9]"), Length(3, 63);
        "PipelineDefinitionS3Location.ObjectKey": Length(1, 1024);
        "PipelineDescription": Pattern(LINE), Length(0, 3072);
        "ParallelismConfiguration.MaxParallelExecutionSteps": Range(1, MOST);
    }
    "DescribePipeline" {
        "PipelineName": Pattern(PIPELINE_NAME_OR_ARN), Length(1, 2048);
    }
    "DeletePipeline" {
        "PipelineName": Pattern(PIPELINE_NAME), Length(1, 256);
        "ClientRequestToken": Length(32, 128);
    }
    "ListPipelines" {
        "PipelineNamePrefix": Pattern(PIPELINE_NAME), Length(1, 256);
        "SortBy": OneOf(&["Name", "CreationTime"]);
    }
    "StartPipelineExecution" {
        "PipelineName": Pattern(PIPELINE_NAME_OR_ARN), Length(1, 2048);
        "PipelineExecutionDisplayName": Pattern(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,81}"), Length(1, 82);
        "PipelineParameters": Items(0, 200);
        "PipelineParameters[].Name": Pattern(r"[A-Za-z0-9\-_]*"), Length(1, 256);
        "PipelineParameters[].Value": Length(0, 1024);
        "PipelineExecutionDescription": Pattern(LINE), Length(0, 3072);
        "ClientRequestToken": Length(32, 128);
        "ParallelismConfiguration.MaxParallelExecutionSteps": Range(1, MOST);
    }
    "DescribePipelineExecution" {
        "PipelineExecutionArn": Pattern(EXECUTION_ARN), Length(0, 2048);
    }
    "ListPipelineExecutions" {
        "PipelineName": Pattern(PIPELINE_NAME_OR_ARN), Length(1, 2048);
        "SortBy": OneOf(&["CreationTime", "PipelineExecutionArn"]);
    }
    "ListPipelineExecutionSteps" {
        "PipelineExecutionArn": Pattern(EXECUTION_ARN), Length(0, 2048);
    }
    "ListPipelineParametersForExecution" {
        "PipelineExecutionArn": Pattern(EXECUTION_ARN), Length(0, 2048);
    }
    "DescribePipelineDefinitionForExecution" {
        "PipelineExecutionArn": Pattern(EXECUTION_ARN), Length(0, 2048);
    }
    "RetryPipelineExecution" {
        "PipelineExecutionArn": Pattern(EXECUTION_ARN), Length(0, 2048);
        "ClientRequestToken": Length(32, 128);
        "ParallelismConfiguration.MaxParallelExecutionSteps": Range(1, MOST);
    }
    "StopPipelineExecution" {
        "PipelineExecutionArn": Pattern(EXECUTION_ARN), Length(0, 2048);
        "ClientRequestToken": Length(32, 128);
    }
};
