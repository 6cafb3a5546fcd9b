//! Delivery to the service that owns an ARN, within the sender's transaction.
//!
//! Rules, schedules, dead letters and destinations name a target by its ARN; the service that
//! owns the ARN's kind accepts what is sent. No service imports another for it.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::OnceLock;

use crate::account::ACCOUNT;
use crate::arn::Arn;
use crate::authorization::Question;
use crate::cloud::Cloud;
use crate::principal::{Principal, Who};
use crate::store::{self, Tx};
use crate::wire::AwsError;

/// A kind of ARN, and the function that accepts what is sent to one of its resources.
#[derive(Clone, Copy)]
pub struct Target {
    /// The ARN's service: `sqs`, `lambda`.
    pub service: &'static str,
    /// What the sender must be allowed: `sqs:SendMessage`.
    pub action: &'static str,
    /// Refuses an ARN of this service that is no target.
    pub check: fn(arn: &str) -> Result<(), AwsError>,
    pub accept: Accept,
}

/// Answers the name that the journal shows for the receiver.
pub type Accept = fn(&Cloud, &Tx, &Message) -> Result<String, AwsError>;

/// What is sent.
pub struct Message<'a> {
    pub target_arn: &'a str,
    pub sender: &'a Sender,
    pub body: &'a str,
    /// A queue keeps them as message attributes; a function does not see them.
    pub attributes: BTreeMap<String, String>,
}

/// Who sends, and for which resource.
pub struct Sender {
    pub principal: Principal,
    /// The rule, or the function whose destination it is.
    pub source_arn: String,
}

/// The targets of all parts, set once when the cloud opens.
#[derive(Default)]
struct Targets(OnceLock<Vec<Target>>);

pub fn set(cloud: &Cloud, targets: Vec<Target>) {
    let _ = cloud.memory::<Targets>().0.set(targets);
}

/// The services that name the account by SNS's older key, too, which a topic's default policy asks for.
///
/// Source: the SNS developer guide, "Example cases for Amazon SNS access control", `aws:SourceAccount` versus
/// `aws:SourceOwner`.
const OWNERS: [&str; 1] = ["cloudwatch.amazonaws.com"];

/// Hands the message over; it is accepted if the transaction commits. A target that cannot be read
/// fails this message and no other of the transaction.
pub fn send(cloud: &Cloud, tx: &Tx, message: &Message) -> Result<String, AwsError> {
    let target = owner(cloud, message.target_arn)?;
    (target.check)(message.target_arn)?;
    let Sender {
        principal,
        source_arn,
    } = message.sender;
    let mut question = Question::new(principal, target.action, message.target_arn);
    // Only a service speaks for a resource of the account; a role speaks for itself.
    if let Who::Service(service) = principal.who() {
        question = question
            .with("aws:SourceArn", source_arn)
            .with("aws:SourceAccount", ACCOUNT);
        if OWNERS.contains(&service) {
            question = question.with("aws:SourceOwner", ACCOUNT);
        }
    }
    cloud.authorize_in(tx, &question)?;
    let accepted = catch_unwind(AssertUnwindSafe(|| (target.accept)(cloud, tx, message)));
    accepted.unwrap_or_else(|panic| {
        if store::is_fault(&*panic) {
            resume_unwind(panic);
        }
        Err(AwsError::internal(format!(
            "the target {} failed",
            message.target_arn
        )))
    })
}

/// Refuses an ARN that nothing here takes deliveries for.
pub fn check(cloud: &Cloud, arn: &str) -> Result<(), AwsError> {
    (owner(cloud, arn)?.check)(arn)
}

fn owner(cloud: &Cloud, arn: &str) -> Result<Target, AwsError> {
    let targets = cloud.memory::<Targets>();
    let targets = targets.0.get().map(Vec::as_slice).unwrap_or_default();
    let owner = Arn::parse(arn)
        .filter(|arn| arn.is_of_this_account())
        .and_then(|arn| targets.iter().find(|target| target.service == arn.service));
    owner.copied().ok_or_else(|| unsupported(arn))
}

/// The refusal of an ARN that is no target.
pub fn unsupported(arn: &str) -> AwsError {
    AwsError::unsupported(format!(
        "local-aws delivers to Lambda functions, SQS queues and SNS topics of account {ACCOUNT}, not to {arn}"
    ))
}
