//! AWS's limits on the members of these operations, as the service's model has them.

use local_core::wire::Operation;
use local_core::wire::constraints::Rule::{Items, Length, Pattern, Range};
use local_core::wire::constraints::{Constraint, Constraints};
use local_core::wire::limits::{LINE, MOST, ROLES, S3_URI, TAGS, in_each};

const NAME: &str = "[a-zA-Z0-9](-*[a-zA-Z0-9]){0,31}";

pub fn constraints(operations: &[Operation]) -> Vec<Constraints> {
    let tables = [in_each(operations, &[ROLES, TAGS]), TABLE.into()];
    let code = "ValidationException";
    tables.map(|table| Constraints { code, table }).into()
}

const TABLE: &[Constraint] = local_core::constraints! {
    "CreateAutoMLJob" {
        "AutoMLJobName": Pattern(NAME), Length(1, 32);
        "InputDataConfig": Items(1, 2);
        "InputDataConfig[].DataSource.S3DataSource.S3Uri": Pattern(S3_URI), Length(0, 1024);
        "InputDataConfig[].TargetAttributeName": Length(1, usize::MAX);
        "InputDataConfig[].ContentType": Pattern(LINE), Length(0, 256);
        "OutputDataConfig.S3OutputPath": Pattern(S3_URI), Length(0, 1024);
        "AutoMLJobConfig.CandidateGenerationConfig.FeatureSpecificationS3Uri": Pattern(S3_URI), Length(0, 1024);
        "AutoMLJobConfig.CompletionCriteria.MaxCandidates": Range(1, 750);
        "AutoMLJobConfig.CompletionCriteria.MaxRuntimePerTrainingJobInSeconds": Range(1, MOST);
        "AutoMLJobConfig.CompletionCriteria.MaxAutoMLJobRuntimeInSeconds": Range(1, MOST);
    }
    "CreateAutoMLJobV2" {
        "AutoMLJobName": Pattern(NAME), Length(1, 32);
        "AutoMLJobInputDataConfig": Items(1, 2);
        "AutoMLJobInputDataConfig[].DataSource.S3DataSource.S3Uri": Pattern(S3_URI), Length(0, 1024);
        "AutoMLJobInputDataConfig[].ContentType": Pattern(LINE), Length(0, 256);
        "OutputDataConfig.S3OutputPath": Pattern(S3_URI), Length(0, 1024);
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
    }
    "ListCandidatesForAutoMLJob" {
        "AutoMLJobName": Pattern(NAME), Length(1, 32);
        "CandidateNameEquals": Length(1, 64);
        "MaxResults": Range(1, 300);
        "NextToken": Length(0, 8192);
    }
};
