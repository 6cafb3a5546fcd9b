//! Intrinsic functions in their long form, replaced by values.
//!
//! Source: the CloudFormation template reference, "Intrinsic functions".

pub(crate) mod strings;
pub(crate) mod sub;

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::yaml::below;
use crate::{Error, Pseudo, Reference};

/// Every function that [`Scope::value`] or [`Scope::condition`] understands.
pub(crate) const KNOWN: [&str; 12] = [
    "Fn::And",
    "Fn::Base64",
    "Fn::Equals",
    "Fn::FindInMap",
    "Fn::GetAtt",
    "Fn::If",
    "Fn::Join",
    "Fn::Not",
    "Fn::Or",
    "Fn::Select",
    "Fn::Split",
    "Fn::Sub",
];

pub(crate) fn known_names() -> String {
    format!("Ref, Condition, {}", KNOWN.join(", "))
}

/// Everything an intrinsic function may look at.
pub(crate) struct Scope<'a> {
    pub parameters: &'a BTreeMap<String, Value>,
    pub pseudo: &'a Pseudo,
    pub mappings: &'a Map<String, Value>,
    pub conditions: &'a Map<String, Value>,
    /// A resource's `Ref` or `GetAtt`.
    pub lookup: &'a dyn Fn(&str, &Reference) -> Result<Value, Error>,
}

impl Scope<'_> {
    /// `value` with every function replaced; `None` where it came out as `AWS::NoValue`.
    pub fn value(&self, value: &Value, at: &str) -> Result<Option<Value>, Error> {
        match value {
            Value::Array(items) => {
                let mut list = Vec::with_capacity(items.len());
                for (index, item) in items.iter().enumerate() {
                    list.extend(self.value(item, &format!("{at}[{index}]"))?);
                }
                Ok(Some(Value::Array(list)))
            }
            Value::Object(object) => match function(object) {
                Some((name, argument)) => self.call(name, argument, at),
                None => self
                    .object(object, at)
                    .map(|object| Some(Value::Object(object))),
            },
            plain => Ok(Some(plain.clone())),
        }
    }

    /// Like [`Self::value`] where nothing would make no sense.
    pub fn required(&self, value: &Value, at: &str) -> Result<Value, Error> {
        self.value(value, at)?
            .ok_or_else(|| Error::shape(at, "a value, not AWS::NoValue", value))
    }

    fn object(&self, object: &Map<String, Value>, at: &str) -> Result<Map<String, Value>, Error> {
        let mut result = Map::new();
        for (key, item) in object {
            if let Some(item) = self.value(item, &below(at, key))? {
                result.insert(key.clone(), item);
            }
        }
        Ok(result)
    }

    fn call(&self, name: &str, argument: &Value, at: &str) -> Result<Option<Value>, Error> {
        let value = match name {
            "Ref" => match argument.as_str() {
                Some("AWS::NoValue") => return Ok(None),
                Some(name) => self.reference(
                    &Reference::Resource {
                        logical_id: name.to_owned(),
                    },
                    at,
                )?,
                None => return Err(Error::shape(at, "a name after Ref", argument)),
            },
            "Fn::GetAtt" => self.reference(&get_att(argument, at)?, at)?,
            "Fn::If" => {
                let [name, yes, no] = exactly(argument, at, "[condition, if true, if false]")?;
                let chosen = if self.named_condition(name, at)? {
                    yes
                } else {
                    no
                };
                return self.value(chosen, at);
            }
            "Fn::Sub" => sub::sub(self, argument, at)?,
            "Fn::Join" => strings::join(self, argument, at)?,
            "Fn::Split" => strings::split(self, argument, at)?,
            "Fn::Select" => strings::select(self, argument, at)?,
            "Fn::Base64" => strings::base64(self, argument, at)?,
            "Fn::FindInMap" => self.find_in_map(argument, at)?,
            _ => Value::Bool(self.condition(name, argument, at)?),
        };
        Ok(Some(value))
    }

    pub fn reference(&self, reference: &Reference, at: &str) -> Result<Value, Error> {
        if let Reference::Resource { logical_id } = reference {
            if let Some(value) = self.parameters.get(logical_id) {
                return Ok(value.clone());
            }
            if let Some(value) = self.pseudo.get(logical_id) {
                return Ok(value);
            }
        }
        (self.lookup)(at, reference)
    }

    fn find_in_map(&self, argument: &Value, at: &str) -> Result<Value, Error> {
        let [map, first, second] = exactly(argument, at, "[map, first key, second key]")?;
        let key = |value: &Value| -> Result<String, Error> {
            strings::text(&self.required(value, at)?, at)
        };
        let (map, first, second) = (key(map)?, key(first)?, key(second)?);
        let found = self
            .mappings
            .get(&map)
            .and_then(|map| map.get(&first))
            .and_then(|map| map.get(&second));
        found.cloned().ok_or_else(|| Error::RefToNothing {
            at: at.to_owned(),
            reference: format!("!FindInMap [{map}, {first}, {second}]"),
        })
    }

    /// Is the condition of this name true?
    pub fn named_condition(&self, name: &Value, at: &str) -> Result<bool, Error> {
        let name = name
            .as_str()
            .ok_or_else(|| Error::shape(at, "the name of a condition", name))?;
        let condition = self
            .conditions
            .get(name)
            .ok_or_else(|| Error::RefToNothing {
                at: at.to_owned(),
                reference: format!("condition {name}"),
            })?;
        let place = format!("Conditions.{name}");
        // A condition that leads back to itself would recurse for ever.
        if at.matches("Conditions.").count() > self.conditions.len() {
            return Err(Error::Cycle { path: place });
        }
        self.any_condition(condition, &format!("{at} -> {place}"))
    }

    fn any_condition(&self, value: &Value, at: &str) -> Result<bool, Error> {
        let (name, argument) = value
            .as_object()
            .and_then(|object| object.iter().next().filter(|_| object.len() == 1))
            .ok_or_else(|| Error::shape(at, "a condition function", value))?;
        self.condition(name, argument, at)
    }

    fn condition(&self, name: &str, argument: &Value, at: &str) -> Result<bool, Error> {
        let parts = || {
            argument
                .as_array()
                .ok_or_else(|| Error::shape(at, "a list", argument))
        };
        match name {
            "Condition" => self.named_condition(argument, at),
            "Fn::Equals" => {
                let [left, right] = exactly(argument, at, "two values")?;
                Ok(same(&self.required(left, at)?, &self.required(right, at)?))
            }
            "Fn::Not" => {
                let [only] = exactly(argument, at, "one condition")?;
                Ok(!self.any_condition(only, at)?)
            }
            "Fn::And" => parts()?
                .iter()
                .try_fold(true, |all, part| Ok(all & self.any_condition(part, at)?)),
            "Fn::Or" => parts()?
                .iter()
                .try_fold(false, |any, part| Ok(any | self.any_condition(part, at)?)),
            other => Err(Error::UnknownIntrinsic {
                at: at.to_owned(),
                name: other.to_owned(),
                known: known_names(),
            }),
        }
    }
}

/// An object that is one function call, and nothing else.
pub(crate) fn function(object: &Map<String, Value>) -> Option<(&str, &Value)> {
    let (name, argument) = object.iter().next()?;
    (object.len() == 1 && (name == "Ref" || name.starts_with("Fn::")))
        .then_some((name.as_str(), argument))
}

pub(crate) fn get_att(argument: &Value, at: &str) -> Result<Reference, Error> {
    match argument.as_array().map(Vec::as_slice) {
        Some([Value::String(logical_id), Value::String(attribute)]) => Ok(Reference::Attribute {
            logical_id: logical_id.clone(),
            attribute: attribute.clone(),
        }),
        _ => Err(Error::shape(at, "[resource, attribute]", argument)),
    }
}

/// `1` and `"1"` are the same to CloudFormation, which compares texts.
fn same(left: &Value, right: &Value) -> bool {
    match (strings::text(left, ""), strings::text(right, "")) {
        (Ok(left), Ok(right)) => left == right,
        _ => left == right,
    }
}

pub(crate) fn exactly<'v, const N: usize>(
    argument: &'v Value,
    at: &str,
    expected: &str,
) -> Result<&'v [Value; N], Error> {
    argument
        .as_array()
        .and_then(|items| items.as_slice().try_into().ok())
        .ok_or_else(|| Error::shape(at, expected, argument))
}
