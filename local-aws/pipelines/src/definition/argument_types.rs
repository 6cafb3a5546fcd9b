//! References against the type of the argument that they fill, as CreatePipeline checks them.

use serde_json::Value;

use super::super::reference::{self, Reference, Segment};
use super::model::{Definition, ParameterKind};

/// Arguments that are not text, by their last member. A name has one type in all requests.
const NOT_TEXT: [(&str, ParameterKind); 24] = [
    ("InstanceCount", ParameterKind::Integer),
    ("VolumeSizeInGB", ParameterKind::Integer),
    ("MaxRuntimeInSeconds", ParameterKind::Integer),
    ("MaxWaitTimeInSeconds", ParameterKind::Integer),
    ("MaxNumberOfTrainingJobs", ParameterKind::Integer),
    ("MaxParallelTrainingJobs", ParameterKind::Integer),
    (
        "MaxNumberOfTrainingJobsNotImproving",
        ParameterKind::Integer,
    ),
    ("TargetObjectiveMetricValue", ParameterKind::Float),
    ("RandomSeed", ParameterKind::Integer),
    ("MinResource", ParameterKind::Integer),
    ("MaxResource", ParameterKind::Integer),
    ("TrainingTimeInSeconds", ParameterKind::Integer),
    ("BillableTimeInSeconds", ParameterKind::Integer),
    ("ModelPackageVersion", ParameterKind::Integer),
    // Of `FinalMetricDataList`.
    ("Value", ParameterKind::Float),
    ("AppManaged", ParameterKind::Boolean),
    ("CertifyForMarketplace", ParameterKind::Boolean),
    (
        "EnableInterContainerTrafficEncryption",
        ParameterKind::Boolean,
    ),
    ("EnableManagedSpotTraining", ParameterKind::Boolean),
    ("EnableNetworkIsolation", ParameterKind::Boolean),
    ("EnableSageMakerMetricsTimeSeries", ParameterKind::Boolean),
    ("DisableProfiler", ParameterKind::Boolean),
    ("ProfilingIntervalInMilliseconds", ParameterKind::Integer),
    ("EnableCapture", ParameterKind::Boolean),
];

/// Members whose keys are the caller's: every value of theirs is text.
const MAPS: [&str; 6] = [
    "CustomerMetadataProperties",
    "Environment",
    "HyperParameters",
    "CollectionParameters",
    "RuleParameters",
    "StaticHyperParameters",
];

/// The refusal of the first reference of another type, in AWS's words.
pub fn check(definition: &Definition) -> Result<(), String> {
    let experiment = definition.experiment.iter();
    let arguments = definition
        .steps
        .iter()
        .filter(|step| step.arguments["Conditions"].is_null())
        .map(|step| &step.arguments);
    experiment
        .chain(arguments)
        .try_for_each(|arguments| check_value(definition, arguments, ParameterKind::String))
}

fn check_value(
    definition: &Definition,
    value: &Value,
    wanted: ParameterKind,
) -> Result<(), String> {
    if let Some(get) = reference::get_of(value) {
        let given = kind_of(definition, get);
        return match given {
            Some(given) if given != wanted => Err(format!(
                "Cannot assign property reference [{get}] to argument of type [{wanted:?}]"
            )),
            _ => Ok(()),
        };
    }
    match value {
        // A function's inputs are no arguments.
        Value::Object(members) if members.keys().any(|name| name.starts_with("Std:")) => Ok(()),
        Value::Object(members) => members.iter().try_for_each(|(name, value)| {
            if MAPS.contains(&name.as_str()) {
                let mut values = value.as_object().into_iter().flat_map(|map| map.values());
                return values
                    .try_for_each(|value| check_value(definition, value, ParameterKind::String));
            }
            check_value(definition, value, kind_of_member(name))
        }),
        Value::Array(items) => items
            .iter()
            .try_for_each(|item| check_value(definition, item, wanted)),
        _ => Ok(()),
    }
}

/// The type of what a reference leads to; `None` for what is no scalar, or not there.
fn kind_of(definition: &Definition, get: &str) -> Option<ParameterKind> {
    match reference::parse(get).ok()? {
        Reference::Parameter(name) => {
            let parameter = definition.parameters.iter().find(|p| p.name == name)?;
            Some(parameter.kind)
        }
        Reference::Execution(_) => Some(ParameterKind::String),
        Reference::Property { path, .. } => kind_of_property(&path),
        Reference::File { .. } => None,
    }
}

fn kind_of_property(path: &[Segment]) -> Option<ParameterKind> {
    let in_map = path
        .iter()
        .any(|segment| matches!(segment, Segment::Name(name) if MAPS.contains(&name.as_str())));
    match path.last()? {
        Segment::Name(name) if !in_map => Some(kind_of_member(name)),
        _ => Some(ParameterKind::String),
    }
}

fn kind_of_member(name: &str) -> ParameterKind {
    NOT_TEXT
        .iter()
        .find(|(member, _)| *member == name)
        .map_or(ParameterKind::String, |(_, kind)| *kind)
}
