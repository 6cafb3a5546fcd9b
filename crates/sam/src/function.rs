//! `AWS::Serverless::Function`, in the words of the SAM specification.

mod events;

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

pub use events::{
    DeadLetterConfig, EventRule, EventSource, RetryPolicy, RuleTarget, Schedule, Trigger,
};

use crate::intrinsics::strings::text;
use crate::lenient::lenient_u64;
use crate::{Error, Resource};

/// A function as it is deployed. Units are in the names.
#[derive(Clone, Debug, PartialEq)]
pub struct Function {
    pub logical_id: String,
    /// `FunctionName`; `None` lets the deployment make a name.
    pub function_name: Option<String>,
    /// The folder of the function's Cargo.toml, relative to the template.
    pub code_uri: String,
    pub handler: String,
    pub runtime: Option<String>,
    pub architectures: Vec<String>,
    pub timeout_seconds: u64,
    pub memory_mb: u64,
    pub environment: BTreeMap<String, String>,
    /// In the order of the template.
    pub events: Vec<EventSource>,
    /// Statements or names of SAM policy templates, as resolved.
    pub policies: Vec<Value>,
    pub role: Option<String>,
    /// `Active`, `PassThrough`, `Disabled`.
    pub tracing: Option<String>,
    pub event_invoke_config: EventInvokeConfig,
    pub function_url_config: Option<FunctionUrlConfig>,
    pub reserved_concurrent_executions: Option<u64>,
    /// The section `Metadata`, which holds `BuildMethod`.
    pub metadata: Value,
}

/// What happens to an asynchronous invocation that fails.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventInvokeConfig {
    /// 0 to 2.
    pub maximum_retry_attempts: u64,
    pub maximum_event_age_seconds: u64,
    /// The event bus's ARN that gets a record of each success.
    pub on_success: Option<String>,
    /// The ARN that gets a record of what failed for good.
    pub on_failure: Option<String>,
    /// `DeadLetterQueue`: gets the bare event.
    pub dead_letter_queue: Option<String>,
}

/// `FunctionUrlConfig`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct FunctionUrlConfig {
    pub auth_type: AuthType,
    pub invoke_mode: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum AuthType {
    #[serde(rename = "AWS_IAM")]
    AwsIam,
    #[serde(rename = "NONE")]
    None,
}

/// What SAM understands and this crate reads; anything else is refused by serde, by name.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Properties {
    function_name: Option<String>,
    code_uri: String,
    handler: Option<String>,
    runtime: Option<String>,
    #[serde(default)]
    architectures: Vec<String>,
    #[serde(default, deserialize_with = "lenient_u64")]
    timeout: Option<u64>,
    #[serde(default, deserialize_with = "lenient_u64")]
    memory_size: Option<u64>,
    #[serde(default)]
    environment: Environment,
    #[serde(default)]
    events: serde_json::Map<String, Value>,
    policies: Option<Value>,
    role: Option<String>,
    tracing: Option<String>,
    #[serde(default)]
    event_invoke_config: InvokeConfig,
    dead_letter_queue: Option<DeadLetterQueue>,
    function_url_config: Option<FunctionUrlConfig>,
    #[serde(default, deserialize_with = "lenient_u64")]
    reserved_concurrent_executions: Option<u64>,
    // Of use in an account only.
    #[serde(rename = "Description")]
    _description: Option<String>,
    #[serde(rename = "Tags")]
    _tags: Option<Value>,
    #[serde(rename = "LoggingConfig")]
    _logging_config: Option<Value>,
    #[serde(rename = "KmsKeyArn")]
    _kms_key_arn: Option<String>,
    #[serde(rename = "VpcConfig")]
    _vpc_config: Option<Value>,
    #[serde(rename = "EphemeralStorage")]
    _ephemeral_storage: Option<Value>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Environment {
    #[serde(default)]
    variables: serde_json::Map<String, Value>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct InvokeConfig {
    #[serde(default, deserialize_with = "lenient_u64")]
    maximum_retry_attempts: Option<u64>,
    #[serde(default, deserialize_with = "lenient_u64")]
    maximum_event_age_in_seconds: Option<u64>,
    #[serde(default)]
    destination_config: DestinationConfig,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct DestinationConfig {
    on_success: Option<Destination>,
    on_failure: Option<Destination>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Destination {
    #[serde(rename = "Type")]
    kind: Option<String>,
    destination: String,
}

impl Destination {
    /// The ARN of an event bus, the one destination of a success that is known here.
    fn event_bus(self, at: &str) -> Result<String, Error> {
        if self.kind.as_deref() == Some("EventBridge") {
            return Ok(self.destination);
        }
        Err(Error::Refused {
            at: format!("{at}.EventInvokeConfig.DestinationConfig.OnSuccess"),
            name: self.kind.unwrap_or_default(),
            reason: "only EventBridge is known here".to_owned(),
        })
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct DeadLetterQueue {
    #[serde(rename = "Type")]
    _type: String,
    target_arn: String,
}

impl Resource {
    /// Reads an `AWS::Serverless::Function`.
    pub fn function(&self) -> Result<Function, Error> {
        Function::from_resource(self)
    }
}

impl Function {
    fn from_resource(resource: &Resource) -> Result<Self, Error> {
        let at = format!("Resources.{}.Properties", resource.logical_id);
        let read = Properties::deserialize(&Value::Object(resource.properties.clone()));
        let properties = read.map_err(|error| Error::Shape {
            at: at.clone(),
            expected: "the properties of a function".to_owned(),
            found: error.to_string(),
        })?;
        let variable = |(name, value): (&String, &Value)| {
            Ok::<_, Error>((
                name.clone(),
                text(value, &format!("{at}.Environment.Variables.{name}"))?,
            ))
        };
        let invoke = properties.event_invoke_config;
        let destinations = invoke.destination_config;
        Ok(Function {
            logical_id: resource.logical_id.clone(),
            function_name: properties.function_name,
            code_uri: properties.code_uri,
            handler: properties.handler.unwrap_or_else(|| "bootstrap".to_owned()),
            runtime: properties.runtime,
            architectures: properties.architectures,
            // Lambda's own defaults.
            timeout_seconds: properties.timeout.unwrap_or(3),
            memory_mb: properties.memory_size.unwrap_or(128),
            environment: properties
                .environment
                .variables
                .iter()
                .map(variable)
                .collect::<Result<_, _>>()?,
            events: properties
                .events
                .iter()
                .map(|(name, event)| EventSource::read(name, event, &format!("{at}.Events.{name}")))
                .collect::<Result<_, _>>()?,
            policies: match properties.policies {
                None => Vec::new(),
                Some(Value::Array(policies)) => policies,
                Some(one) => vec![one],
            },
            role: properties.role,
            tracing: properties.tracing,
            event_invoke_config: EventInvokeConfig {
                maximum_retry_attempts: invoke.maximum_retry_attempts.unwrap_or(2),
                maximum_event_age_seconds: invoke
                    .maximum_event_age_in_seconds
                    .unwrap_or(6 * 60 * 60),
                on_success: destinations
                    .on_success
                    .map(|bus| bus.event_bus(&at))
                    .transpose()?,
                on_failure: destinations.on_failure.map(|target| target.destination),
                dead_letter_queue: properties.dead_letter_queue.map(|queue| queue.target_arn),
            },
            function_url_config: properties.function_url_config,
            reserved_concurrent_executions: properties.reserved_concurrent_executions,
            metadata: resource.metadata.clone(),
        })
    }

    /// The last part of `CodeUri`: the package, and so the binary, of this function.
    pub fn package(&self) -> &str {
        self.code_uri
            .trim_end_matches('/')
            .rsplit('/')
            .next()
            .unwrap_or(&self.code_uri)
    }
}
