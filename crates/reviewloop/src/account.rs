//! One stack in one account, local or not: the SDK's clients and the names that derive from the
//! stack's. The SDK's standard settings are the only switch between the two.

mod objects;
pub mod upload;

use std::collections::HashMap;
use std::sync::Arc;

use anyhow::{Context, bail};
use aws_config::{BehaviorVersion, Region};
use aws_sdk_lambda::types::InvocationType;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use aws_types::SdkConfig;
use contracts::names;
use local_aws::Cloud;
use policy::hosting::Hosting;
use policy::shell::at_stack;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::aws_cli::Cli;
use crate::sentence::Sentence;
use crate::stack;

pub struct Account {
    pub stack: String,
    pub number: String,
    pub region: String,
    pub bucket: String,
    pub s3: aws_sdk_s3::Client,
    pub lambda: aws_sdk_lambda::Client,
    pub sagemaker: aws_sdk_sagemaker::Client,
    pub a2i: aws_sdk_sagemakera2iruntime::Client,
    pub sqs: aws_sdk_sqs::Client,
    pub autoscaling: aws_sdk_applicationautoscaling::Client,
    pub athena: aws_sdk_athena::Client,
    pub cognito: aws_sdk_cognitoidentityprovider::Client,
    /// The emulator that stands in for the account, where it runs in this process.
    pub emulator: Option<Arc<Cloud>>,
}

/// An object that was just written, as its receipt will be named.
pub struct Uploaded {
    pub key: String,
    pub etag: String,
    /// Seconds since 1970.
    pub modified: i64,
}

/// An endpoint and the credentials for it, where the environment does not name them.
pub struct Connection<'a> {
    pub endpoint_url: &'a str,
    pub region: &'a str,
    pub access_key_id: &'a str,
    pub secret_access_key: &'a str,
}

/// The stack in the account that the environment names.
pub async fn from_environment(stack: &str) -> anyhow::Result<Account> {
    let config = environment().await?;
    match Account::find(stack, &config).await? {
        Some(account) => Ok(account),
        None => bail!(missing(stack, &config).await?),
    }
}

/// Why there is no pipeline, as far as CloudFormation knows.
async fn missing(stack: &str, config: &SdkConfig) -> anyhow::Result<String> {
    let region = region(config)?;
    let cli = Cli {
        program: "aws",
        region: &region,
    };
    // Without the AWS CLI this says less.
    let status = stack::status(&cli, stack).await.unwrap_or_default();
    let remedy = status
        .as_deref()
        .and_then(|status| stack::remedy(status, stack, "NUMBER"));
    Ok(match (status, remedy) {
        (Some(status), Some(remedy)) => {
            format!("the stack {stack} in {region} is {status}: {remedy}")
        }
        _ => no_pipeline(stack, &region),
    })
}

fn no_pipeline(stack: &str, region: &str) -> String {
    let pipeline = names::pipeline(stack);
    format!(
        "there is no pipeline {pipeline} in {region}; deploy the stack (infra/deploy) or start `reviewloop up`"
    )
}

/// Profile, region and `AWS_ENDPOINT_URL`, as the environment names them.
pub async fn environment() -> anyhow::Result<SdkConfig> {
    // The SDK takes an empty one for an address and panics.
    if std::env::var_os("AWS_ENDPOINT_URL").is_some_and(|url| url.is_empty()) {
        bail!("AWS_ENDPOINT_URL is empty; unset it to use AWS itself");
    }
    Ok(loader().load().await)
}

/// Whether the environment names an emulator instead of AWS itself.
pub fn is_emulated() -> bool {
    std::env::var_os("AWS_ENDPOINT_URL").is_some_and(|url| !url.is_empty())
}

/// The emulator that this process serves.
pub async fn through(connection: &Connection<'_>, stack: &str) -> anyhow::Result<Account> {
    let found = Account::find(stack, &config(connection).await).await?;
    found.with_context(|| no_pipeline(stack, connection.region))
}

pub async fn config(connection: &Connection<'_>) -> SdkConfig {
    let (id, secret) = (connection.access_key_id, connection.secret_access_key);
    let credentials = aws_sdk_s3::config::Credentials::new(id, secret, None, None, "reviewloop");
    loader()
        .endpoint_url(connection.endpoint_url)
        .region(Region::new(connection.region.to_owned()))
        .credentials_provider(credentials)
        .load()
        .await
}

fn loader() -> aws_config::ConfigLoader {
    let http = aws_smithy_http_client::Builder::new()
        .tls_provider(Provider::Rustls(CryptoMode::Ring))
        .build_https();
    aws_config::defaults(BehaviorVersion::latest()).http_client(http)
}

fn region(config: &SdkConfig) -> anyhow::Result<String> {
    let region = config.region().map(ToString::to_string);
    region.context("no region is set; export AWS_REGION or set one in the AWS profile")
}

impl Account {
    /// Finds the stack by its pipeline, whose ARN tells the account's number.
    async fn find(stack: &str, config: &SdkConfig) -> anyhow::Result<Option<Account>> {
        let found = match aws_sdk_sagemaker::Client::new(config)
            .describe_pipeline()
            .pipeline_name(names::pipeline(stack))
            .send()
            .await
        {
            Ok(found) => found,
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(|error| error.is_resource_not_found()) =>
            {
                return Ok(None);
            }
            Err(error) => return Err(error.sentence("find the stack")),
        };
        let arn = found.pipeline_arn().context("the pipeline has no ARN")?;
        let number = arn
            .split(':')
            .nth(4)
            .context("the pipeline's ARN names no account")?;
        Account::of(stack, number, config).map(Some)
    }

    /// The stack in an account of that number, whether its pipeline is there or not.
    pub fn of(stack: &str, number: &str, config: &SdkConfig) -> anyhow::Result<Account> {
        let region = region(config)?;
        Ok(Account {
            bucket: names::bucket(stack, number, &region),
            stack: stack.to_owned(),
            number: number.to_owned(),
            region,
            s3: aws_sdk_s3::Client::new(config),
            lambda: aws_sdk_lambda::Client::new(config),
            sagemaker: aws_sdk_sagemaker::Client::new(config),
            a2i: aws_sdk_sagemakera2iruntime::Client::new(config),
            sqs: aws_sdk_sqs::Client::new(config),
            autoscaling: aws_sdk_applicationautoscaling::Client::new(config),
            athena: aws_sdk_athena::Client::new(config),
            cognito: aws_sdk_cognitoidentityprovider::Client::new(config),
            emulator: None,
        })
    }

    /// A command as a person types it for this stack.
    pub fn command(&self, command: &str) -> String {
        at_stack(command, &self.stack)
    }

    /// An ARN of SageMaker in this account.
    pub fn sagemaker_arn(&self, resource: &str) -> String {
        format!(
            "arn:aws:sagemaker:{}:{}:{resource}",
            self.region, self.number
        )
    }

    /// The newest of the stack's flow definitions: while a stack is updated there may be two. `None` where the
    /// stack has no human review.
    pub async fn flow_definition_arn(&self) -> anyhow::Result<Option<String>> {
        let prefix = format!("{}-", names::flow_definition_prefix(&self.stack));
        let list = self.sagemaker.list_flow_definitions().max_results(100);
        let mut pages = list.into_paginator().items().send();
        let mut newest = None;
        while let Some(flow) = pages.next().await {
            let flow = flow.map_err(|error| error.sentence("list the flow definitions"))?;
            if flow
                .flow_definition_name()
                .unwrap_or_default()
                .starts_with(&prefix)
            {
                newest = newest.max(Some((flow.creation_time, flow.flow_definition_arn)));
            }
        }
        Ok(newest.and_then(|(_, arn)| arn))
    }

    /// The dataset that the stack is configured with, as start-pipeline has it; `None` where that cannot be read.
    pub async fn dataset(&self) -> Option<String> {
        self.variable("start-pipeline", "DATASET_NAME").await
    }

    /// In order, as collect-labels has them.
    pub async fn labels(&self) -> anyhow::Result<Vec<String>> {
        let labels = self.variable("collect-labels", "LABELS").await;
        let labels =
            labels.context("collect-labels has no LABELS, or its variables cannot be read")?;
        Ok(policy::lists::texts(&labels)?)
    }

    /// Whether people are asked on the stack's own pages, as collect-labels has it.
    pub async fn has_review_portal(&self) -> bool {
        let reviewers = self.variable("collect-labels", "REVIEWERS").await;
        reviewers.is_some_and(|name| names::review_portal_stack(&name).is_some())
    }

    pub async fn review_portal_url(&self) -> anyhow::Result<String> {
        let function = names::function(&self.stack, "review-portal");
        let get = self.lambda.get_function_url_config();
        match get.function_name(function).send().await {
            Ok(found) => Ok(found.function_url.trim_end_matches('/').to_owned()),
            Err(error) => Err(error.sentence("get the review portal's URL")),
        }
    }

    /// Of the pages on which approvers decide about model versions; `None` where there are none.
    pub async fn decisions_url(&self) -> Option<String> {
        let function = names::function(&self.stack, "decide-model");
        let get = self.lambda.get_function_url_config();
        let found = get.function_name(function).send().await.ok()?;
        Some(found.function_url.trim_end_matches('/').to_owned())
    }

    /// What an endpoint runs on and by which role, as deploy-model has it; `None` where that cannot be read.
    pub async fn hosting(&self) -> Option<(Hosting, String)> {
        let mut variables = self.variables("deploy-model").await?;
        let hosting = variables.remove("HOSTING")?.parse().ok()?;
        Some((hosting, variables.remove("EXECUTION_ROLE_ARN")?))
    }

    async fn variable(&self, function: &str, name: &str) -> Option<String> {
        self.variables(function).await?.remove(name)
    }

    async fn variables(&self, function: &str) -> Option<HashMap<String, String>> {
        let function = names::function(&self.stack, function);
        let get = self.lambda.get_function_configuration();
        let found = get.function_name(function).send().await.ok()?;
        found.environment?.variables
    }

    pub fn model_package_arn(&self, version: i32) -> String {
        let group = names::model_package_group(&self.stack);
        self.sagemaker_arn(&format!("model-package/{group}/{version}"))
    }

    /// Sends an event to a function, by its name or ARN, as a schedule does: Lambda keeps it until the function is free.
    pub async fn send<Q: Serialize>(&self, function: &str, event: &Q) -> anyhow::Result<()> {
        let invoke = self.lambda.invoke().function_name(function);
        let invoke = invoke.invocation_type(InvocationType::Event);
        let sent = invoke.payload(serde_json::to_vec(event)?.into()).send();
        let sent = sent.await.map(drop);
        sent.map_err(|error| error.sentence(&format!("invoke {function}")))
    }

    /// Calls one of the stack's functions and waits for its answer.
    pub async fn invoke<Q: Serialize, A: DeserializeOwned>(
        &self,
        function: &str,
        request: &Q,
    ) -> anyhow::Result<A> {
        let name = names::function(&self.stack, function);
        let payload = serde_json::to_vec(request)?;
        let call = self
            .lambda
            .invoke()
            .function_name(&name)
            .payload(payload.into())
            .send()
            .await;
        let answer = call.map_err(|error| error.sentence(&format!("call {name}")))?;
        let payload = answer.payload().map(AsRef::as_ref).unwrap_or_default();
        if answer.function_error().is_some() {
            let error: serde_json::Value = serde_json::from_slice(payload).unwrap_or_default();
            bail!(
                "{name} failed: {}",
                error["errorMessage"]
                    .as_str()
                    .unwrap_or("it gave no reason")
            );
        }
        serde_json::from_slice(payload).with_context(|| format!("understand the answer of {name}"))
    }
}
