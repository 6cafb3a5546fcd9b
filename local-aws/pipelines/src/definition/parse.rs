//! From JSON text to flat steps.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::super::condition::Condition;
use super::super::reference::{Reference, references};
use super::super::retry::RetryPolicy;
use super::model::{
    Branch, CacheConfig, Definition, DefinitionError, Parameter, PropertyFile, Step, StepKind,
};

const VERSION: &str = "2020-12-01";

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct RawDefinition {
    version: String,
    /// The SDK's notes to itself.
    #[serde(rename = "Metadata", default)]
    _metadata: Value,
    #[serde(default)]
    parameters: Vec<Parameter>,
    pipeline_experiment_config: Option<Value>,
    steps: Vec<Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct RawStep {
    name: String,
    #[serde(rename = "Type")]
    kind: String,
    #[serde(default)]
    arguments: Value,
    #[serde(default)]
    depends_on: Vec<String>,
    display_name: Option<String>,
    description: Option<String>,
    #[serde(default)]
    property_files: Vec<PropertyFile>,
    cache_config: Option<CacheConfig>,
    #[serde(default)]
    retry_policies: Vec<RetryPolicy>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct ConditionArguments {
    conditions: Vec<Condition>,
    #[serde(default)]
    if_steps: Vec<Value>,
    #[serde(default)]
    else_steps: Vec<Value>,
}

pub fn definition(text: &str) -> Result<Definition, DefinitionError> {
    let raw: RawDefinition = serde_json::from_str(text)
        .map_err(|e| DefinitionError(format!("the pipeline definition cannot be read: {e}")))?;
    if raw.version != VERSION {
        return Err(DefinitionError(format!(
            "definition version '{}' is not supported, only '{VERSION}'",
            raw.version
        )));
    }
    let mut steps = Vec::new();
    for step in raw.steps {
        collect(step, None, &mut steps)?;
    }
    if steps.is_empty() {
        return Err(DefinitionError("the pipeline has no steps".into()));
    }
    Ok(Definition {
        parameters: raw.parameters,
        steps,
        experiment: raw.pipeline_experiment_config,
    })
}

/// Adds a step and, for a Condition, the steps of both its branches.
fn collect(
    raw: Value,
    branch: Option<Branch>,
    steps: &mut Vec<Step>,
) -> Result<(), DefinitionError> {
    let named = text(&raw, "Name")?;
    refuse_unsupported(&named, &text(&raw, "Type")?)?;
    let raw: RawStep = read(raw, &format!("step '{named}'"))?;
    let name = raw.name;
    let (kind, branches) = match raw.kind.as_str() {
        "Processing" => (StepKind::Processing, None),
        "Training" => (StepKind::Training, None),
        "Tuning" => (StepKind::Tuning, None),
        "Model" => (StepKind::Model, None),
        "RegisterModel" => (StepKind::RegisterModel, None),
        "Fail" => (StepKind::Fail, None),
        _ => {
            let arguments: ConditionArguments = read(
                raw.arguments.clone(),
                &format!("the arguments of step '{name}'"),
            )?;
            let branches = (arguments.if_steps, arguments.else_steps);
            (StepKind::Condition(arguments.conditions), Some(branches))
        }
    };
    // A Condition's own arguments are its conditions: what the branches refer to is theirs.
    let own = match &kind {
        StepKind::Condition(_) => &raw.arguments["Conditions"],
        _ => &raw.arguments,
    };
    let depends_on = dependencies(&name, raw.depends_on, own)?;
    steps.push(Step {
        name: name.clone(),
        kind,
        display_name: raw.display_name,
        description: raw.description,
        arguments: raw.arguments,
        depends_on,
        branch,
        property_files: raw.property_files,
        cache: raw.cache_config,
        retries: raw.retry_policies,
    });
    if let Some((if_steps, else_steps)) = branches {
        for (outcome, branch_steps) in [(true, if_steps), (false, else_steps)] {
            for step in branch_steps {
                let branch = Branch {
                    condition: name.clone(),
                    outcome,
                };
                collect(step, Some(branch), steps)?;
            }
        }
    }
    Ok(())
}

/// Types that AWS has and this small AWS has not are refused before their fields are looked at.
fn refuse_unsupported(name: &str, kind: &str) -> Result<(), DefinitionError> {
    const SUPPORTED: [&str; 7] = [
        "Processing",
        "Training",
        "Tuning",
        "Model",
        "RegisterModel",
        "Condition",
        "Fail",
    ];
    if SUPPORTED.contains(&kind) {
        return Ok(());
    }
    Err(DefinitionError(format!(
        "step '{name}' has type '{kind}', which is not supported; supported are {}",
        SUPPORTED.join(", ")
    )))
}

fn dependencies(
    step: &str,
    mut depends_on: Vec<String>,
    arguments: &Value,
) -> Result<Vec<String>, DefinitionError> {
    let found =
        references(arguments).map_err(|e| DefinitionError(format!("step '{step}': {e}")))?;
    for reference in found {
        if let Reference::Property { step, .. } | Reference::File { step, .. } = reference
            && !depends_on.contains(&step)
        {
            depends_on.push(step);
        }
    }
    Ok(depends_on)
}

fn text(step: &Value, member: &str) -> Result<String, DefinitionError> {
    step[member]
        .as_str()
        .map(str::to_owned)
        .ok_or_else(|| DefinitionError(format!("a step has no '{member}': {step:.200}")))
}

fn read<T: DeserializeOwned>(value: Value, what: &str) -> Result<T, DefinitionError> {
    serde_json::from_value(value).map_err(|e| DefinitionError(format!("{what}: {e}")))
}
