//! Limits on the requests of jobs.

use super::patterns::{NAME, NAME_PART, VARIABLE};
use local_core::wire::constraints::Constraint;
use local_core::wire::constraints::Rule::{Items, Length, OneOf, Pattern, Range};
use local_core::wire::limits::{
    COMPRESSION, DISTRIBUTION, LINE, MOST, S3_URI, TRAINING_DATA, TRAINING_INPUT,
};

pub const TABLE: &[Constraint] = local_core::constraints! {
    "CreateTrainingJob" {
        "TrainingJobName": Pattern(NAME), Length(1, 63);
        "HyperParameters": Items(0, 100);
        "HyperParameters{key}": Pattern(LINE), Length(0, 256);
        "HyperParameters{}": Pattern(LINE), Length(0, 2500);
        "AlgorithmSpecification.TrainingImage": Length(0, 255);
        "AlgorithmSpecification.TrainingInputMode": TRAINING_INPUT;
        "AlgorithmSpecification.MetricDefinitions": Items(0, 40);
        "AlgorithmSpecification.MetricDefinitions[].Name": Length(1, 255);
        "AlgorithmSpecification.MetricDefinitions[].Regex": Length(1, 500);
        "AlgorithmSpecification.ContainerEntrypoint": Items(1, 100);
        "AlgorithmSpecification.ContainerEntrypoint[]": Length(0, 256);
        "AlgorithmSpecification.ContainerArguments": Items(1, 100);
        "AlgorithmSpecification.ContainerArguments[]": Length(0, 256);
        "InputDataConfig": Items(1, 20);
        "InputDataConfig[].ChannelName": Pattern(r"[A-Za-z0-9\.\-_]+"), Length(1, 64);
        "InputDataConfig[].InputMode": TRAINING_INPUT;
        "InputDataConfig[].CompressionType": COMPRESSION;
        "InputDataConfig[].DataSource.S3DataSource.S3DataType": TRAINING_DATA;
        "InputDataConfig[].DataSource.S3DataSource.S3DataDistributionType": DISTRIBUTION;
        "InputDataConfig[].DataSource.S3DataSource.S3Uri": Pattern(S3_URI), Length(0, 1024);
        "InputDataConfig[].ContentType": Length(0, 256);
        "OutputDataConfig.S3OutputPath": Pattern(S3_URI), Length(0, 1024);
        "ResourceConfig.InstanceCount": Range(0, MOST);
        "ResourceConfig.VolumeSizeInGB": Range(0, MOST);
        "StoppingCondition.MaxRuntimeInSeconds": Range(1, MOST);
        "StoppingCondition.MaxWaitTimeInSeconds": Range(1, MOST);
        "CheckpointConfig.S3Uri": Pattern(S3_URI), Length(0, 1024);
        "CheckpointConfig.LocalPath": Length(0, 4096);
        "Environment": Items(0, 100);
        "Environment{key}": Pattern(VARIABLE), Length(0, 512);
        "Environment{}": Length(0, 512);
        "ExperimentConfig.ExperimentName":
            Pattern(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,119}"), Length(1, 120);
        "ExperimentConfig.TrialName": Pattern(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,119}"), Length(1, 120);
        "ExperimentConfig.TrialComponentDisplayName":
            Pattern(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,119}"), Length(1, 120);
        "ExperimentConfig.RunName": Pattern(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,119}"), Length(1, 120);
    }
    "CreateProcessingJob" {
        "ProcessingJobName": Pattern(NAME), Length(1, 63);
        "ProcessingInputs": Items(0, 10);
        "ProcessingInputs[].S3Input.S3Uri": Pattern(S3_URI), Length(0, 1024);
        "ProcessingInputs[].S3Input.LocalPath": Length(0, 256);
        "ProcessingInputs[].S3Input.S3DataType": OneOf(&["ManifestFile", "S3Prefix"]);
        "ProcessingInputs[].S3Input.S3InputMode": OneOf(&["Pipe", "File"]);
        "ProcessingInputs[].S3Input.S3DataDistributionType": DISTRIBUTION;
        "ProcessingInputs[].S3Input.S3CompressionType": COMPRESSION;
        "ProcessingOutputConfig.Outputs": Items(0, 10);
        "ProcessingOutputConfig.Outputs[].S3Output.S3Uri": Pattern(S3_URI), Length(0, 1024);
        "ProcessingOutputConfig.Outputs[].S3Output.LocalPath": Length(0, 256);
        "ProcessingOutputConfig.Outputs[].S3Output.S3UploadMode": OneOf(&["Continuous", "EndOfJob"]);
        "ProcessingResources.ClusterConfig.InstanceCount": Range(1, 100);
        "ProcessingResources.ClusterConfig.VolumeSizeInGB": Range(1, 16384);
        "StoppingCondition.MaxRuntimeInSeconds": Range(1, 777_600);
        "AppSpecification.ImageUri": Length(0, 255);
        "AppSpecification.ContainerEntrypoint": Items(1, 100);
        "AppSpecification.ContainerEntrypoint[]": Length(0, 256);
        "AppSpecification.ContainerArguments": Items(1, 100);
        "AppSpecification.ContainerArguments[]": Length(0, 256);
        "Environment": Items(0, 100);
        "Environment{key}": Pattern(VARIABLE), Length(0, 256);
        "Environment{}": Length(0, 256);
        "ExperimentConfig.ExperimentName":
            Pattern(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,119}"), Length(1, 120);
        "ExperimentConfig.TrialName": Pattern(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,119}"), Length(1, 120);
        "ExperimentConfig.TrialComponentDisplayName":
            Pattern(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,119}"), Length(1, 120);
        "ExperimentConfig.RunName": Pattern(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,119}"), Length(1, 120);
    }
    "DescribeTrainingJob" {
        "TrainingJobName": Pattern(NAME), Length(1, 63);
    }
    "StopTrainingJob" {
        "TrainingJobName": Pattern(NAME), Length(1, 63);
    }
    "DescribeProcessingJob" {
        "ProcessingJobName": Pattern(NAME), Length(1, 63);
    }
    "StopProcessingJob" {
        "ProcessingJobName": Pattern(NAME), Length(1, 63);
    }
    "ListTrainingJobs" {
        "NameContains": Pattern(NAME_PART), Length(0, 63);
        "SortBy": OneOf(&["Name", "CreationTime", "Status"]);
        "StatusEquals": OneOf(&["InProgress", "Completed", "Failed", "Stopping", "Stopped", "Deleting"]);
    }
    "ListProcessingJobs" {
        "SortBy": OneOf(&["Name", "CreationTime", "Status"]);
        "StatusEquals": OneOf(&["InProgress", "Completed", "Failed", "Stopping", "Stopped"]);
    }
};
