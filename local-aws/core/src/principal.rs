//! Who calls.

use crate::account::ACCOUNT;

/// Who calls: the person, CloudFormation for that person, a session of a role, or a service itself.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Principal(String);

/// A principal by its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who<'a> {
    /// The account's owner, or CloudFormation on the owner's order: administrator rights.
    Owner,
    Session {
        role: &'a str,
        session: &'a str,
    },
    Service(&'a str),
}

impl Principal {
    /// The person at the keyboard.
    pub fn user() -> Self {
        Self("user".to_owned())
    }

    /// CloudFormation, which deploys the person's template.
    pub fn cloudformation() -> Self {
        Self("cloudformation".to_owned())
    }

    /// A session of the role: a function's is named after the function.
    pub fn role(role_arn: &str, session: &str) -> Self {
        let role = role_arn.rsplit('/').next().unwrap_or(role_arn);
        Self(format!("{ASSUMED_ROLE}/{role}/{session}"))
    }

    /// A service on its own: `events.amazonaws.com`.
    pub fn service(name: &str) -> Self {
        Self(name.to_owned())
    }

    /// Whoever called without a signature: as a service that no policy names.
    pub fn anyone() -> Self {
        Self("anyone".to_owned())
    }

    pub fn who(&self) -> Who<'_> {
        let session = self.0.strip_prefix(ASSUMED_ROLE).and_then(|rest| {
            let (role, session) = rest.strip_prefix('/')?.split_once('/')?;
            Some(Who::Session { role, session })
        });
        session.unwrap_or(match self.0.as_str() {
            "user" | "cloudformation" => Who::Owner,
            service => Who::Service(service),
        })
    }

    pub fn is_owner(&self) -> bool {
        self.who() == Who::Owner
    }

    /// As [`Self::as_str`] wrote it.
    pub(crate) fn read(text: String) -> Self {
        Self(text)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As STS and the sentence of a denial name it; a service has no ARN.
    pub fn arn(&self) -> String {
        match self.who() {
            Who::Owner => format!("arn:aws:iam::{ACCOUNT}:user/{}", self.0),
            Who::Session { .. } => format!("arn:aws:sts::{ACCOUNT}:{}", self.0),
            Who::Service(name) => name.to_owned(),
        }
    }
}

const ASSUMED_ROLE: &str = "assumed-role";
