//! A reference to a resource.

use std::fmt;

use serde_json::Value;

/// A question to the deployment: what is this resource, or this attribute of it?
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reference {
    /// `!Ref Name`: usually the physical name, for some types the ARN.
    Resource { logical_id: String },
    /// `!GetAtt Name.Attribute`.
    Attribute {
        logical_id: String,
        attribute: String,
    },
}

impl Reference {
    pub fn logical_id(&self) -> &str {
        match self {
            Reference::Resource { logical_id } | Reference::Attribute { logical_id, .. } => {
                logical_id
            }
        }
    }

    /// The inside of `${…}`: a name, or a name and an attribute.
    pub(crate) fn dotted(text: &str) -> Reference {
        match text.split_once('.') {
            None => Reference::Resource {
                logical_id: text.to_owned(),
            },
            Some((logical_id, attribute)) => Reference::Attribute {
                logical_id: logical_id.to_owned(),
                attribute: attribute.to_owned(),
            },
        }
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reference::Resource { logical_id } => write!(formatter, "!Ref {logical_id}"),
            Reference::Attribute {
                logical_id,
                attribute,
            } => write!(formatter, "!GetAtt {logical_id}.{attribute}"),
        }
    }
}

/// Answers any reference with a text that shows where it came from, for tests of a template that
/// need no deployed values: `Queue`, `Queue.Arn`.
#[allow(
    clippy::unnecessary_wraps,
    reason = "the shape that `Plan::resource` asks for"
)]
pub fn stand_in(reference: &Reference) -> Option<Value> {
    Some(Value::String(match reference {
        Reference::Resource { logical_id } => logical_id.clone(),
        Reference::Attribute {
            logical_id,
            attribute,
        } => format!("{logical_id}.{attribute}"),
    }))
}
