//! Policy documents: their JSON, and the refusal of a part that is not evaluated here.

use serde::Deserialize;
use serde_json::Value;

use crate::condition::Condition;
use crate::list::one_or_many;

/// What a policy is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Identity,
    Resource,
    Trust,
}

/// A policy as it is evaluated.
#[derive(Debug, Clone, PartialEq)]
pub struct Policy {
    pub statements: Vec<Statement>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Statement {
    pub effect: Effect,
    /// None in an identity's policy.
    pub principal: Option<Principals>,
    pub actions: Actions,
    /// Empty in a trust policy, which stands for its own role alone.
    pub resources: Vec<String>,
    pub conditions: Vec<Condition>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum Effect {
    Allow,
    Deny,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actions {
    These(Vec<String>),
    AllBut(Vec<String>),
}

/// Whom a resource's policy speaks of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Principals {
    Everyone,
    These {
        /// Accounts, and ARNs of users, roles and their sessions.
        aws: Vec<String>,
        services: Vec<String>,
    },
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Document {
    #[serde(rename = "Version")]
    _version: Option<String>,
    #[serde(rename = "Id")]
    _id: Option<String>,
    #[serde(deserialize_with = "one_or_many")]
    statement: Vec<Written>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Written {
    #[serde(rename = "Sid")]
    _sid: Option<String>,
    effect: Effect,
    principal: Option<Value>,
    #[serde(default, deserialize_with = "one_or_many")]
    action: Vec<String>,
    #[serde(default, deserialize_with = "one_or_many")]
    not_action: Vec<String>,
    #[serde(default, deserialize_with = "one_or_many")]
    resource: Vec<String>,
    condition: Option<Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Named {
    #[serde(rename = "AWS", default, deserialize_with = "one_or_many")]
    aws: Vec<String>,
    #[serde(default, deserialize_with = "one_or_many")]
    service: Vec<String>,
}

impl Policy {
    /// Refuses, by name, what would not be evaluated.
    pub fn parse(text: &str) -> Result<Self, String> {
        let document: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
        Self::read(&document)
    }

    pub fn read(document: &Value) -> Result<Self, String> {
        let document = Document::deserialize(document).map_err(|error| error.to_string())?;
        let statements = document.statement.into_iter().map(Statement::read);
        Ok(Self {
            statements: statements.collect::<Result<_, _>>()?,
        })
    }

    /// Refuses a document that lacks an element that every policy of its side has, or has one that none has.
    pub fn check(&self, side: Side) -> Result<(), String> {
        let mut statements = self.statements.iter();
        statements.try_for_each(|statement| statement.check(side))
    }
}

impl Statement {
    fn check(&self, side: Side) -> Result<(), String> {
        let has = (self.principal.is_some(), !self.resources.is_empty());
        let (kind, needed) = match side {
            Side::Identity => ("an identity's policy", (false, true)),
            Side::Resource => ("a resource's policy", (true, true)),
            Side::Trust => ("a trust policy", (true, false)),
        };
        let elements = [
            ("Principal", has.0, needed.0),
            ("Resource", has.1, needed.1),
        ];
        for (name, has, needed) in elements {
            match (has, needed) {
                (true, false) => return Err(format!("a statement of {kind} has no {name}")),
                (false, true) => return Err(format!("a statement of {kind} needs a {name}")),
                _ => {}
            }
        }
        Ok(())
    }

    fn read(written: Written) -> Result<Self, String> {
        let actions = match (written.action.is_empty(), written.not_action.is_empty()) {
            (false, true) => Actions::These(written.action),
            (true, false) => Actions::AllBut(written.not_action),
            _ => return Err("a statement needs one of Action and NotAction".to_owned()),
        };
        if let Some(variable) = written.resource.iter().find(|text| text.contains("${")) {
            return Err(format!("local-iam replaces no variable, as in {variable}"));
        }
        Ok(Self {
            effect: written.effect,
            principal: written
                .principal
                .as_ref()
                .map(Principals::read)
                .transpose()?,
            actions,
            resources: written.resource,
            conditions: written
                .condition
                .as_ref()
                .map_or(Ok(Vec::new()), Condition::read_all)?,
        })
    }
}

impl Principals {
    fn read(written: &Value) -> Result<Self, String> {
        if written == "*" {
            return Ok(Self::Everyone);
        }
        let Named { aws, service } = Named::deserialize(written).map_err(|e| e.to_string())?;
        if aws.iter().any(|principal| principal == "*") {
            return Ok(Self::Everyone);
        }
        Ok(Self::These {
            aws,
            services: service,
        })
    }
}

#[cfg(test)]
mod tests;
