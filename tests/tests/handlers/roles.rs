//! The template's roles in a test's cloud, and the session of each function's.

use std::sync::{Arc, LazyLock};

use aws_config::SdkConfig;
use aws_sdk_s3::config::{Credentials, SharedCredentialsProvider};
use contracts::names;
use local_aws::authorization::Log;
use local_aws::{Cloud, LocalAws, Principal, iam, stack};
use serde_json::Value;

use super::setup::{ACCOUNT, REGION, STACK};
use crate::{source, template};

pub const EXECUTION: &str = "arn:aws:iam::123456789012:role/reviewloop-ExecutionRole";
pub const FEATURE_STORE: &str = "arn:aws:iam::123456789012:role/reviewloop-FeatureStoreRole";
pub const PIPELINE: &str = "arn:aws:iam::123456789012:role/reviewloop-PipelineRole";
pub const REVIEW: &str = "arn:aws:iam::123456789012:role/reviewloop-ReviewRole";

/// The bucket's name.
pub static BUCKET: LazyLock<String> = LazyLock::new(|| names::bucket(STACK, ACCOUNT, REGION));

/// With a key there is a policy for it.
const KEY: &str = "arn:aws:kms:us-east-1:123456789012:key/k";

/// Stands for the user pool's ARN until a test has made the pool.
pub const POOL: &str = "arn:aws:cognito-idp:us-east-1:123456789012:userpool/not-made-yet";

/// The template as a stack with people sees it, with the physical names of a deployment.
pub static TEMPLATE: LazyLock<sam::Resolved> = LazyLock::new(|| {
    let template = sam::Template::read(&source::root().join("infra/template.yaml"));
    let template = template.expect("the template is read");
    template::of_both_services(|service| {
        let parameters = [
            ("ClassifierImageUri", template::IMAGE),
            // Studies search its hyperparameters.
            ("Algorithm", "bert"),
            ("HumanReview", service),
            ("ReviewerEmails", template::REVIEWER),
            ("ApproverEmails", template::REVIEWER),
            ("KmsKeyArn", KEY),
            ("FeatureStore", "yes"),
            ("DataCapture", "all"),
        ];
        let parameters = parameters.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let plan = template.plan(&parameters.into(), &sam::Pseudo::default());
        let resolved = plan.and_then(|plan| plan.resolve(&physical));
        resolved.expect("the template is resolved")
    })
});

fn physical(reference: &sam::Reference) -> Option<Value> {
    let bucket = BUCKET.clone();
    let queue = |name: &str| format!("arn:aws:sqs:{REGION}:{ACCOUNT}:{STACK}-{name}");
    let text = reference.to_string();
    let known = match text.as_str() {
        "!Ref Bucket" => bucket,
        "!GetAtt Bucket.Arn" => format!("arn:aws:s3:::{bucket}"),
        "!GetAtt ExecutionRole.Arn" => EXECUTION.to_owned(),
        "!GetAtt PipelineRole.Arn" => PIPELINE.to_owned(),
        "!GetAtt ReviewRole.Arn" => REVIEW.to_owned(),
        "!GetAtt ReviewerPool.Arn" => POOL.to_owned(),
        "!Ref UndeliveredEvents" => format!("http://queue/{STACK}-undelivered-events"),
        "!Ref KeyPolicy" => format!("arn:aws:iam::{ACCOUNT}:policy/{STACK}-KeyPolicy"),
        "!Ref Notifications" => format!("arn:aws:sns:{REGION}:{ACCOUNT}:{STACK}-notifications"),
        "!GetAtt UndeliveredEvents.Arn" => queue("undelivered-events"),
        "!GetAtt FailedInvocations.Arn" => queue("failed-invocations"),
        _ => return sam::stand_in(reference),
    };
    Some(known.into())
}

/// Stores the template's roles and policies.
pub fn provision(cloud: &Cloud) {
    stack::provision_policies(cloud, STACK, &TEMPLATE).expect("policies that are evaluated");
}

/// The user pool is there: the policies name it.
pub fn set_pool(cloud: &Cloud, pool: &str) {
    let pool = format!("arn:aws:cognito-idp:{REGION}:{ACCOUNT}:userpool/{pool}");
    cloud.store.update(|tx| {
        for mut role in iam::Role::all(tx) {
            for document in role.policies.values_mut() {
                *document = document.replace(POOL, &pool);
            }
            role.put(tx).expect("a policy that is evaluated");
        }
    });
}

/// The session of the role of a function: `judge-model`.
pub fn principal(function: &str) -> Principal {
    Principal::role(&role(function), &format!("{STACK}-{function}"))
}

fn role(function: &str) -> String {
    let name = format!("{STACK}-{function}");
    let mut functions = TEMPLATE.functions.iter();
    let found = functions.find(|found| found.function_name.as_ref() == Some(&name));
    let found = found.unwrap_or_else(|| panic!("the template has no function {name}"));
    stack::function_role_name(&format!("{STACK}-{}", found.logical_id))
}

/// The configuration of clients that sign as this principal.
pub fn signing_as(aws: &LocalAws, config: &SdkConfig, principal: &Principal) -> SdkConfig {
    let key = aws.cloud.credentials_for(principal);
    let (id, secret) = (&key.access_key_id, &key.secret_access_key);
    let credentials = Credentials::new(id, secret, None, None, "test");
    config
        .to_builder()
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .build()
}

thread_local! {
    static COLLECTED: std::cell::RefCell<Option<Arc<Log>>> = const { std::cell::RefCell::new(None) };
}

/// Runs scenarios whose clouds, made on this thread, note in one log what policies are asked.
pub fn collecting(scenarios: impl FnOnce()) -> Arc<Log> {
    let log = Arc::new(Log::default());
    COLLECTED.set(Some(log.clone()));
    scenarios();
    COLLECTED.set(None);
    log
}

/// The log of this thread's scenarios.
pub fn log() -> Option<Arc<Log>> {
    COLLECTED.with_borrow(Option::clone)
}
