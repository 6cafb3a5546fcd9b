//! What a value refers to: the arrows between resources.

use serde_json::Value;

use crate::intrinsics::call::{exactly, function, get_att};
use crate::intrinsics::sub::{self, Piece};
use crate::place::below;
use crate::{Error, Reference};

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
