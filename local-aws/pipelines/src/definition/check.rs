//! Rules for a definition beyond its shape: names are unique, references lead somewhere,
//! nothing waits for itself or for a branch that may not be taken.

use std::collections::{BTreeMap, BTreeSet};

use super::super::duration;
use super::super::reference::{self, Reference};
use super::super::retry::RetryPolicy;
use super::model::{Definition, DefinitionError, Step, StepKind};

fn references_of(step: &Step) -> Result<Vec<Reference>, DefinitionError> {
    let arguments = match &step.kind {
        StepKind::Condition(_) => &step.arguments["Conditions"],
        _ => &step.arguments,
    };
    reference::references(arguments)
        .map_err(|e| DefinitionError(format!("step '{}': {e}", step.name)))
}

pub fn references(definition: &Definition) -> Result<(), DefinitionError> {
    unique("parameter", definition.parameters.iter().map(|p| &p.name))?;
    unique("step", definition.steps.iter().map(|s| &s.name))?;
    for parameter in &definition.parameters {
        if let Some(value) = &parameter.default_value {
            parameter.check(value).map_err(DefinitionError)?;
        }
    }
    for step in &definition.steps {
        name(&step.name)?;
        if let Some(expire_after) = step.cache.as_ref().and_then(|c| c.expire_after.as_ref()) {
            duration::seconds(expire_after).ok_or_else(|| {
                wrong(
                    step,
                    &format!("ExpireAfter '{expire_after}' is no ISO 8601 duration"),
                )
            })?;
        }
        for reference in references_of(step)? {
            known(definition, step, &reference)?;
        }
        for dependency in &step.depends_on {
            reachable(definition, step, dependency)?;
        }
    }
    Ok(())
}

/// The steps' retry policies, which a definition that is stored already need not keep.
pub fn retry_policies(definition: &Definition) -> Result<(), DefinitionError> {
    definition.steps.iter().try_for_each(retries)
}

/// Steps without a job, model or package have nothing to try again: AWS names the types that take a policy.
fn retries(step: &Step) -> Result<(), DefinitionError> {
    let has_none = matches!(step.kind, StepKind::Condition(_) | StepKind::Fail);
    if has_none && !step.retries.is_empty() {
        let kind = step.kind.name();
        return Err(wrong(
            step,
            &format!("a {kind} step takes no RetryPolicies"),
        ));
    }
    let mut faults = step.retries.iter().filter_map(RetryPolicy::fault);
    faults.next().map_or(Ok(()), |fault| {
        Err(wrong(step, &format!("RetryPolicies: {fault}")))
    })
}

/// No step may wait for itself, not through others either.
pub fn order(definition: &Definition) -> Result<(), DefinitionError> {
    let mut waiting: BTreeMap<&str, BTreeSet<&str>> = definition
        .steps
        .iter()
        .map(|step| {
            let branch = step.branch.iter().map(|b| b.condition.as_str());
            let dependencies = step.depends_on.iter().map(String::as_str).chain(branch);
            (step.name.as_str(), dependencies.collect())
        })
        .collect();
    while !waiting.is_empty() {
        let free: Vec<&str> = waiting
            .iter()
            .filter(|(_, dependencies)| !dependencies.iter().any(|d| waiting.contains_key(d)))
            .map(|(name, _)| *name)
            .collect();
        if free.is_empty() {
            let circle: Vec<&str> = waiting.keys().copied().collect();
            return Err(DefinitionError(format!(
                "steps wait for each other: {}",
                circle.join(", ")
            )));
        }
        for name in free {
            waiting.remove(name);
        }
    }
    Ok(())
}

fn unique<'a>(what: &str, names: impl Iterator<Item = &'a String>) -> Result<(), DefinitionError> {
    let mut seen = BTreeSet::new();
    for name in names {
        if !seen.insert(name) {
            return Err(DefinitionError(format!("{what} '{name}' is there twice")));
        }
    }
    Ok(())
}

/// `[A-Za-z0-9\-_]*`, at most 64 (`PipelineExecutionStep.StepName`).
fn name(name: &str) -> Result<(), DefinitionError> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if !name.is_empty() && name.len() <= 64 && name.chars().all(allowed) {
        return Ok(());
    }
    Err(DefinitionError(format!(
        "step name '{name}' is not [A-Za-z0-9_-]{{1,64}}"
    )))
}

fn known(
    definition: &Definition,
    step: &Step,
    reference: &Reference,
) -> Result<(), DefinitionError> {
    match reference {
        Reference::Parameter(name) => {
            if definition.parameters.iter().any(|p| &p.name == name) {
                return Ok(());
            }
            Err(wrong(step, &format!("parameter '{name}' is not declared")))
        }
        Reference::File { step: from, file } => {
            let declared = definition.step(from).is_some_and(|s| {
                s.property_files
                    .iter()
                    .any(|f| &f.property_file_name == file)
            });
            if declared {
                return Ok(());
            }
            Err(wrong(
                step,
                &format!("step '{from}' declares no property file '{file}'"),
            ))
        }
        // Its step is among the dependencies, which are looked at by themselves.
        Reference::Property { .. } | Reference::Execution(_) => Ok(()),
    }
}

/// A step inside a branch may never run: only steps of the same branch, or deeper in it, can wait
/// for it.
fn reachable(
    definition: &Definition,
    step: &Step,
    dependency: &str,
) -> Result<(), DefinitionError> {
    let Some(target) = definition.step(dependency) else {
        return Err(wrong(step, &format!("step '{dependency}' does not exist")));
    };
    let Some(needed) = &target.branch else {
        return Ok(());
    };
    let mut here = step.branch.as_ref();
    while let Some(branch) = here {
        if branch == needed {
            return Ok(());
        }
        here = definition
            .step(&branch.condition)
            .and_then(|s| s.branch.as_ref());
    }
    Err(wrong(
        step,
        &format!(
            "it waits for '{dependency}', which only a branch of '{}' runs",
            needed.condition
        ),
    ))
}

fn wrong(step: &Step, what: &str) -> DefinitionError {
    DefinitionError(format!("step '{}': {what}", step.name))
}
