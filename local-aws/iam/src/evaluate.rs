//! The decision on one request.
//!
//! Source: the IAM user guide, "Policy evaluation logic": within one account a statement of either side allows, of
//! the identity or of the resource, unless a statement of either denies.

use std::sync::Arc;

use local_core::authorization::Question;
use local_core::{ACCOUNT, Who};

pub use crate::document::Side;
use crate::document::{Actions, Effect, Policy, Principals, Statement};
use crate::pattern::{matches, matches_resource};
use crate::role;

/// Where policies come from: the rows of a cloud, or a test's own.
pub trait Source {
    /// The policies of a role; none where there is no such role.
    fn of_role(&self, name: &str) -> Option<Vec<Arc<Policy>>>;
    /// Who may assume a role.
    fn trust(&self, name: &str) -> Option<Arc<Policy>>;
    /// The policy of a bucket, a queue or a function, by the ARN of the resource or of its part.
    fn of_resource(&self, arn: &str) -> Option<Arc<Policy>>;
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    Allowed,
    /// A statement of this side denies.
    Denied(Side),
    /// No statement allows; one of this side would have to.
    NotAllowed(Side),
}

pub fn decide(policies: &impl Source, question: &Question) -> Decision {
    if question.action == "sts:AssumeRole" {
        let role = question.resource.rsplit('/').next().unwrap_or_default();
        let trust = policies.trust(role).into_iter().collect::<Vec<_>>();
        return match verdict(&trust, question, Side::Trust) {
            Some(Effect::Allow) => Decision::Allowed,
            Some(Effect::Deny) => Decision::Denied(Side::Trust),
            None => Decision::NotAllowed(Side::Trust),
        };
    }
    let who = question.principal.who();
    let own = match who {
        Who::Session { role, .. } => policies.of_role(role).unwrap_or_default(),
        Who::Owner | Who::Service(_) => Vec::new(),
    };
    let own = match who {
        Who::Owner => Some(Effect::Allow),
        _ => verdict(&own, question, Side::Identity),
    };
    let resource: Vec<_> = policies
        .of_resource(&question.resource)
        .into_iter()
        .collect();
    let resource = verdict(&resource, question, Side::Resource);
    match (own, resource) {
        (Some(Effect::Deny), _) => Decision::Denied(Side::Identity),
        (_, Some(Effect::Deny)) => Decision::Denied(Side::Resource),
        (Some(Effect::Allow), _) | (_, Some(Effect::Allow)) => Decision::Allowed,
        (None, None) => Decision::NotAllowed(match who {
            Who::Service(_) => Side::Resource,
            _ => Side::Identity,
        }),
    }
}

/// What the policies of one side say.
fn verdict(policies: &[Arc<Policy>], question: &Question, side: Side) -> Option<Effect> {
    let statements = policies.iter().flat_map(|policy| &policy.statements);
    let mut allowed = None;
    for statement in statements.filter(|statement| statement.speaks_of(question, side)) {
        match statement.effect {
            Effect::Deny => return Some(Effect::Deny),
            Effect::Allow => allowed = Some(Effect::Allow),
        }
    }
    allowed
}

impl Statement {
    fn speaks_of(&self, question: &Question, side: Side) -> bool {
        let is_of_principal = match &self.principal {
            Some(principals) => side != Side::Identity && principals.include(question, self.effect),
            // Only an identity's policy has none.
            None => side == Side::Identity,
        };
        let mut resources = self.resources.iter();
        let is_of_resource = side == Side::Trust
            || resources.any(|pattern| matches_resource(pattern, &question.resource));
        is_of_principal
            && is_of_resource
            && self.actions.include(&question.action)
            && self
                .conditions
                .iter()
                .all(|condition| condition.holds(&question.context))
    }
}

impl Actions {
    /// Actions are alike in any case.
    fn include(&self, action: &str) -> bool {
        let action = action.to_lowercase();
        let any = |patterns: &[String]| {
            let mut patterns = patterns.iter();
            patterns.any(|pattern| matches(&pattern.to_lowercase(), &action))
        };
        match self {
            Self::These(patterns) => any(patterns),
            Self::AllBut(patterns) => !any(patterns),
        }
    }
}

impl Principals {
    /// The account's name leaves it to the account's own policies to allow: by itself it allows no role's session, and
    /// denies every one. Source: the IAM user guide, "IAM JSON policy elements: Principal", "AWS account principals".
    fn include(&self, question: &Question, effect: Effect) -> bool {
        let Self::These { aws, services } = self else {
            return true;
        };
        let root = format!("arn:aws:iam::{ACCOUNT}:root");
        let names_account = aws.iter().any(|named| named == ACCOUNT || *named == root);
        let names = |arn: String| aws.contains(&arn);
        match question.principal.who() {
            Who::Service(name) => services.iter().any(|service| service == name),
            Who::Owner => names_account || names(question.principal.arn()),
            Who::Session { role, .. } => {
                names(question.principal.arn())
                    || names(role::arn(role))
                    || (names_account && effect == Effect::Deny)
            }
        }
    }
}

#[cfg(test)]
mod tests;
