//! Limits on the requests of models, endpoint configurations and endpoints.

use super::patterns::{
    ALARM_NAME, CONTENT_TYPE, MODEL_NAME, NAME, NAME_PART, VARIABLE, VERSION_OR_ARN,
};
use local_core::wire::constraints::Rule::{Items, Length, OneOf, Pattern, Range};
use local_core::wire::constraints::{Constraint, Rule};
use local_core::wire::limits::{MOST, S3_URI};

const CAPACITY: Rule = OneOf(&["INSTANCE_COUNT", "CAPACITY_PERCENT"]);
const CONTAINER_MODE: Rule = OneOf(&["SingleModel", "MultiModel"]);
const ROUTING: Rule = OneOf(&["ALL_AT_ONCE", "CANARY", "LINEAR"]);

pub const TABLE: &[Constraint] = local_core::constraints! {
    "CreateModel" {
        "ModelName": Pattern(MODEL_NAME), Length(0, 63);
        "PrimaryContainer.ContainerHostname": Pattern(NAME), Length(0, 63);
        "PrimaryContainer.Mode": CONTAINER_MODE;
        "PrimaryContainer.Image": Pattern(r"[\S]+"), Length(0, 255);
        "PrimaryContainer.ModelDataUrl": Pattern(S3_URI), Length(0, 1024);
        "PrimaryContainer.Environment": Items(0, 100);
        "PrimaryContainer.Environment{key}": Pattern(VARIABLE), Length(0, 1024);
        "PrimaryContainer.Environment{}": Length(0, 1024);
        "PrimaryContainer.ModelPackageName": Pattern(VERSION_OR_ARN), Length(1, 176);
        "Containers": Items(0, 15);
        "Containers[].ContainerHostname": Pattern(NAME), Length(0, 63);
        "Containers[].Mode": CONTAINER_MODE;
        "Containers[].Image": Pattern(r"[\S]+"), Length(0, 255);
        "Containers[].ModelDataUrl": Pattern(S3_URI), Length(0, 1024);
        "Containers[].Environment": Items(0, 100);
        "Containers[].Environment{key}": Pattern(VARIABLE), Length(0, 1024);
        "Containers[].Environment{}": Length(0, 1024);
        "Containers[].ModelPackageName": Pattern(VERSION_OR_ARN), Length(1, 176);
        "InferenceExecutionConfig.Mode": OneOf(&["Serial", "Direct"]);
    }
    "DescribeModel" {
        "ModelName": Pattern(MODEL_NAME), Length(0, 63);
    }
    "DeleteModel" {
        "ModelName": Pattern(MODEL_NAME), Length(0, 63);
    }
    "ListModels" {
        "NameContains": Pattern(NAME_PART), Length(0, 63);
        "SortBy": OneOf(&["Name", "CreationTime"]);
    }
    "CreateEndpointConfig" {
        "EndpointConfigName": Pattern(NAME), Length(0, 63);
        "ProductionVariants": Items(1, 10);
        "ProductionVariants[].VariantName": Pattern(NAME), Length(0, 63);
        "ProductionVariants[].ModelName": Pattern(MODEL_NAME), Length(0, 63);
        "ProductionVariants[].InitialInstanceCount": Range(1, MOST);
        "ProductionVariants[].ServerlessConfig.MemorySizeInMB": Range(1024, 6144);
        "ProductionVariants[].ServerlessConfig.MaxConcurrency": Range(1, 200);
        "ProductionVariants[].VolumeSizeInGB": Range(1, 512);
        "ProductionVariants[].ModelDataDownloadTimeoutInSeconds": Range(60, 3600);
        "ProductionVariants[].ContainerStartupHealthCheckTimeoutInSeconds": Range(60, 3600);
        "DataCaptureConfig.InitialSamplingPercentage": Range(0, 100);
        "DataCaptureConfig.DestinationS3Uri": Pattern(S3_URI), Length(0, 512);
        "DataCaptureConfig.CaptureOptions": Items(1, 32);
        "DataCaptureConfig.CaptureOptions[].CaptureMode": OneOf(&["Input", "Output", "InputAndOutput"]);
        "DataCaptureConfig.CaptureContentTypeHeader.CsvContentTypes": Items(1, 10);
        "DataCaptureConfig.CaptureContentTypeHeader.CsvContentTypes[]": Pattern(CONTENT_TYPE), Length(1, 256);
        "DataCaptureConfig.CaptureContentTypeHeader.JsonContentTypes": Items(1, 10);
        "DataCaptureConfig.CaptureContentTypeHeader.JsonContentTypes[]": Pattern(CONTENT_TYPE), Length(1, 256);
        "ShadowProductionVariants": Items(1, 10);
        "ShadowProductionVariants[].VariantName": Pattern(NAME), Length(0, 63);
        "ShadowProductionVariants[].ModelName": Pattern(MODEL_NAME), Length(0, 63);
        "ShadowProductionVariants[].InitialInstanceCount": Range(1, MOST);
        "ShadowProductionVariants[].ServerlessConfig.MemorySizeInMB": Range(1024, 6144);
        "ShadowProductionVariants[].ServerlessConfig.MaxConcurrency": Range(1, 200);
        "ShadowProductionVariants[].VolumeSizeInGB": Range(1, 512);
        "ShadowProductionVariants[].ModelDataDownloadTimeoutInSeconds": Range(60, 3600);
        "ShadowProductionVariants[].ContainerStartupHealthCheckTimeoutInSeconds": Range(60, 3600);
    }
    "DescribeEndpointConfig" {
        "EndpointConfigName": Pattern(NAME), Length(0, 63);
    }
    "DeleteEndpointConfig" {
        "EndpointConfigName": Pattern(NAME), Length(0, 63);
    }
    "ListEndpointConfigs" {
        "NameContains": Pattern(NAME_PART), Length(0, 63);
        "SortBy": OneOf(&["Name", "CreationTime"]);
    }
    "CreateEndpoint" {
        "EndpointName": Pattern(NAME), Length(0, 63);
        "EndpointConfigName": Pattern(NAME), Length(0, 63);
        "DeploymentConfig.BlueGreenUpdatePolicy.TrafficRoutingConfiguration.Type": ROUTING;
        "DeploymentConfig.BlueGreenUpdatePolicy.TrafficRoutingConfiguration.WaitIntervalInSeconds": Range(0, 3600);
        "DeploymentConfig.BlueGreenUpdatePolicy.TrafficRoutingConfiguration.CanarySize.Type": CAPACITY;
        "DeploymentConfig.BlueGreenUpdatePolicy.TrafficRoutingConfiguration.CanarySize.Value": Range(1, MOST);
        "DeploymentConfig.BlueGreenUpdatePolicy.TrafficRoutingConfiguration.LinearStepSize.Type": CAPACITY;
        "DeploymentConfig.BlueGreenUpdatePolicy.TrafficRoutingConfiguration.LinearStepSize.Value": Range(1, MOST);
        "DeploymentConfig.BlueGreenUpdatePolicy.TerminationWaitInSeconds": Range(0, 3600);
        "DeploymentConfig.BlueGreenUpdatePolicy.MaximumExecutionTimeoutInSeconds": Range(600, 28_800);
        "DeploymentConfig.AutoRollbackConfiguration.Alarms": Items(1, 10);
        "DeploymentConfig.AutoRollbackConfiguration.Alarms[].AlarmName": Pattern(ALARM_NAME), Length(1, 255);
    }
    "UpdateEndpoint" {
        "EndpointName": Pattern(NAME), Length(0, 63);
        "EndpointConfigName": Pattern(NAME), Length(0, 63);
        "DeploymentConfig.BlueGreenUpdatePolicy.TrafficRoutingConfiguration.Type": ROUTING;
        "DeploymentConfig.BlueGreenUpdatePolicy.TrafficRoutingConfiguration.WaitIntervalInSeconds": Range(0, 3600);
        "DeploymentConfig.BlueGreenUpdatePolicy.TrafficRoutingConfiguration.CanarySize.Type": CAPACITY;
        "DeploymentConfig.BlueGreenUpdatePolicy.TrafficRoutingConfiguration.CanarySize.Value": Range(1, MOST);
        "DeploymentConfig.BlueGreenUpdatePolicy.TrafficRoutingConfiguration.LinearStepSize.Type": CAPACITY;
        "DeploymentConfig.BlueGreenUpdatePolicy.TrafficRoutingConfiguration.LinearStepSize.Value": Range(1, MOST);
        "DeploymentConfig.BlueGreenUpdatePolicy.TerminationWaitInSeconds": Range(0, 3600);
        "DeploymentConfig.BlueGreenUpdatePolicy.MaximumExecutionTimeoutInSeconds": Range(600, 28_800);
        "DeploymentConfig.AutoRollbackConfiguration.Alarms": Items(1, 10);
        "DeploymentConfig.AutoRollbackConfiguration.Alarms[].AlarmName": Pattern(ALARM_NAME), Length(1, 255);
        "ExcludeRetainedVariantProperties": Items(0, 3);
        "ExcludeRetainedVariantProperties[].VariantPropertyType":
            OneOf(&["DesiredInstanceCount", "DesiredWeight", "DataCaptureConfig"]);
    }
    "DescribeEndpoint" {
        "EndpointName": Pattern(NAME), Length(0, 63);
    }
    "DeleteEndpoint" {
        "EndpointName": Pattern(NAME), Length(0, 63);
    }
    "ListEndpoints" {
        "NameContains": Pattern(NAME_PART), Length(0, 63);
        "SortBy": OneOf(&["Name", "CreationTime", "Status"]);
        "StatusEquals": OneOf(&[
            "OutOfService", "Creating", "Updating", "SystemUpdating", "RollingBack", "InService", "Deleting", "Failed",
            "UpdateRollbackFailed",
        ]);
    }
    "UpdateEndpointWeightsAndCapacities" {
        "EndpointName": Pattern(NAME), Length(0, 63);
        "DesiredWeightsAndCapacities": Items(1, usize::MAX);
        "DesiredWeightsAndCapacities[].VariantName": Pattern(NAME), Length(0, 63);
        "DesiredWeightsAndCapacities[].DesiredInstanceCount": Range(0, MOST);
    }
};

/// The members of SageMaker Runtime's one operation, which travel as headers.
pub const RUNTIME: &[Constraint] = local_core::constraints! {
    "InvokeEndpoint" {
        "EndpointName": Pattern(NAME), Length(0, 63);
        "ContentType": Length(0, 1024);
        "Accept": Length(0, 1024);
        "CustomAttributes": Length(0, 1024);
        "TargetVariant": Pattern(NAME), Length(0, 63);
        "InferenceId": Pattern(r"\S[\x20-\x7e]*"), Length(1, 64);
    }
};
