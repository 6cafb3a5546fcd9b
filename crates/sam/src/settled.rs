//! A template with the values of its parameters: what conditions and references are decided by.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::intrinsics::Scope;
use crate::{Error, Pseudo, Reference, Template};

#[derive(Debug)]
pub(crate) struct Settled<'t> {
    pub template: &'t Template,
    pub parameters: BTreeMap<String, Value>,
    pub pseudo: Pseudo,
}

impl Settled<'_> {
    /// Does the condition of this resource or output hold?
    pub fn holds(&self, written: &Value, at: &str) -> Result<bool, Error> {
        match &written["Condition"] {
            Value::Null => Ok(true),
            name => self.with_lookup(&|_| None, |scope| scope.named_condition(name, at)),
        }
    }

    pub fn with_lookup<T>(
        &self,
        lookup: &dyn Fn(&Reference) -> Option<Value>,
        act: impl FnOnce(&Scope) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let lookup = |at: &str, reference: &Reference| {
            lookup(reference).ok_or_else(|| Error::NoValue {
                at: at.to_owned(),
                reference: reference.to_string(),
            })
        };
        act(&Scope {
            parameters: &self.parameters,
            pseudo: &self.pseudo,
            mappings: &self.template.mappings,
            conditions: &self.template.conditions,
            lookup: &lookup,
        })
    }
}
