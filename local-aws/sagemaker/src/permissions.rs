//! What SageMaker's operations ask of their caller.

use local_core::permissions;
use local_core::wire::permission::Permission;

pub const ALL: &[Permission] = permissions! {
    "sagemaker" {
        "CreateProcessingJob": "processing-job/{ProcessingJobName}";
        "DescribeProcessingJob": "processing-job/{ProcessingJobName}";
        "ListProcessingJobs": "*";
        "StopProcessingJob": "processing-job/{ProcessingJobName}";
        "CreateTrainingJob": "training-job/{TrainingJobName}";
        "DescribeTrainingJob": "training-job/{TrainingJobName}";
        "ListTrainingJobs": "*";
        "StopTrainingJob": "training-job/{TrainingJobName}";
        "CreateModelPackageGroup": "model-package-group/{ModelPackageGroupName}";
        "DescribeModelPackageGroup": "model-package-group/{ModelPackageGroupName}";
        "ListModelPackageGroups": "*";
        "DeleteModelPackageGroup": "model-package-group/{ModelPackageGroupName}";
        "CreateModelPackage": "model-package-group/{ModelPackageGroupName}", "model-package/{ModelPackageGroupName}/*";
        "DescribeModelPackage": "model-package/{ModelPackageName}";
        "ListModelPackages": "model-package/{ModelPackageGroupName}/*";
        "UpdateModelPackage": "{ModelPackageArn}";
        "DeleteModelPackage": "model-package/{ModelPackageName}";
        "CreateModel": "model/{ModelName}";
        "DescribeModel": "model/{ModelName}";
        "ListModels": "*";
        "DeleteModel": "model/{ModelName}";
        "CreateEndpointConfig": "endpoint-config/{EndpointConfigName}";
        "DescribeEndpointConfig": "endpoint-config/{EndpointConfigName}";
        "ListEndpointConfigs": "*";
        "DeleteEndpointConfig": "endpoint-config/{EndpointConfigName}";
        "CreateEndpoint": "endpoint/{EndpointName}", "endpoint-config/{EndpointConfigName}";
        "UpdateEndpoint": "endpoint/{EndpointName}", "endpoint-config/{EndpointConfigName}";
        "DescribeEndpoint": "endpoint/{EndpointName}";
        "ListEndpoints": "*";
        "DeleteEndpoint": "endpoint/{EndpointName}";
        "UpdateEndpointWeightsAndCapacities": "endpoint/{EndpointName}";
        "InvokeEndpoint": "endpoint/{EndpointName}";
        "ListArtifacts": "*";
        "DescribeArtifact": "{ArtifactArn}";
        "ListContexts": "*";
        "DescribeContext": "context/{ContextName}";
        "ListActions": "*";
        "DescribeAction": "action/{ActionName}";
        "ListTrialComponents": "*";
        "DescribeTrialComponent": "experiment-trial-component/{TrialComponentName}";
        "ListAssociations": "*";
        "QueryLineage": "*";
        "AddTags": "{ResourceArn}";
        "ListTags": "{ResourceArn}";
        "DeleteTags": "{ResourceArn}";
    }
};
