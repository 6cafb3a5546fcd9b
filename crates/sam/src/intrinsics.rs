//! Intrinsic functions in their long form, replaced by values.
//!
//! Source: the CloudFormation template reference, "Intrinsic functions".

pub(crate) mod call;
pub(crate) mod strings;
pub(crate) mod sub;

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::known::known_names;
use crate::place::below;
use crate::{Error, Pseudo, Reference};
use call::{exactly, function, get_att};

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
            "Fn::Sub" => self.sub(argument, at)?,
            "Fn::Join" => {
                let [delimiter, items] = exactly(argument, at, "[delimiter, list]")?;
                strings::join(delimiter, &self.required(items, at)?, at)?
            }
            "Fn::Split" => {
                let [delimiter, source] = exactly(argument, at, "[delimiter, text]")?;
                strings::split(delimiter, &self.required(source, at)?, at)?
            }
            "Fn::Select" => {
                let [index, items] = exactly(argument, at, "[index, list]")?;
                let (index, items) = (self.required(index, at)?, self.required(items, at)?);
                strings::select(&index, &items, at)?
            }
            "Fn::Base64" => strings::base64(&self.required(argument, at)?, at)?,
            "Fn::FindInMap" => self.find_in_map(argument, at)?,
            _ => Value::Bool(self.condition(name, argument, at)?),
        };
        Ok(Some(value))
    }

    fn sub(&self, argument: &Value, at: &str) -> Result<Value, Error> {
        let (text, variables) = sub::parts(argument, at)?;
        let value = |name: &str| match variables.and_then(|variables| variables.get(name)) {
            Some(value) => self.required(value, at),
            None => self.reference(&Reference::dotted(name), at),
        };
        sub::filled(text, at, value)
    }

    fn reference(&self, reference: &Reference, at: &str) -> Result<Value, Error> {
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

    pub fn any_condition(&self, value: &Value, at: &str) -> Result<bool, Error> {
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

/// `1` and `"1"` are the same to CloudFormation, which compares texts.
fn same(left: &Value, right: &Value) -> bool {
    match (strings::text(left, ""), strings::text(right, "")) {
        (Ok(left), Ok(right)) => left == right,
        _ => left == right,
    }
}
