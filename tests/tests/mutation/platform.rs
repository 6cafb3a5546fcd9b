//! Rights that only AWS's own platform exercises, each with the page that asks for it.

use super::mutants::Mutant;

pub struct Right {
    /// The role, or the managed policy, that has it.
    pub role: &'static str,
    pub action: &'static str,
    pub source: &'static str,
}

/// The permissions of a processing or training job's role, and of an endpoint's.
const ROLES: &str = "https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html";
/// Create and Describe of whatever a pipeline makes; no step of ours refers to the package that another made.
const PIPELINES: &str =
    "https://docs.aws.amazon.com/sagemaker/latest/dg/build-and-manage-access.html";

/// What reads and writes under a key of the account.
const KEYS: &str = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html";

/// The offline store's role.
const FEATURE_STORE: &str = "https://docs.aws.amazon.com/sagemaker/latest/dg/feature-store-cross-account-access-offline-store.html";

const fn of_feature_store(action: &'static str) -> Right {
    Right {
        role: "reviewloop-FeatureStoreRole",
        action,
        source: FEATURE_STORE,
    }
}

const fn of_key(action: &'static str) -> Right {
    Right {
        role: "reviewloop-KeyPolicy",
        action,
        source: KEYS,
    }
}

const fn of_jobs(action: &'static str) -> Right {
    Right {
        role: "reviewloop-ExecutionRole",
        action,
        source: ROLES,
    }
}

/// Application Auto Scaling tries what it will do by calls of its own, as its caller.
const SCALING: &str = "https://docs.aws.amazon.com/autoscaling/application/userguide/security_iam_permission_validation.html";

const fn of_scaling(action: &'static str) -> Right {
    Right {
        role: "reviewloop-DeployModelRole",
        action,
        source: SCALING,
    }
}

pub const ALL: &[Right] = &[
    of_scaling("cloudwatch:DeleteAlarms"),
    of_scaling("cloudwatch:PutMetricAlarm"),
    of_scaling("sagemaker:UpdateEndpointWeightsAndCapacities"),
    of_jobs("ecr:BatchCheckLayerAvailability"),
    of_jobs("ecr:BatchGetImage"),
    of_jobs("ecr:GetAuthorizationToken"),
    of_jobs("ecr:GetDownloadUrlForLayer"),
    of_jobs("logs:CreateLogGroup"),
    of_jobs("logs:CreateLogStream"),
    of_jobs("logs:DescribeLogStreams"),
    of_jobs("logs:PutLogEvents"),
    of_jobs("cloudwatch:PutMetricData"),
    of_feature_store("s3:GetBucketAcl"),
    of_feature_store("s3:PutObjectAcl"),
    of_key("kms:Decrypt"),
    of_key("kms:GenerateDataKey"),
    Right {
        role: "reviewloop-PipelineRole",
        action: "sagemaker:DescribeModelPackage",
        source: PIPELINES,
    },
];

/// Whether the missing part has only such rights.
pub fn has(mutant: &Mutant) -> bool {
    let is_listed = |action: &String| {
        let mut rights = ALL.iter();
        rights.any(|right| right.action == action && mutant.subject.is_role(right.role))
    };
    mutant.actions.iter().all(is_listed)
}
