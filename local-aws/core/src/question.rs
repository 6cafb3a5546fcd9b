//! What policies are asked, and how they deny.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use crate::principal::Principal;

/// A request as policies see it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Question {
    pub principal: Principal,
    /// `s3:GetObject`
    pub action: String,
    /// An ARN, or `*` where IAM knows no resource for the action.
    pub resource: String,
    /// Condition keys and their values.
    pub context: BTreeMap<String, String>,
}

/// Why a request is denied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Denial {
    /// AWS's sentence.
    pub message: String,
    /// The statement that would allow it, as YAML in one line; none would where one denies it.
    pub missing_statement: Option<String>,
}

/// Every question that was asked, for a test that asks them again under other policies.
#[derive(Debug, Default)]
pub struct Log(Mutex<BTreeSet<Question>>);

impl Log {
    pub fn questions(&self) -> Vec<Question> {
        let questions = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        questions.iter().cloned().collect()
    }

    pub(crate) fn note(&self, question: &Question) {
        let mut questions = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !questions.contains(question) {
            questions.insert(question.clone());
        }
    }
}

/// The context key that says whether a request came over TLS, and its value for every request of this cloud:
/// its address is on loopback, where nobody else listens, so plain HTTP there counts as TLS.
pub const SECURE_TRANSPORT: (&str, &str) = ("aws:SecureTransport", "true");

impl Question {
    pub fn new(principal: &Principal, action: &str, resource: &str) -> Self {
        Self {
            principal: principal.clone(),
            action: action.to_owned(),
            resource: resource.to_owned(),
            context: BTreeMap::new(),
        }
        .with(SECURE_TRANSPORT.0, SECURE_TRANSPORT.1)
    }

    /// A condition key of the request.
    #[must_use]
    pub fn with(mut self, key: &str, value: &str) -> Self {
        self.context.insert(key.to_owned(), value.to_owned());
        self
    }
}
