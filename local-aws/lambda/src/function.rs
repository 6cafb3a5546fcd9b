//! A function as it is deployed.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use local_core::store::{Table, Tx};
use local_core::wire::AwsError;
use local_core::{Arn, Cloud, Principal};

const FUNCTIONS: Table<Deployed> = Table::new("lambda/function");

/// The reserved concurrency of the functions that have one: the queue reads it at every look.
const RESERVED: Table<u64> = Table::new("lambda/reserved-concurrency");

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Function {
    pub name: String,
    pub region: String,
    /// The binary's file name below `Settings::functions_dir`.
    pub package: String,
    pub handler: String,
    pub runtime: Option<String>,
    pub architectures: Vec<String>,
    pub role: String,
    pub timeout_seconds: u64,
    pub memory_mb: u64,
    pub environment: BTreeMap<String, String>,
    pub maximum_retry_attempts: u64,
    pub maximum_event_age_seconds: u64,
    /// The event bus's ARN: gets an event about each asynchronous invocation that succeeded.
    #[serde(default)]
    pub on_success: Option<String>,
    /// A queue's ARN: gets a record of what failed for good.
    pub on_failure: Option<String>,
    /// A queue's ARN: gets the bare event of what failed for good.
    pub dead_letter_queue: Option<String>,
    pub reserved_concurrent_executions: Option<u64>,
    pub url: Option<FunctionUrl>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FunctionUrl {
    /// `AuthType` `NONE`; otherwise `AWS_IAM`.
    #[serde(default)]
    pub is_public: bool,
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
}

/// A function and when it came to be so.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Deployed {
    pub function: Function,
    #[serde(with = "time::serde::rfc3339")]
    pub last_modified: OffsetDateTime,
    pub revision_id: String,
}

pub fn arn_of(cloud: &Cloud, region: &str, name: &str) -> String {
    cloud.arn("lambda", region, &format!("function:{name}"))
}

/// Adds the function or changes it; one that is as asked stays untouched.
pub fn deploy_function(cloud: &Cloud, tx: &Tx, function: Function) -> Result<(), AwsError> {
    // The name becomes a path of the Function URL and a file name of the log.
    let allowed = |letter: char| letter.is_ascii_alphanumeric() || letter == '-' || letter == '_';
    if function.name.is_empty() || function.name.len() > 64 || !function.name.chars().all(allowed) {
        return Err(AwsError::validation(format!(
            "{:?} is not a function name",
            function.name
        )));
    }
    let (region, name) = (function.region.clone(), function.name.clone());
    match &function.reserved_concurrent_executions {
        Some(reserved) => RESERVED.put(tx, &region, &name, reserved),
        None => drop(RESERVED.delete(tx, &region, &name)),
    }
    let before = FUNCTIONS.get(tx, &region, &name);
    if before.is_some_and(|before| before.function == function) {
        return Ok(());
    }
    function.check_role(cloud, tx)?;
    let deployed = Deployed {
        function,
        last_modified: cloud.world.now(),
        revision_id: cloud.world.dice("lambda/revision-id").uuid(),
    };
    FUNCTIONS.put(tx, &region, &name, &deployed);
    Ok(())
}

pub fn remove_function(tx: &Tx, region: &str, name: &str) {
    FUNCTIONS.delete(tx, region, name);
    RESERVED.delete(tx, region, name);
}

/// Without the function's document, which may be one that cannot be read.
pub(super) fn reserved_concurrency(tx: &Tx, region: &str, name: &str) -> Option<u64> {
    RESERVED.get(tx, region, name)
}

pub fn exists(tx: &Tx, region: &str, name: &str) -> bool {
    FUNCTIONS.contains(tx, region, name)
}

pub fn url_of(tx: &Tx, region: &str, name: &str) -> Option<FunctionUrl> {
    FUNCTIONS.get(tx, region, name)?.function.url
}

/// Every function of a region, by name.
pub fn functions(tx: &Tx, region: &str) -> Vec<Function> {
    Deployed::list(tx, region)
        .into_iter()
        .map(|deployed| deployed.function)
        .collect()
}

impl Deployed {
    pub fn get(tx: &Tx, region: &str, name: &str) -> Option<Self> {
        FUNCTIONS.get(tx, region, name)
    }

    /// By name, partial ARN or ARN, with or without `$LATEST`.
    pub fn find(cloud: &Cloud, tx: &Tx, region: &str, identifier: &str) -> Result<Self, AwsError> {
        let name = identifier.strip_suffix(":$LATEST").unwrap_or(identifier);
        let name = match Arn::parse(name) {
            // An ARN of another region finds nothing here.
            Some(arn) if arn.service == "lambda" && arn.region == region => {
                arn.name("function").unwrap_or(name)
            }
            Some(_) => name,
            None => name.rsplit_once("function:").map_or(name, |(_, name)| name),
        };
        Self::get(tx, region, name).ok_or_else(|| {
            let message = format!("Function not found: {}", arn_of(cloud, region, name));
            AwsError::new(404, "ResourceNotFoundException", message).with_member("Type", "User")
        })
    }

    pub fn list(tx: &Tx, region: &str) -> Vec<Self> {
        FUNCTIONS
            .list(tx, region)
            .into_iter()
            .map(|(_, function)| function)
            .collect()
    }
}

impl Function {
    pub fn arn(&self, cloud: &Cloud) -> String {
        arn_of(cloud, &self.region, &self.name)
    }

    /// Refuses a role that Lambda may not assume, as Lambda does.
    pub(super) fn check_role(&self, cloud: &Cloud, tx: &Tx) -> Result<(), AwsError> {
        if cloud.may_assume(tx, &self.role, "lambda.amazonaws.com") {
            return Ok(());
        }
        let message = "The role defined for the function cannot be assumed by Lambda.";
        Err(AwsError::new(
            400,
            "InvalidParameterValueException",
            message,
        ))
    }

    /// A session of its role, named after it.
    pub fn principal(&self) -> Principal {
        Principal::role(&self.role, &self.name)
    }
}
