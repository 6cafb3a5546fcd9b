//! AWS's limits on the members of these operations, as the service's model has them.

use local_core::wire::Operation;
use local_core::wire::constraints::Rule::{Items, Length, OneOf, Pattern, Range};
use local_core::wire::constraints::{Constraint, Constraints, Rule};
use local_core::wire::limits::{
    COMPRESSION, DISTRIBUTION, LINE, MOST, PAGES, ROLE_ARN, S3_URI, TAGS, TRAINING_DATA,
    TRAINING_INPUT, in_each,
};

const NAME: &str = "[a-zA-Z0-9](-*[a-zA-Z0-9]){0,31}";
const DEFINITION_NAME: &str = "[a-zA-Z0-9](-*[a-zA-Z0-9]){0,63}";
const NAME_PART: &str = r"[a-zA-Z0-9\-]+";
const METRIC: &str = ".+";
const SCALING_TYPE: Rule = OneOf(&["Auto", "Linear", "Logarithmic", "ReverseLogarithmic"]);

pub fn constraints(operations: &[Operation]) -> Vec<Constraints> {
    let tables = [in_each(operations, &[PAGES, TAGS]), TABLE.into()];
    let code = "ValidationException";
    tables.map(|table| Constraints { code, table }).into()
}

const TABLE: &[Constraint] = local_core::constraints! {
    "CreateHyperParameterTuningJob" {
        "HyperParameterTuningJobName": Pattern(NAME), Length(1, 32);
        "HyperParameterTuningJobConfig.Strategy": OneOf(&["Bayesian", "Random", "Hyperband", "Grid"]);
        "HyperParameterTuningJobConfig.StrategyConfig.HyperbandStrategyConfig.MinResource": Range(1, MOST);
        "HyperParameterTuningJobConfig.StrategyConfig.HyperbandStrategyConfig.MaxResource": Range(1, MOST);
        "HyperParameterTuningJobConfig.HyperParameterTuningJobObjective.Type": OneOf(&["Maximize", "Minimize"]);
        "HyperParameterTuningJobConfig.HyperParameterTuningJobObjective.MetricName":
            Pattern(METRIC), Length(1, 255);
        "HyperParameterTuningJobConfig.ResourceLimits.MaxNumberOfTrainingJobs": Range(1, MOST);
        "HyperParameterTuningJobConfig.ResourceLimits.MaxParallelTrainingJobs": Range(1, MOST);
        "HyperParameterTuningJobConfig.ResourceLimits.MaxRuntimeInSeconds": Range(120, 15_768_000);
        "HyperParameterTuningJobConfig.ParameterRanges.IntegerParameterRanges": Items(0, 30);
        "HyperParameterTuningJobConfig.ParameterRanges.IntegerParameterRanges[].Name":
            Pattern(LINE), Length(0, 256);
        "HyperParameterTuningJobConfig.ParameterRanges.IntegerParameterRanges[].MinValue":
            Pattern(LINE), Length(0, 256);
        "HyperParameterTuningJobConfig.ParameterRanges.IntegerParameterRanges[].MaxValue":
            Pattern(LINE), Length(0, 256);
        "HyperParameterTuningJobConfig.ParameterRanges.IntegerParameterRanges[].ScalingType": SCALING_TYPE;
        "HyperParameterTuningJobConfig.ParameterRanges.ContinuousParameterRanges": Items(0, 30);
        "HyperParameterTuningJobConfig.ParameterRanges.ContinuousParameterRanges[].Name":
            Pattern(LINE), Length(0, 256);
        "HyperParameterTuningJobConfig.ParameterRanges.ContinuousParameterRanges[].MinValue":
            Pattern(LINE), Length(0, 256);
        "HyperParameterTuningJobConfig.ParameterRanges.ContinuousParameterRanges[].MaxValue":
            Pattern(LINE), Length(0, 256);
        "HyperParameterTuningJobConfig.ParameterRanges.ContinuousParameterRanges[].ScalingType": SCALING_TYPE;
        "HyperParameterTuningJobConfig.ParameterRanges.CategoricalParameterRanges": Items(0, 30);
        "HyperParameterTuningJobConfig.ParameterRanges.CategoricalParameterRanges[].Name":
            Pattern(LINE), Length(0, 256);
        "HyperParameterTuningJobConfig.ParameterRanges.CategoricalParameterRanges[].Values": Items(1, 30);
        "HyperParameterTuningJobConfig.ParameterRanges.CategoricalParameterRanges[].Values[]":
            Pattern(LINE), Length(0, 256);
        "HyperParameterTuningJobConfig.TrainingJobEarlyStoppingType": OneOf(&["Off", "Auto"]);
        "HyperParameterTuningJobConfig.TuningJobCompletionCriteria.ConvergenceDetected.CompleteOnConvergence":
            OneOf(&["Disabled", "Enabled"]);
        "HyperParameterTuningJobConfig.TuningJobCompletionCriteria.BestObjectiveNotImproving.MaxNumberOfTrainingJobsNotImproving":
            Range(3, MOST);
        "HyperParameterTuningJobConfig.RandomSeed": Range(0, MOST);
        "TrainingJobDefinition.DefinitionName": Pattern(DEFINITION_NAME), Length(1, 64);
        "TrainingJobDefinition.StaticHyperParameters": Items(0, 100);
        "TrainingJobDefinition.StaticHyperParameters{key}": Pattern(LINE), Length(0, 256);
        "TrainingJobDefinition.StaticHyperParameters{}": Pattern(LINE), Length(0, 2500);
        "TrainingJobDefinition.AlgorithmSpecification.TrainingImage": Pattern(LINE), Length(0, 255);
        "TrainingJobDefinition.AlgorithmSpecification.TrainingInputMode": TRAINING_INPUT;
        "TrainingJobDefinition.AlgorithmSpecification.MetricDefinitions": Items(0, 40);
        "TrainingJobDefinition.AlgorithmSpecification.MetricDefinitions[].Name":
            Pattern(METRIC), Length(1, 255);
        "TrainingJobDefinition.AlgorithmSpecification.MetricDefinitions[].Regex":
            Pattern(METRIC), Length(1, 500);
        "TrainingJobDefinition.RoleArn": Pattern(ROLE_ARN), Length(20, 2048);
        "TrainingJobDefinition.InputDataConfig": Items(1, 20);
        "TrainingJobDefinition.InputDataConfig[].ChannelName":
            Pattern(r"[A-Za-z0-9\.\-_]+"), Length(1, 64);
        "TrainingJobDefinition.InputDataConfig[].InputMode": TRAINING_INPUT;
        "TrainingJobDefinition.InputDataConfig[].CompressionType": COMPRESSION;
        "TrainingJobDefinition.InputDataConfig[].DataSource.S3DataSource.S3DataType": TRAINING_DATA;
        "TrainingJobDefinition.InputDataConfig[].DataSource.S3DataSource.S3DataDistributionType": DISTRIBUTION;
        "TrainingJobDefinition.InputDataConfig[].DataSource.S3DataSource.S3Uri":
            Pattern(S3_URI), Length(0, 1024);
        "TrainingJobDefinition.InputDataConfig[].ContentType": Length(0, 256);
        "TrainingJobDefinition.OutputDataConfig.S3OutputPath": Pattern(S3_URI), Length(0, 1024);
        "TrainingJobDefinition.ResourceConfig.InstanceCount": Range(0, MOST);
        "TrainingJobDefinition.ResourceConfig.VolumeSizeInGB": Range(0, MOST);
        "TrainingJobDefinition.HyperParameterTuningResourceConfig.InstanceCount": Range(0, MOST);
        "TrainingJobDefinition.HyperParameterTuningResourceConfig.VolumeSizeInGB": Range(0, MOST);
        "TrainingJobDefinition.StoppingCondition.MaxRuntimeInSeconds": Range(1, MOST);
        "TrainingJobDefinition.StoppingCondition.MaxWaitTimeInSeconds": Range(1, MOST);
        "TrainingJobDefinition.CheckpointConfig.S3Uri": Pattern(S3_URI), Length(0, 1024);
        "TrainingJobDefinition.CheckpointConfig.LocalPath": Length(0, 4096);
        "TrainingJobDefinition.Environment": Items(0, 48);
        "TrainingJobDefinition.Environment{key}": Pattern("[a-zA-Z_][a-zA-Z0-9_]*"), Length(0, 512);
        "TrainingJobDefinition.Environment{}": Length(0, 512);
        "WarmStartConfig.WarmStartType": OneOf(&["IdenticalDataAndAlgorithm", "TransferLearning"]);
        "WarmStartConfig.ParentHyperParameterTuningJobs": Items(1, 5);
        "WarmStartConfig.ParentHyperParameterTuningJobs[].HyperParameterTuningJobName":
            Pattern(NAME), Length(1, 32);
    }
    "DescribeHyperParameterTuningJob" {
        "HyperParameterTuningJobName": Pattern(NAME), Length(1, 32);
    }
    "StopHyperParameterTuningJob" {
        "HyperParameterTuningJobName": Pattern(NAME), Length(1, 32);
    }
    "DeleteHyperParameterTuningJob" {
        "HyperParameterTuningJobName": Pattern(NAME), Length(1, 32);
    }
    "ListHyperParameterTuningJobs" {
        "NameContains": Pattern(NAME_PART), Length(0, 63);
        "SortBy": OneOf(&["Name", "Status", "CreationTime"]);
        "StatusEquals":
            OneOf(&["Completed", "InProgress", "Failed", "Stopped", "Stopping", "Deleting", "DeleteFailed"]);
    }
    "ListTrainingJobsForHyperParameterTuningJob" {
        "HyperParameterTuningJobName": Pattern(NAME), Length(1, 32);
        "SortBy": OneOf(&["Name", "CreationTime", "Status", "FinalObjectiveMetricValue"]);
        "StatusEquals": OneOf(&["InProgress", "Completed", "Failed", "Stopping", "Stopped", "Deleting"]);
    }
};
