//! What the operations of pipelines ask of their caller.

use local_core::permissions;
use local_core::wire::permission::Permission;

pub const ALL: &[Permission] = permissions! {
    "sagemaker" {
        "CreatePipeline": "pipeline/{PipelineName}";
        "UpdatePipeline": "pipeline/{PipelineName}";
        "DescribePipeline": "pipeline/{PipelineName}";
        "DeletePipeline": "pipeline/{PipelineName}";
        "ListPipelines": "*";
        "StartPipelineExecution": "pipeline/{PipelineName}";
        "DescribePipelineExecution": "{PipelineExecutionArn}";
        "ListPipelineExecutions": "pipeline/{PipelineName}";
        "ListPipelineExecutionSteps": "{PipelineExecutionArn}";
        "DescribePipelineDefinitionForExecution": "{PipelineExecutionArn}";
        "ListPipelineParametersForExecution": "{PipelineExecutionArn}";
        "RetryPipelineExecution": "{PipelineExecutionArn}";
        "StopPipelineExecution": "{PipelineExecutionArn}";
    }
};
