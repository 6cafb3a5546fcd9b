//! AWS's limits on the members of these operations, as the service's model has them.

use local_core::wire::Operation;
use local_core::wire::constraints::Rule::{Items, Length, OneOf, Pattern, Range};
use local_core::wire::constraints::{Constraint, Constraints, Rule};
use local_core::wire::limits::{COMPRESSION, LINE, MOST, ROLES, S3_URI, SORT_ORDER, TAGS, in_each};

const NAME: &str = "[a-zA-Z0-9](-*[a-zA-Z0-9]){0,31}";

const CHANNEL_TYPE: Rule = OneOf(&["training", "validation"]);
const S3_DATA_TYPE: Rule = OneOf(&["ManifestFile", "S3Prefix", "AugmentedManifestFile"]);
const MODE: Rule = OneOf(&["AUTO", "ENSEMBLING", "HYPERPARAMETER_TUNING"]);
const PROBLEM_TYPE: Rule = OneOf(&[
    "BinaryClassification",
    "MulticlassClassification",
    "Regression",
]);
const METRIC: Rule = OneOf(&[
    "Accuracy",
    "MSE",
    "F1",
    "F1macro",
    "AUC",
    "RMSE",
    "BalancedAccuracy",
    "R2",
    "Recall",
    "RecallMacro",
    "Precision",
    "PrecisionMacro",
    "MAE",
    "MAPE",
    "MASE",
    "WAPE",
    "AverageWeightedQuantileLoss",
]);
const STATUS: Rule = OneOf(&["Completed", "InProgress", "Failed", "Stopped", "Stopping"]);

pub fn constraints(operations: &[Operation]) -> Vec<Constraints> {
    let tables = [in_each(operations, &[ROLES, TAGS]), TABLE.into()];
    let code = "ValidationException";
    tables.map(|table| Constraints { code, table }).into()
}

const TABLE: &[Constraint] = local_core::constraints! {
    "CreateAutoMLJob" {
        "AutoMLJobName": Pattern(NAME), Length(1, 32);
        "InputDataConfig": Items(1, 2);
        "InputDataConfig[].ChannelType": CHANNEL_TYPE;
        "InputDataConfig[].CompressionType": COMPRESSION;
        "InputDataConfig[].DataSource.S3DataSource.S3DataType": S3_DATA_TYPE;
        "InputDataConfig[].DataSource.S3DataSource.S3Uri": Pattern(S3_URI), Length(0, 1024);
        "InputDataConfig[].TargetAttributeName": Length(1, usize::MAX);
        "InputDataConfig[].ContentType": Pattern(LINE), Length(0, 256);
        "OutputDataConfig.S3OutputPath": Pattern(S3_URI), Length(0, 1024);
        "ProblemType": PROBLEM_TYPE;
        "AutoMLJobObjective.MetricName": METRIC;
        "AutoMLJobConfig.Mode": MODE;
        "AutoMLJobConfig.CandidateGenerationConfig.FeatureSpecificationS3Uri": Pattern(S3_URI), Length(0, 1024);
        "AutoMLJobConfig.CompletionCriteria.MaxCandidates": Range(1, 750);
        "AutoMLJobConfig.CompletionCriteria.MaxRuntimePerTrainingJobInSeconds": Range(1, MOST);
        "AutoMLJobConfig.CompletionCriteria.MaxAutoMLJobRuntimeInSeconds": Range(1, MOST);
    }
    "CreateAutoMLJobV2" {
        "AutoMLJobName": Pattern(NAME), Length(1, 32);
        "AutoMLJobInputDataConfig": Items(1, 2);
        "AutoMLJobInputDataConfig[].ChannelType": CHANNEL_TYPE;
        "AutoMLJobInputDataConfig[].CompressionType": COMPRESSION;
        "AutoMLJobInputDataConfig[].DataSource.S3DataSource.S3DataType": S3_DATA_TYPE;
        "AutoMLJobInputDataConfig[].DataSource.S3DataSource.S3Uri": Pattern(S3_URI), Length(0, 1024);
        "AutoMLJobInputDataConfig[].ContentType": Pattern(LINE), Length(0, 256);
        "OutputDataConfig.S3OutputPath": Pattern(S3_URI), Length(0, 1024);
        "AutoMLJobObjective.MetricName": METRIC;
        "AutoMLProblemTypeConfig.TabularJobConfig.Mode": MODE;
        "AutoMLProblemTypeConfig.TabularJobConfig.ProblemType": PROBLEM_TYPE;
        "AutoMLProblemTypeConfig.TabularJobConfig.FeatureSpecificationS3Uri": Pattern(S3_URI), Length(0, 1024);
        "AutoMLProblemTypeConfig.TabularJobConfig.TargetAttributeName": Length(1, usize::MAX);
        "AutoMLProblemTypeConfig.TabularJobConfig.CompletionCriteria.MaxCandidates": Range(1, 750);
        "AutoMLProblemTypeConfig.TabularJobConfig.CompletionCriteria.MaxRuntimePerTrainingJobInSeconds":
            Range(1, MOST);
        "AutoMLProblemTypeConfig.TabularJobConfig.CompletionCriteria.MaxAutoMLJobRuntimeInSeconds":
            Range(1, MOST);
        "AutoMLProblemTypeConfig.TextClassificationJobConfig.ContentColumn": Length(1, 256);
        "AutoMLProblemTypeConfig.TextClassificationJobConfig.TargetLabelColumn": Length(1, 256);
        "AutoMLProblemTypeConfig.TextClassificationJobConfig.CompletionCriteria.MaxCandidates": Range(1, 750);
        "AutoMLProblemTypeConfig.TextClassificationJobConfig.CompletionCriteria.MaxRuntimePerTrainingJobInSeconds":
            Range(1, MOST);
        "AutoMLProblemTypeConfig.TextClassificationJobConfig.CompletionCriteria.MaxAutoMLJobRuntimeInSeconds":
            Range(1, MOST);
    }
    "DescribeAutoMLJob" {
        "AutoMLJobName": Pattern(NAME), Length(1, 32);
    }
    "DescribeAutoMLJobV2" {
        "AutoMLJobName": Pattern(NAME), Length(1, 32);
    }
    "StopAutoMLJob" {
        "AutoMLJobName": Pattern(NAME), Length(1, 32);
    }
    "ListAutoMLJobs" {
        "NameContains": Pattern(r"[a-zA-Z0-9\-]+"), Length(0, 63);
        "MaxResults": Range(1, 100);
        "NextToken": Length(0, 8192);
        "SortBy": OneOf(&["Name", "CreationTime", "Status"]);
        "SortOrder": SORT_ORDER;
        "StatusEquals": STATUS;
    }
    "ListCandidatesForAutoMLJob" {
        "AutoMLJobName": Pattern(NAME), Length(1, 32);
        "CandidateNameEquals": Length(1, 64);
        "MaxResults": Range(1, 300);
        "NextToken": Length(0, 8192);
        "SortBy": OneOf(&["CreationTime", "Status", "FinalObjectiveMetricValue"]);
        "SortOrder": SORT_ORDER;
        "StatusEquals": STATUS;
    }
};
