//! The beginning of a step: resolve its arguments, take a cached result or make the job,
//! model or package that it is for.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::context::{Context, variables};
use super::definition::{Definition, Step, StepKind};
use super::execution::{Execution, StepResult, StepRun, StepStatus};
use super::reference::{self, Reference, Segment, references};
use super::resolve::{Scope, resolve};
use super::retry::{self, ExceptionType};
use super::step_job::{self, request};
use super::{cache, condition};
use local_core::names;
use local_core::store::Table;
use local_core::timestamp::Timestamp;
use local_core::wire::AwsError;
use local_s3 as s3;
use local_sagemaker::jobs::{Processing, Training};
use local_sagemaker::models;
use local_sagemaker::registry::{groups, packages};

const CACHE: Table<Cached> = Table::new("sagemaker/pipeline-cache");

/// A result that later executions may take.
#[derive(Debug, Serialize, Deserialize)]
struct Cached {
    execution_arn: String,
    result: StepResult,
    ended: Timestamp,
}

pub struct Started {
    pub result: StepResult,
    pub cache_key: Option<String>,
    pub cache_hit: Option<String>,
}

/// Why a step could not begin.
pub enum Refusal {
    /// A sentence for people about its arguments.
    Wrong(String),
    /// The refusal of the operation that the step stands for.
    Refused(String, AwsError),
}

pub fn start(
    context: &Context,
    execution: &Execution,
    definition: &Definition,
    step: &Step,
) -> Result<Started, Refusal> {
    let scope = scope(context, execution, definition, step)?;
    if let StepKind::Condition(conditions) = &step.kind {
        let outcome = condition::holds(conditions, &scope).map_err(|error| error.to_string())?;
        return Ok(Started::fresh(StepResult::Condition { outcome }));
    }
    let arguments = resolve(&step.arguments, &scope).map_err(|e| e.to_string())?;
    let cache_key = cache::key(step, &arguments);
    if let Some(key) = &cache_key
        && let Some(cached) = find(context, execution, step, key)
    {
        return Ok(Started {
            result: cached.result,
            cache_key,
            cache_hit: Some(cached.execution_arn),
        });
    }
    let result = make(context, execution, step, arguments)?;
    Ok(Started {
        cache_key,
        ..Started::fresh(result)
    })
}

/// Keeps a finished step's result for later executions.
pub fn remember(context: &Context, execution: &Execution, run: &StepRun) {
    if let (Some(key), Some(result)) = (&run.cache_key, &run.result) {
        let cached = Cached {
            execution_arn: execution.arn.clone(),
            result: result.clone(),
            ended: context.now,
        };
        let name = format!("{}/{key}", execution.pipeline_name);
        CACHE.put(context.tx, context.region, &name, &cached);
    }
}

impl Started {
    fn fresh(result: StepResult) -> Started {
        Started {
            result,
            cache_key: None,
            cache_hit: None,
        }
    }
}

/// A cached result that is fresh and whose job is still described.
fn find(context: &Context, execution: &Execution, step: &Step, key: &str) -> Option<Cached> {
    let name = format!("{}/{key}", execution.pipeline_name);
    let cached: Cached = CACHE.get(context.tx, context.region, &name)?;
    let age = context.now.seconds_since(cached.ended);
    let fresh = cache::is_fresh(step, age as i64);
    properties(context, &cached.result)?;
    fresh.then_some(cached)
}

fn make(
    context: &Context,
    execution: &Execution,
    step: &Step,
    mut arguments: Value,
) -> Result<StepResult, Refusal> {
    let Context {
        cloud, tx, region, ..
    } = *context;
    let name = resource_name(context, execution, step);
    if let StepKind::Processing | StepKind::Training | StepKind::Tuning | StepKind::Model =
        step.kind
    {
        tag(&mut arguments, &execution.arn);
    }
    match &step.kind {
        StepKind::Processing => {
            let arn = step_job::create::<Processing>(context, &name, arguments)
                .map_err(refused("CreateProcessingJob"))?;
            Ok(StepResult::ProcessingJob { name, arn })
        }
        StepKind::Training => {
            let arn = step_job::create::<Training>(context, &name, arguments)
                .map_err(refused("CreateTrainingJob"))?;
            Ok(StepResult::TrainingJob { name, arn })
        }
        StepKind::Tuning => {
            let arn = step_job::create_tuning(context, &name, arguments)
                .map_err(refused("CreateHyperParameterTuningJob"))?;
            Ok(StepResult::TuningJob { name, arn })
        }
        StepKind::Model => {
            arguments["ModelName"] = name.as_str().into();
            let model = context
                .may_make("CreateModel", &arguments)
                .and_then(|()| request(cloud, "CreateModel", arguments))
                .and_then(|request| models::put_new(cloud, tx, region, request))
                .map_err(refused("CreateModel"))?;
            let arn = model.arn;
            Ok(StepResult::Model { name, arn })
        }
        StepKind::RegisterModel => {
            arguments["MetadataProperties"] = json!({ "GeneratedBy": execution.arn });
            let request: packages::CreateRequest = request(cloud, "CreateModelPackage", arguments)
                .map_err(refused("CreateModelPackage"))?;
            let group = request.model_package_group_name.as_deref();
            let group = group.ok_or("RegisterModel needs a ModelPackageGroupName")?;
            let members = json!({ "ModelPackageGroupName": group });
            context
                .may("DescribeModelPackageGroup", &members)
                .and_then(|()| context.may_make("CreateModelPackage", &members))
                .map_err(refused("CreateModelPackage"))?;
            let group = groups::get_or_create(cloud, tx, region, group);
            let package = packages::register(cloud, tx, region, group, request)
                .map_err(refused("CreateModelPackage"))?;
            Ok(StepResult::ModelPackage { arn: package.arn })
        }
        StepKind::Fail => {
            let message = arguments["ErrorMessage"].as_str();
            let message = message.ok_or("a Fail step needs an ErrorMessage of text")?;
            Ok(StepResult::Fail {
                message: message.to_owned(),
            })
        }
        StepKind::Condition(_) => Err("a Condition step makes nothing".into()),
    }
}

/// As Pipelines does: a version of a model package alone has the tags of its group.
///
/// Source of the key: the lineage classes of aws/sagemaker-python-sdk, which look for it.
fn tag(arguments: &mut Value, execution_arn: &str) {
    let tag = json!({ "Key": "sagemaker:pipeline-execution-arn", "Value": execution_arn });
    match arguments["Tags"].as_array_mut() {
        Some(tags) => tags.push(tag),
        None => arguments["Tags"] = json!([tag]),
    }
}

fn refused(operation: &str) -> impl FnOnce(AwsError) -> Refusal {
    |error| Refusal::Refused(operation.to_owned(), error)
}

impl From<String> for Refusal {
    fn from(sentence: String) -> Self {
        Refusal::Wrong(sentence)
    }
}

impl From<&str> for Refusal {
    fn from(sentence: &str) -> Self {
        Refusal::Wrong(sentence.to_owned())
    }
}

impl Refusal {
    /// The step's `FailureReason` as AWS words it, and the exception that a retry policy may name.
    pub fn explained(self, execution: &Execution, step: &Step) -> (String, Option<ExceptionType>) {
        let (operation, error) = match self {
            Refusal::Wrong(sentence) => return (format!("ClientError: {sentence}"), None),
            Refusal::Refused(operation, error) => (operation, error),
        };
        let exception = retry::classify(&error.code);
        let mut reason = format!(
            "ClientError: Failed to invoke sagemaker:{operation}. Error Details: {}",
            error.message
        );
        let is_named = |exception| {
            let mut policies = step.retries.iter();
            policies.any(|policy| policy.exception_type.contains(&exception))
        };
        if exception == Some(ExceptionType::ResourceLimit)
            && !is_named(ExceptionType::ResourceLimit)
        {
            reason.push_str(&format!(
                "\nRetry not appropriate on execution of step with PipelineExecutionArn {} and \
                 StepId {}. No retry policy configured for the exception type \
                 SAGEMAKER_RESOURCE_LIMIT.",
                execution.arn, step.name
            ));
        }
        (reason, exception)
    }
}

/// Everything that the step's references lead to.
fn scope(
    context: &Context,
    execution: &Execution,
    definition: &Definition,
    step: &Step,
) -> Result<Scope, String> {
    let mut scope = Scope {
        parameters: execution.parameters.clone(),
        execution: variables(execution, context.now),
        properties: BTreeMap::new(),
        files: BTreeMap::new(),
    };
    for run in &execution.steps {
        if run.status == StepStatus::Succeeded
            && let Some(described) = run.result.as_ref().and_then(|r| properties(context, r))
        {
            scope.properties.insert(run.name.clone(), described);
        }
    }
    let found = match &step.kind {
        StepKind::Condition(_) => references(&step.arguments["Conditions"]),
        _ => references(&step.arguments),
    };
    for reference in found.map_err(|e| e.to_string())? {
        if let Reference::File { step, file } = reference {
            let content = property_file(context, definition, &scope, &step, &file)?;
            scope.files.insert((step, file), content);
        }
    }
    Ok(scope)
}

/// The answer of Describe for the job, model or package that a step made.
fn properties(context: &Context, result: &StepResult) -> Option<Value> {
    let Context {
        cloud, tx, region, ..
    } = *context;
    match result {
        StepResult::ProcessingJob { .. }
        | StepResult::TrainingJob { .. }
        | StepResult::TuningJob { .. } => step_job::described(context, result),
        StepResult::Model { name, .. } => {
            let members = json!({ "ModelName": name });
            context.may("DescribeModel", &members).ok()?;
            models::get(tx, region, name).map(|model| models::described(&model))
        }
        StepResult::ModelPackage { arn } => {
            let members = json!({ "ModelPackageName": arn });
            context.may("DescribeModelPackage", &members).ok()?;
            let package = packages::required(cloud, tx, region, arn).ok()?;
            Some(packages::described(&package))
        }
        StepResult::Condition { .. } | StepResult::Fail { .. } => None,
    }
}

/// The content of a property file: an output of the step's job, in S3.
fn property_file(
    context: &Context,
    definition: &Definition,
    scope: &Scope,
    step: &str,
    file: &str,
) -> Result<Value, String> {
    let declared = definition
        .step(step)
        .and_then(|s| {
            s.property_files
                .iter()
                .find(|f| f.property_file_name == file)
        })
        .ok_or_else(|| format!("property file '{file}' of step '{step}' is not declared"))?;
    let path = [
        Segment::Name("ProcessingOutputConfig".to_owned()),
        Segment::Name("Outputs".to_owned()),
        Segment::Key(declared.output_name.clone()),
        Segment::Name("S3Output".to_owned()),
        Segment::Name("S3Uri".to_owned()),
    ];
    let folder = scope
        .properties
        .get(step)
        .and_then(|described| reference::at(described, &path))
        .and_then(Value::as_str)
        .ok_or_else(|| format!("step '{step}' has no output '{}'", declared.output_name))?;
    let uri = format!("{}/{}", folder.trim_end_matches('/'), declared.file_path);
    let (bucket, key) = s3::parse_uri(&uri).ok_or_else(|| format!("'{uri}' is no S3 URI"))?;
    let objects = s3::InName {
        cloud: context.cloud,
        principal: &context.principal,
    };
    let content = objects
        .read_in(context.tx, bucket, key)
        .map_err(|error| format!("property file '{uri}' cannot be read: {error}"))?;
    serde_json::from_slice(&content)
        .map_err(|error| format!("property file '{uri}' is no JSON: {error}"))
}

/// A drawn name, as AWS's are.
fn resource_name(context: &Context, execution: &Execution, step: &Step) -> String {
    let random = names::random(context.cloud.world.dice("pipelines/job-name"), 10);
    job_name(&execution.id, step, &random)
}

/// `pipelines-<execution>-<step>-<random>` within 63 characters. A tuning job's name has 32, and no
/// `pipelines-`.
pub fn job_name(execution: &str, step: &Step, random: &str) -> String {
    let (prefix, most) = match step.kind {
        StepKind::Tuning => ("", 32),
        _ => ("pipelines-", 63),
    };
    let room = most - prefix.len() - execution.len() - random.len() - "--".len();
    let short: String = step.name.replace('_', "-").chars().take(room).collect();
    format!("{prefix}{execution}-{}-{random}", short.trim_matches('-'))
}
