//! The order of deployment: each resource after those that it refers to.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use crate::globals::FUNCTION;
use crate::references::references_in;
use crate::settled::Settled;
use crate::{Error, Reference};

/// The resources whose condition holds.
#[derive(Debug)]
pub(crate) struct Order {
    /// Logical ids in dependency order; among equals, in the order of the template.
    pub logical_ids: Vec<String>,
    /// By logical id, those that it waits for.
    pub needs: BTreeMap<String, Vec<String>>,
}

pub(crate) fn order(settled: &Settled) -> Result<Order, Error> {
    let resources = &settled.template.resources;
    let mut present = BTreeSet::new();
    for (logical_id, written) in resources {
        let at = format!("Resources.{logical_id}");
        every_reference_exists(settled, written, &at)?;
        if settled.holds(written, &at)? {
            present.insert(logical_id.as_str());
        }
    }
    for (name, written) in &settled.template.outputs {
        every_reference_exists(settled, written, &format!("Outputs.{name}"))?;
    }
    let mut needs = BTreeMap::new();
    for logical_id in &present {
        needs.insert(*logical_id, needed_by(settled, logical_id, &present)?);
    }
    let mut walk = Walk {
        needs: &needs,
        order: Vec::new(),
        path: Vec::new(),
    };
    for logical_id in resources
        .keys()
        .filter(|logical_id| present.contains(logical_id.as_str()))
    {
        walk.visit(logical_id)?;
    }
    let logical_ids = walk.order;
    let owned = |names: Vec<&str>| names.into_iter().map(str::to_owned).collect();
    Ok(Order {
        logical_ids,
        needs: needs
            .into_iter()
            .map(|(name, needed)| (name.to_owned(), owned(needed)))
            .collect(),
    })
}

/// What this resource waits for. Branches of `Fn::If` that are not taken do not count.
fn needed_by<'t>(
    settled: &Settled<'t>,
    logical_id: &str,
    present: &BTreeSet<&'t str>,
) -> Result<Vec<&'t str>, Error> {
    let resources = &settled.template.resources;
    let written = &resources[logical_id];
    let at = format!("Resources.{logical_id}");
    let chosen = |condition: &Value| {
        settled
            .with_lookup(&|_| None, |scope| scope.named_condition(condition, &at))
            .map(Some)
    };
    let mut found = references_in(written, &at, &chosen)?;
    for name in depends_on(written) {
        found.push((
            format!("{at}.DependsOn"),
            Reference::Resource { logical_id: name },
        ));
    }
    let mut needed = BTreeSet::new();
    for (at, reference) in found {
        let Some(owner) = owner(resources, reference.logical_id()) else {
            continue;
        };
        let Some(present) = present.get(owner.logical_id) else {
            let target = &resources[owner.logical_id];
            let condition = target["Condition"].as_str().unwrap_or_default().to_owned();
            return Err(Error::LeftOut {
                at,
                reference: reference.to_string(),
                condition,
            });
        };
        // A function may name what SAM makes for it, such as its own role.
        if owner.logical_id != logical_id || owner.generated.is_none() {
            needed.insert(*present);
        }
    }
    Ok(needed.into_iter().collect())
}

/// The resource that makes a logical id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Owner<'a> {
    pub logical_id: &'a str,
    /// What SAM generates for it, such as `Role` or an event's name; none where the id is the resource's own.
    pub generated: Option<&'a str>,
}

pub(crate) fn owner<'a>(
    resources: &'a Map<String, Value>,
    logical_id: &'a str,
) -> Option<Owner<'a>> {
    if let Some((name, _)) = resources.get_key_value(logical_id) {
        return Some(Owner {
            logical_id: name,
            generated: None,
        });
    }
    resources.iter().find_map(|(name, resource)| {
        let rest = logical_id.strip_prefix(name.as_str())?;
        let generated = resource["Type"] == FUNCTION
            && (matches!(rest, "Role" | "Url" | "LogGroup" | "EventInvokeConfig")
                || resource["Properties"]["Events"].get(rest).is_some());
        generated.then_some(Owner {
            logical_id: name,
            generated: Some(rest),
        })
    })
}

/// Also in branches that are not taken, a reference must lead somewhere.
fn every_reference_exists(settled: &Settled, written: &Value, at: &str) -> Result<(), Error> {
    let mut references = references_in(written, at, &|_| Ok(None))?;
    for name in depends_on(written) {
        references.push((
            format!("{at}.DependsOn"),
            Reference::Resource { logical_id: name },
        ));
    }
    for (at, reference) in references {
        let name = reference.logical_id();
        let known = name == "AWS::NoValue"
            || settled.parameters.contains_key(name)
            || settled.pseudo.get(name).is_some()
            || owner(&settled.template.resources, name).is_some();
        if !known {
            return Err(Error::RefToNothing {
                at,
                reference: reference.to_string(),
            });
        }
    }
    Ok(())
}

/// Depth first; `path` is the way from the start, so that a cycle can be told.
struct Walk<'a> {
    needs: &'a BTreeMap<&'a str, Vec<&'a str>>,
    order: Vec<String>,
    path: Vec<String>,
}

impl Walk<'_> {
    fn visit(&mut self, logical_id: &str) -> Result<(), Error> {
        if self.order.iter().any(|done| done == logical_id) {
            return Ok(());
        }
        if let Some(start) = self.path.iter().position(|step| step == logical_id) {
            let mut cycle = self.path.split_off(start);
            cycle.push(logical_id.to_owned());
            return Err(Error::Cycle {
                path: cycle.join(" -> "),
            });
        }
        self.path.push(logical_id.to_owned());
        for needed in &self.needs[logical_id] {
            self.visit(needed)?;
        }
        self.path.pop();
        self.order.push(logical_id.to_owned());
        Ok(())
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
