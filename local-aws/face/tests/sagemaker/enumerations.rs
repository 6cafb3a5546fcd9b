//! Values of enumerations: what the SDK has passes, and anything else is refused in AWS's words.

use aws_sdk_sagemaker::types::{
    AutoMlMode, CapacitySizeType, CaptureMode, CompressionType, ContainerMode, Direction,
    FeatureGroupSortBy, FeatureGroupStatus, FeatureType, HyperParameterTuningJobStrategyType,
    InferenceExecutionMode, LineageType, ModelApprovalStatus, ModelPackageType,
    OfflineStoreStatusValue, ProcessingS3DataType, ProcessingS3InputMode, ProcessingS3UploadMode,
    S3DataDistribution, S3DataType, SkipModelValidation, SortAssociationsBy,
    SortPipelineExecutionsBy, SortPipelinesBy, StorageType, TableFormat, TrafficRoutingConfigType,
    TrainingInputMode, TrainingJobStatus, VariantPropertyType,
};
use local_aws::Principal;
use local_core::wire::constraints::Constraint;
use local_core::wire::constraints::Rule::OneOf;
use local_core::wire::{AwsError, apis, table};
use serde_json::{Value, json};

use crate::setup::Setup;

const OF_THE_SDK: &[Constraint] = local_core::constraints! {
    "CreateTrainingJob" {
        "AlgorithmSpecification.TrainingInputMode": OneOf(TrainingInputMode::values());
        "InputDataConfig[].CompressionType": OneOf(CompressionType::values());
        "InputDataConfig[].InputMode": OneOf(TrainingInputMode::values());
        "InputDataConfig[].DataSource.S3DataSource.S3DataType": OneOf(S3DataType::values());
        "InputDataConfig[].DataSource.S3DataSource.S3DataDistributionType": OneOf(S3DataDistribution::values());
    }
    "ListTrainingJobs" {
        "StatusEquals": OneOf(TrainingJobStatus::values());
    }
    "CreateProcessingJob" {
        "ProcessingInputs[].S3Input.S3DataType": OneOf(ProcessingS3DataType::values());
        "ProcessingInputs[].S3Input.S3InputMode": OneOf(ProcessingS3InputMode::values());
        "ProcessingOutputConfig.Outputs[].S3Output.S3UploadMode": OneOf(ProcessingS3UploadMode::values());
    }
    "CreateModel" {
        "PrimaryContainer.Mode": OneOf(ContainerMode::values());
        "InferenceExecutionConfig.Mode": OneOf(InferenceExecutionMode::values());
    }
    "CreateEndpointConfig" {
        "DataCaptureConfig.CaptureOptions[].CaptureMode": OneOf(CaptureMode::values());
    }
    "UpdateEndpoint" {
        "DeploymentConfig.BlueGreenUpdatePolicy.TrafficRoutingConfiguration.Type":
            OneOf(TrafficRoutingConfigType::values());
        "DeploymentConfig.BlueGreenUpdatePolicy.TrafficRoutingConfiguration.CanarySize.Type":
            OneOf(CapacitySizeType::values());
        "ExcludeRetainedVariantProperties[].VariantPropertyType": OneOf(VariantPropertyType::values());
    }
    "CreateModelPackage" {
        "SkipModelValidation": OneOf(SkipModelValidation::values());
    }
    "UpdateModelPackage" {
        "ModelApprovalStatus": OneOf(ModelApprovalStatus::values());
    }
    "ListModelPackages" {
        "ModelPackageType": OneOf(ModelPackageType::values());
    }
    "ListAssociations" {
        "SortBy": OneOf(SortAssociationsBy::values());
    }
    "QueryLineage" {
        "Direction": OneOf(Direction::values());
        "Filters.LineageTypes[]": OneOf(LineageType::values());
    }
    "ListPipelines" {
        "SortBy": OneOf(SortPipelinesBy::values());
    }
    "ListPipelineExecutions" {
        "SortBy": OneOf(SortPipelineExecutionsBy::values());
    }
    "CreateFeatureGroup" {
        "FeatureDefinitions[].FeatureType": OneOf(FeatureType::values());
        "OnlineStoreConfig.StorageType": OneOf(StorageType::values());
        "OfflineStoreConfig.TableFormat": OneOf(TableFormat::values());
    }
    "ListFeatureGroups" {
        "FeatureGroupStatusEquals": OneOf(FeatureGroupStatus::values());
        "OfflineStoreStatusEquals": OneOf(OfflineStoreStatusValue::values());
        "SortBy": OneOf(FeatureGroupSortBy::values());
    }
    "CreateHyperParameterTuningJob" {
        "HyperParameterTuningJobConfig.Strategy": OneOf(HyperParameterTuningJobStrategyType::values());
        "TrainingJobDefinition.InputDataConfig[].InputMode": OneOf(TrainingInputMode::values());
    }
    "CreateAutoMLJobV2" {
        "AutoMLJobInputDataConfig[].CompressionType": OneOf(CompressionType::values());
        "AutoMLProblemTypeConfig.TabularJobConfig.Mode": OneOf(AutoMlMode::values());
    }
};

/// The answer to a request with this value at the member's path and with nothing else, where it is a refusal.
async fn refusal(setup: &Setup, limit: &Constraint, value: &str) -> Option<AwsError> {
    let names = limit.member.rsplit('.');
    let members: Value = names.fold(json!(value), |inner, name| match name.strip_suffix("[]") {
        Some(name) => json!({ name: [inner] }),
        None => json!({ name: inner }),
    });
    let (cloud, caller) = (&setup.aws.cloud, ("us-east-1", Principal::user()));
    let answer = table::call(cloud, apis::SAGEMAKER, limit.operation, caller, &members);
    answer.await.err()
}

#[tokio::test]
async fn a_value_is_taken_where_the_sdk_has_it_and_refused_where_it_does_not() {
    let setup = Setup::new().await;
    for limit in OF_THE_SDK {
        let OneOf(values) = limit.rule else {
            panic!("{limit:?} is no enumeration");
        };
        for value in values {
            let answer = refusal(&setup, limit, value).await;
            let message = answer.map(|error| error.message).unwrap_or_default();
            for words in ["failed to satisfy", "does not honour the parameter"] {
                assert!(!message.contains(words), "{limit:?} {value}: {message}");
            }
        }
        let refused = refusal(&setup, limit, "Bogus").await.unwrap();
        assert_eq!(refused.code, "ValidationException", "{limit:?}");
        let words = " failed to satisfy constraint: Member must satisfy enum value set: ";
        let (place, allowed) = refused.message.split_once(words).unwrap();
        let is_named = place.starts_with("1 validation error detected: Value 'Bogus' at '");
        assert!(is_named, "{limit:?}: {refused}");
        let mut allowed: Vec<&str> = allowed.trim_matches(['[', ']']).split(", ").collect();
        allowed.sort_unstable();
        assert_eq!(allowed, values, "{limit:?}");
    }
}
