//! The names that the template derives from the stack's name; a test holds them equal.

/// What a stack is called unless another name is given.
pub const DEFAULT_STACK: &str = "reviewloop";

pub fn bucket(stack: &str, account: &str, region: &str) -> String {
    format!("{stack}-{account}-{region}")
}

pub fn pipeline(stack: &str) -> String {
    format!("{stack}-text-classifier")
}

/// Athena's, and the prefix that its results lie below.
pub fn work_group(stack: &str) -> String {
    stack.to_owned()
}

/// The catalogue's database: a name in SQL has no hyphen.
pub fn database(stack: &str) -> String {
    stack.replace('-', "_")
}

/// What the jobs that take in large uploads begin with.
pub fn intake_prefix(stack: &str) -> String {
    format!("{stack}-intake-")
}

/// What the jobs that compare two models begin with.
pub fn rollout_prefix(stack: &str) -> String {
    format!("{stack}-rollout-")
}

/// What tuning jobs begin with, and with them the training jobs that SageMaker launches for them.
pub fn tuning_prefix(stack: &str) -> String {
    format!("{stack}-tune-")
}

/// What the training jobs begin with that repeat the settings of a tuning job's winner, and the present ones.
pub fn repeat_prefix(stack: &str) -> String {
    format!("{stack}-repeat-")
}

pub fn model_package_group(stack: &str) -> String {
    format!("{stack}-text-classifier")
}

pub fn feature_group(stack: &str) -> String {
    format!("{stack}-features")
}

pub fn endpoint(stack: &str) -> String {
    stack.to_owned()
}

/// It rings where the endpoint's model fails, and takes a deployment in steps back.
pub fn endpoint_errors_alarm(stack: &str) -> String {
    format!("{stack}-endpoint-errors")
}

/// The rest of a flow definition's name is a hash of its content.
pub fn flow_definition_prefix(stack: &str) -> String {
    format!("{stack}-review")
}

/// Whom functions ask where the stack has a review portal: it stands where A2I has a flow definition's ARN.
pub fn review_portal(stack: &str) -> String {
    format!("{REVIEW_PORTAL}{stack}")
}

/// The stack in a review portal's name.
pub fn review_portal_stack(reviewers: &str) -> Option<&str> {
    reviewers.strip_prefix(REVIEW_PORTAL)
}

const REVIEW_PORTAL: &str = "review-portal/";

pub fn reviewer_pool(stack: &str) -> String {
    format!("{stack}-reviewers")
}

/// The group of that pool whose members may answer.
pub const REVIEWER_GROUP: &str = "reviewers";
pub const APPROVER_GROUP: &str = "approvers";

pub fn workteam(stack: &str) -> String {
    format!("{stack}-reviewers")
}

/// Of the tokens of a user pool, whose id begins with its region.
pub fn user_pool_issuer(pool: &str) -> String {
    let region = pool.split('_').next().unwrap_or_default();
    format!("https://cognito-idp.{region}.amazonaws.com/{pool}")
}

pub fn function(stack: &str, name: &str) -> String {
    format!("{stack}-{name}")
}

/// The log group that all functions share.
pub fn log_group(stack: &str) -> String {
    format!("/reviewloop/{stack}")
}

/// `undelivered-events`, `failed-invocations`.
pub fn queue(stack: &str, name: &str) -> String {
    format!("{stack}-{name}")
}

/// The tag on what functions create outside the template; its value is the stack's name.
pub const STACK_TAG: &str = "reviewloop-stack";
