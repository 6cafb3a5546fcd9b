//! What a value refers to: the arrows between resources.

use std::fmt;

use serde_json::Value;

use crate::Error;
use crate::intrinsics::sub::{self, Piece};
use crate::intrinsics::{exactly, function, get_att};
use crate::yaml::below;

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

/// Which branch of an `Fn::If`; `None` looks into both.
type Chosen<'a> = &'a dyn Fn(&Value) -> Result<Option<bool>, Error>;

/// Every reference below `value`, with its place.
pub(crate) fn references_in(
    value: &Value,
    at: &str,
    chosen: Chosen,
) -> Result<Vec<(String, Reference)>, Error> {
    let mut found = Vec::new();
    collect(value, at, chosen, &mut found)?;
    Ok(found)
}

fn collect(
    value: &Value,
    at: &str,
    chosen: Chosen,
    found: &mut Vec<(String, Reference)>,
) -> Result<(), Error> {
    match value {
        Value::Array(items) => items
            .iter()
            .enumerate()
            .try_for_each(|(index, item)| collect(item, &format!("{at}[{index}]"), chosen, found)),
        Value::Object(object) => {
            match function(object) {
                Some(("Ref", Value::String(name))) => {
                    found.push((
                        at.to_owned(),
                        Reference::Resource {
                            logical_id: name.clone(),
                        },
                    ));
                }
                Some(("Fn::GetAtt", argument)) => {
                    found.push((at.to_owned(), get_att(argument, at)?))
                }
                Some(("Fn::Sub", argument)) => substituted(argument, at, found)?,
                Some(("Fn::If", argument)) => {
                    let [condition, yes, no] =
                        exactly(argument, at, "[condition, if true, if false]")?;
                    return match chosen(condition)? {
                        Some(true) => collect(yes, at, chosen, found),
                        Some(false) => collect(no, at, chosen, found),
                        None => collect(yes, at, chosen, found)
                            .and_then(|()| collect(no, at, chosen, found)),
                    };
                }
                _ => {}
            }
            object
                .iter()
                .try_for_each(|(key, item)| collect(item, &below(at, key), chosen, found))
        }
        _ => Ok(()),
    }
}

fn substituted(
    argument: &Value,
    at: &str,
    found: &mut Vec<(String, Reference)>,
) -> Result<(), Error> {
    let (text, variables) = sub::parts(argument, at)?;
    for piece in sub::pieces(text) {
        if let Piece::Variable(name) = piece
            && !variables.is_some_and(|variables| variables.contains_key(name))
        {
            found.push((at.to_owned(), Reference::dotted(name)));
        }
    }
    Ok(())
}
