//! What the operations on tuning jobs ask of their caller.

use local_core::permissions;
use local_core::wire::permission::Permission;

pub const ALL: &[Permission] = permissions! {
    "sagemaker" {
        "CreateHyperParameterTuningJob": "hyper-parameter-tuning-job/{HyperParameterTuningJobName}";
        "DescribeHyperParameterTuningJob": "hyper-parameter-tuning-job/{HyperParameterTuningJobName}";
        "StopHyperParameterTuningJob": "hyper-parameter-tuning-job/{HyperParameterTuningJobName}";
        "DeleteHyperParameterTuningJob": "hyper-parameter-tuning-job/{HyperParameterTuningJobName}";
        "ListHyperParameterTuningJobs": "*";
        "ListTrainingJobsForHyperParameterTuningJob":
            "hyper-parameter-tuning-job/{HyperParameterTuningJobName}";
    }
};
