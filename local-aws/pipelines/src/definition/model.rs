//! The parts of a definition. Steps are kept flat: a step of a branch knows its Condition step and
//! the outcome that lets it run, so that planning needs no recursion.

use serde::Deserialize;
use serde_json::Value;

use super::super::condition::Condition;
use super::super::retry::RetryPolicy;

#[derive(Debug, Clone)]
pub struct Definition {
    pub parameters: Vec<Parameter>,
    /// Every step, also those inside branches, in the order of the definition.
    pub steps: Vec<Step>,
    /// `PipelineExperimentConfig` as written, with its `Get`s.
    pub experiment: Option<Value>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Parameter {
    pub name: String,
    #[serde(rename = "Type")]
    pub kind: ParameterKind,
    pub default_value: Option<Value>,
    #[serde(default)]
    pub enum_values: Vec<Value>,
}

impl Parameter {
    /// Whether a value has the parameter's type and is among its `EnumValues`.
    pub fn check(&self, value: &Value) -> Result<(), String> {
        let fits = match self.kind {
            ParameterKind::String => value.is_string(),
            ParameterKind::Integer => value.is_i64(),
            ParameterKind::Float => value.is_number(),
            ParameterKind::Boolean => value.is_boolean(),
        };
        let name = &self.name;
        if !fits {
            return Err(format!(
                "parameter '{name}' is {:?}, not {value}",
                self.kind
            ));
        }
        if !self.enum_values.is_empty() && !self.enum_values.contains(value) {
            return Err(format!(
                "parameter '{name}' must be one of its EnumValues, not {value}"
            ));
        }
        Ok(())
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum ParameterKind {
    String,
    Integer,
    Float,
    Boolean,
}

#[derive(Debug, Clone)]
pub struct Step {
    pub name: String,
    pub kind: StepKind,
    pub display_name: Option<String>,
    pub description: Option<String>,
    pub arguments: Value,
    /// `DependsOn` and what the arguments refer to.
    pub depends_on: Vec<String>,
    pub branch: Option<Branch>,
    pub property_files: Vec<PropertyFile>,
    pub cache: Option<CacheConfig>,
    pub retries: Vec<RetryPolicy>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum StepKind {
    Processing,
    Training,
    Tuning,
    Model,
    RegisterModel,
    Condition(Vec<Condition>),
    Fail,
}

/// The outcome of which Condition step lets a step run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Branch {
    pub condition: String,
    pub outcome: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct PropertyFile {
    pub property_file_name: String,
    pub output_name: String,
    pub file_path: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct CacheConfig {
    pub enabled: bool,
    /// An ISO 8601 duration; none: the entry never expires.
    pub expire_after: Option<String>,
}

/// The fault of a definition, in a sentence that quotes it.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct DefinitionError(pub String);

impl Definition {
    pub fn step(&self, name: &str) -> Option<&Step> {
        self.steps.iter().find(|step| step.name == name)
    }
}

impl StepKind {
    /// AWS's name of the type, as in the definition and in events.
    pub fn name(&self) -> &'static str {
        match self {
            StepKind::Processing => "Processing",
            StepKind::Training => "Training",
            StepKind::Tuning => "Tuning",
            StepKind::Model => "Model",
            StepKind::RegisterModel => "RegisterModel",
            StepKind::Condition(_) => "Condition",
            StepKind::Fail => "Fail",
        }
    }
}
