//! A template with its parameters: which resources there are, in which order, and their values.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::globals::FUNCTION;
use crate::order::{self, Order, Owner, depends_on};
use crate::settled::Settled;
use crate::{
    Error, Function, Parameters, Pseudo, Reference, Resource, Template, parameters, rules,
};

/// Ready to be deployed: see [`Template::plan`].
#[derive(Debug)]
pub struct Plan<'t> {
    settled: Settled<'t>,
    order: Order,
}

/// A whole template resolved at once, in dependency order.
#[derive(Clone, Debug)]
pub struct Resolved {
    pub resources: Vec<Resource>,
    pub functions: Vec<Function>,
    pub outputs: BTreeMap<String, Value>,
}

impl Template {
    /// Decides parameters, rules and conditions, and puts the resources in order.
    pub fn plan(&self, given: &Parameters, pseudo: &Pseudo) -> Result<Plan<'_>, Error> {
        let settled = Settled {
            template: self,
            parameters: parameters::values(&self.parameters, given)?,
            pseudo: pseudo.clone(),
        };
        rules::check(&settled)?;
        let order = order::order(&settled)?;
        Ok(Plan { settled, order })
    }
}

impl Plan<'_> {
    /// Logical ids of the resources whose condition holds, each after what it refers to.
    pub fn order(&self) -> Vec<&str> {
        self.order.logical_ids.iter().map(String::as_str).collect()
    }

    /// Logical ids of the resources that this one refers to or depends on.
    pub fn needs(&self, logical_id: &str) -> &[String] {
        self.order.needs.get(logical_id).map_or(&[], Vec::as_slice)
    }

    /// The type of a resource, as written.
    pub fn resource_type(&self, logical_id: &str) -> &str {
        self.settled.template.resources[logical_id]["Type"]
            .as_str()
            .unwrap_or_default()
    }

    /// The parameter's value, after defaults.
    pub fn parameter(&self, name: &str) -> Option<&Value> {
        self.settled.parameters.get(name)
    }

    /// The resource that makes this logical id: it bears it, or it is a function for which SAM generates
    /// the rest (`Role` of `PredictRole`, an event's rule).
    pub fn owner<'a>(&'a self, logical_id: &'a str) -> Option<Owner<'a>> {
        order::owner(&self.settled.template.resources, logical_id)
    }

    /// One resource; `lookup` says what the resources before it are.
    pub fn resource(
        &self,
        logical_id: &str,
        lookup: &dyn Fn(&Reference) -> Option<Value>,
    ) -> Result<Resource, Error> {
        let at = format!("Resources.{logical_id}");
        let written = self
            .settled
            .template
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
        let properties = match self.settled.with_lookup(lookup, |scope| {
            scope.required(properties, &format!("{at}.Properties"))
        })? {
            Value::Object(properties) => properties,
            other => return Err(Error::shape(&at, "Properties", &other)),
        };
        let text = |name: &str| written[name].as_str().map(str::to_owned);
        Ok(Resource {
            logical_id: logical_id.to_owned(),
            resource_type: text("Type").unwrap_or_default(),
            properties,
            depends_on: depends_on(written),
            condition: text("Condition"),
            deletion_policy: text("DeletionPolicy"),
            update_replace_policy: text("UpdateReplacePolicy"),
            metadata: written["Metadata"].clone(),
        })
    }

    /// The outputs whose condition holds.
    pub fn outputs(
        &self,
        lookup: &dyn Fn(&Reference) -> Option<Value>,
    ) -> Result<BTreeMap<String, Value>, Error> {
        let mut outputs = BTreeMap::new();
        for (name, output) in &self.settled.template.outputs {
            let at = format!("Outputs.{name}");
            if self.settled.holds(output, &at)? {
                let value = self
                    .settled
                    .with_lookup(lookup, |scope| scope.required(&output["Value"], &at))?;
                outputs.insert(name.clone(), value);
            }
        }
        Ok(outputs)
    }

    /// Everything at once, for a caller that knows every value beforehand (see [`crate::stand_in`]).
    pub fn resolve(&self, lookup: &dyn Fn(&Reference) -> Option<Value>) -> Result<Resolved, Error> {
        let resources = self
            .order
            .logical_ids
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
}
