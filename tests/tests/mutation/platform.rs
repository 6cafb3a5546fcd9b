//! Rights that only AWS's own platform exercises, each with the page that asks for it.

use super::mutants::Mutant;

pub struct Right {
    pub action: &'static str,
    pub source: &'static str,
}

/// The permissions of a processing or training job's role, and of an endpoint's.
const ROLES: &str = "https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html";
/// `Create` and `Describe` of whatever a pipeline makes.
const PIPELINES: &str =
    "https://docs.aws.amazon.com/sagemaker/latest/dg/build-and-manage-access.html";

const fn right(action: &'static str, source: &'static str) -> Right {
    Right { action, source }
}

pub const ALL: &[Right] = &[
    right("ecr:BatchCheckLayerAvailability", ROLES),
    right("ecr:BatchGetImage", ROLES),
    right("ecr:GetAuthorizationToken", ROLES),
    right("ecr:GetDownloadUrlForLayer", ROLES),
    right("logs:CreateLogGroup", ROLES),
    right("logs:CreateLogStream", ROLES),
    right("logs:DescribeLogStreams", ROLES),
    right("logs:PutLogEvents", ROLES),
    right("cloudwatch:PutMetricData", ROLES),
    right("sagemaker:DescribeModel", PIPELINES),
    right("sagemaker:DescribeModelPackage", PIPELINES),
];

/// Whether the missing part has only such rights.
pub fn has(mutant: &Mutant) -> bool {
    let mut actions = mutant.actions.iter();
    actions.all(|action| ALL.iter().any(|right| right.action == action))
}
