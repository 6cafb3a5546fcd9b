//! Whether a principal may do an action to a resource: the one port to IAM.
//!
//! A service asks where the work is done: the wire before an operation runs, and a service that works in a
//! role's name (a job that reads its inputs, a pipeline that makes a job) at that work. The crate `local-iam`
//! answers; a cloud without it, as in the tests of one crate, allows everything.

use std::sync::OnceLock;

use crate::account::ACCOUNT;
use crate::cloud::Cloud;
use crate::principal::Principal;
use crate::settings::Iam;
use crate::store::Tx;
use crate::wire::AwsError;

pub use crate::question::{Denial, Log, Question, SECURE_TRANSPORT};

/// What policies decide.
pub trait Authority: Send + Sync {
    fn decide(&self, cloud: &Cloud, tx: &Tx, question: &Question) -> Result<(), Denial>;
    /// The policy of a resource that has one.
    fn policy(&self, tx: &Tx, resource: &str) -> Option<String>;
    /// Stores it; an empty document removes it.
    fn put_policy(&self, tx: &Tx, resource: &str, document: &str) -> Result<(), AwsError>;
}

/// The authority of a cloud, set once when it opens.
#[derive(Default)]
struct OfCloud(OnceLock<&'static dyn Authority>);

pub fn set(cloud: &Cloud, authority: &'static dyn Authority) {
    let _ = cloud.memory::<OfCloud>().0.set(authority);
}

impl Cloud {
    /// Refuses what no policy allows. Not inside a transaction, which asks by [`Cloud::authorize_in`].
    pub fn authorize(&self, question: &Question) -> Result<(), AwsError> {
        if self.settings.iam == Iam::Off {
            return Ok(());
        }
        self.store.read(|tx| self.authorize_in(tx, question))
    }

    /// The same inside a transaction.
    pub fn authorize_in(&self, tx: &Tx, question: &Question) -> Result<(), AwsError> {
        if self.settings.iam == Iam::Off {
            return Ok(());
        }
        let Some(authority) = self.authority() else {
            return Ok(());
        };
        if let Some(log) = &self.settings.authorizations {
            log.note(question);
        }
        let Err(denial) = authority.decide(self, tx, question) else {
            return Ok(());
        };
        let missing = denial
            .missing_statement
            .as_deref()
            .unwrap_or("none: a statement denies it");
        match self.settings.iam {
            Iam::Report => {
                tracing::warn!(
                    reason = denial.message,
                    missing,
                    "allowed, and no policy allows it"
                );
                Ok(())
            }
            _ => {
                tracing::warn!(reason = denial.message, missing, "denied");
                Err(AwsError::access_denied(denial.message))
            }
        }
    }

    /// Refuses a role that this service may not assume, and one that is not there.
    pub fn check_trust(&self, tx: &Tx, role_arn: &str, service: &str) -> Result<(), AwsError> {
        if self.may_assume(tx, role_arn, service) {
            return Ok(());
        }
        Err(AwsError::validation(format!(
            "Could not assume role {role_arn}. Please ensure that the role exists and allows principal '{service}' \
             to assume the role."
        )))
    }

    /// Whether the role's trust lets this service assume it.
    pub fn may_assume(&self, tx: &Tx, role_arn: &str, service: &str) -> bool {
        let question = Question::new(&Principal::service(service), "sts:AssumeRole", role_arn)
            .with("aws:SourceAccount", ACCOUNT);
        self.authorize_in(tx, &question).is_ok()
    }

    /// The policy that a service's own operation set, or the template.
    pub fn policy_of(&self, tx: &Tx, resource: &str) -> Option<String> {
        self.authority()?.policy(tx, resource)
    }

    /// Sets the policy of a resource; an empty document removes it.
    pub fn put_policy(&self, tx: &Tx, resource: &str, document: &str) -> Result<(), AwsError> {
        match self.authority() {
            Some(authority) => authority.put_policy(tx, resource, document),
            None if document.is_empty() => Ok(()),
            None => Err(AwsError::unsupported(format!(
                "nothing evaluates the policy of {resource} here"
            ))),
        }
    }

    fn authority(&self) -> Option<&'static dyn Authority> {
        self.memory::<OfCloud>().0.get().copied()
    }
}
