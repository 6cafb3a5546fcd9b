//! A template with its parameters: which resources there are, in which order, and their values.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::globals::FUNCTION;
use crate::intrinsics::Scope;
use crate::{
    Error, Function, Parameters, Pseudo, Reference, Resource, Template, order, parameters,
};

/// Ready to be deployed: see [`Template::plan`].
#[derive(Debug)]
pub struct Plan<'t> {
    template: &'t Template,
    parameters: BTreeMap<String, Value>,
    pseudo: Pseudo,
    order: Vec<String>,
}

/// A whole template resolved at once, in dependency order.
#[derive(Clone, Debug)]
pub struct Resolved {
    pub resources: Vec<Resource>,
    pub functions: Vec<Function>,
    pub outputs: BTreeMap<String, Value>,
}

impl<'t> Plan<'t> {
    pub(crate) fn new(
        template: &'t Template,
        given: &Parameters,
        pseudo: &Pseudo,
    ) -> Result<Self, Error> {
        let mut plan = Plan {
            template,
            parameters: parameters::values(&template.parameters, given)?,
            pseudo: pseudo.clone(),
            order: Vec::new(),
        };
        plan.order = order::order(&plan)?;
        Ok(plan)
    }

    /// Logical ids of the resources whose condition holds, each after what it refers to.
    pub fn order(&self) -> Vec<&str> {
        self.order.iter().map(String::as_str).collect()
    }

    /// The parameter's value, after defaults.
    pub fn parameter(&self, name: &str) -> Option<&Value> {
        self.parameters.get(name)
    }

    /// One resource; `lookup` says what the resources before it are.
    pub fn resource(
        &self,
        logical_id: &str,
        lookup: &dyn Fn(&Reference) -> Option<Value>,
    ) -> Result<Resource, Error> {
        let at = format!("Resources.{logical_id}");
        let written =
            self.template
                .resources
                .get(logical_id)
                .ok_or_else(|| Error::RefToNothing {
                    at: at.clone(),
                    reference: logical_id.to_owned(),
                })?;
        let empty = Value::Object(Map::new());
        let properties = written
            .get("Properties")
            .filter(|properties| !properties.is_null())
            .unwrap_or(&empty);
        let properties = match self.with_lookup(lookup, |scope| {
            scope.required(properties, &format!("{at}.Properties"))
        })? {
            Value::Object(properties) => properties,
            other => return Err(Error::shape(&at, "Properties", &other)),
        };
        Ok(Resource {
            logical_id: logical_id.to_owned(),
            resource_type: written["Type"].as_str().unwrap_or_default().to_owned(),
            properties,
            depends_on: depends_on(written),
            condition: written["Condition"].as_str().map(str::to_owned),
            metadata: written["Metadata"].clone(),
        })
    }

    /// The outputs whose condition holds.
    pub fn outputs(
        &self,
        lookup: &dyn Fn(&Reference) -> Option<Value>,
    ) -> Result<BTreeMap<String, Value>, Error> {
        let mut outputs = BTreeMap::new();
        for (name, output) in &self.template.outputs {
            let at = format!("Outputs.{name}");
            if self.holds(output, &at)? {
                let value =
                    self.with_lookup(lookup, |scope| scope.required(&output["Value"], &at))?;
                outputs.insert(name.clone(), value);
            }
        }
        Ok(outputs)
    }

    /// Everything at once, for a caller that knows every value beforehand (see [`crate::stand_in`]).
    pub fn resolve(&self, lookup: &dyn Fn(&Reference) -> Option<Value>) -> Result<Resolved, Error> {
        let resources = self
            .order
            .iter()
            .map(|logical_id| self.resource(logical_id, lookup))
            .collect::<Result<Vec<_>, _>>()?;
        let functions = resources
            .iter()
            .filter(|resource| resource.resource_type == FUNCTION)
            .map(Resource::function)
            .collect::<Result<_, _>>()?;
        Ok(Resolved {
            resources,
            functions,
            outputs: self.outputs(lookup)?,
        })
    }

    pub(crate) fn is_pseudo(&self, name: &str) -> bool {
        self.pseudo.get(name).is_some()
    }

    pub(crate) fn template(&self) -> &'t Template {
        self.template
    }

    /// Does the condition of this resource or output hold?
    pub(crate) fn holds(&self, written: &Value, at: &str) -> Result<bool, Error> {
        match &written["Condition"] {
            Value::Null => Ok(true),
            name => self.with_lookup(&|_| None, |scope| scope.named_condition(name, at)),
        }
    }

    pub(crate) fn with_lookup<T>(
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

pub(crate) fn depends_on(written: &Value) -> Vec<String> {
    match &written["DependsOn"] {
        Value::String(one) => vec![one.clone()],
        Value::Array(many) => many
            .iter()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect(),
        _ => Vec::new(),
    }
}
