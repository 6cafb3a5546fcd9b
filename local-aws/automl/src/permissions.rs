//! What the operations on AutoML jobs ask of their caller.

use local_core::permissions;
use local_core::wire::permission::Permission;

pub const ALL: &[Permission] = permissions! {
    "sagemaker" {
        "CreateAutoMLJob": "automl-job/{AutoMLJobName}";
        "CreateAutoMLJobV2": "automl-job/{AutoMLJobName}";
        "DescribeAutoMLJob": "automl-job/{AutoMLJobName}";
        "DescribeAutoMLJobV2": "automl-job/{AutoMLJobName}";
        "StopAutoMLJob": "automl-job/{AutoMLJobName}";
        "ListAutoMLJobs": "*";
        "ListCandidatesForAutoMLJob": "*";
    }
};
