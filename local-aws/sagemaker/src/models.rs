//! Models: images and the model data that they serve.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::containers::{self, Containers};
use super::registry::packages::{self, ApprovalStatus};
use local_containers::program;
use local_core::listing::{ListRequest, Listed, SortOrder, page};
use local_core::store::{Table, Tx};
use local_core::tags::{self, Tag};
use local_core::timestamp::Timestamp;
use local_core::wire::{AwsError, Reply};
use local_core::{Call, Cloud};

/// The API reference, "CreateModel", of `Containers`.
const MOST_CONTAINERS: usize = 15;

const MODELS: Table<Model> = Table::new("sagemaker/model");

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Model {
    pub arn: String,
    created: Timestamp,
    request: CreateRequest,
    #[serde(flatten)]
    pub containers: Containers,
}

impl Model {
    pub fn role_arn(&self) -> Option<&str> {
        self.request.execution_role_arn.as_deref()
    }

    /// The names or ARNs of the packages that it was made of.
    pub fn model_package_names(&self) -> impl Iterator<Item = &str> {
        let containers = self.request.containers().iter();
        containers.filter_map(|container| container.model_package_name.as_deref())
    }
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct CreateRequest {
    pub model_name: String,
    primary_container: Option<Container>,
    containers: Option<Vec<Container>>,
    inference_execution_config: Option<InferenceExecutionConfig>,
    execution_role_arn: Option<String>,
    #[serde(default)]
    tags: Vec<Tag>,
    enable_network_isolation: Option<bool>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Container {
    image: Option<String>,
    mode: Option<Mode>,
    model_data_url: Option<String>,
    model_package_name: Option<String>,
    #[serde(default)]
    environment: BTreeMap<String, String>,
    container_hostname: Option<String>,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
enum Mode {
    SingleModel,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct InferenceExecutionConfig {
    mode: ExecutionMode,
}

/// `Direct`, by which a caller chooses one of the containers, is not read.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
enum ExecutionMode {
    Serial,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct NameRequest {
    model_name: String,
}

pub async fn create(call: Call, request: CreateRequest) -> Reply {
    call.cloud.store.write(|tx| {
        let model = put_new(&call.cloud, tx, &call.region, request)?;
        Ok(json!({ "ModelArn": model.arn }))
    })
}

/// The work of CreateModel, also for a pipeline's Model step.
pub fn put_new(
    cloud: &Cloud,
    tx: &Tx,
    region: &str,
    request: CreateRequest,
) -> Result<Model, AwsError> {
    let arn = cloud.arn(
        "sagemaker",
        region,
        &format!("model/{}", request.model_name),
    );
    if get(tx, region, &request.model_name).is_some() {
        return Err(AwsError::validation(format!(
            "Cannot create already existing model \"{arn}\"."
        )));
    }
    if request.enable_network_isolation == Some(true) {
        return Err(AwsError::unsupported(
            "local-aws does not honour the parameter EnableNetworkIsolation of CreateModel",
        ));
    }
    if let Some(role) = &request.execution_role_arn {
        cloud.check_trust(tx, role, "sagemaker.amazonaws.com")?;
    }
    let model = Model {
        arn,
        created: Timestamp::now(&cloud.world),
        containers: serving((cloud, tx), region, &request)?,
        request,
    };
    MODELS.put(tx, region, &model.request.model_name, &model);
    tags::create(tx, &model.arn, &model.request.tags);
    Ok(model)
}

pub async fn describe(call: Call, request: NameRequest) -> Reply {
    let model = call
        .cloud
        .store
        .read(|tx| required(&call.cloud, tx, &call.region, &request.model_name))?;
    Ok(described(&model))
}

pub async fn list(call: Call, request: ListRequest) -> Reply {
    let models = call.cloud.store.read(|tx| MODELS.list(tx, &call.region));
    let listed = models.into_iter().map(|(name, model)| Listed {
        summary: json!({
            "ModelName": name,
            "ModelArn": model.arn,
            "CreationTime": model.created.seconds(),
        }),
        name,
        created: model.created,
        modified: model.created,
        status: "",
    });
    let page = page(listed.collect(), &request, SortOrder::Descending)?;
    Ok(json!({ "Models": page.summaries, "NextToken": page.next_token }))
}

/// Endpoints that use it go on, also where a server is started again: each variant has the model as it
/// was. A new deployment of its configuration is refused.
pub async fn delete(call: Call, request: NameRequest) -> Reply {
    call.cloud.store.write(|tx| {
        let model = required(&call.cloud, tx, &call.region, &request.model_name)?;
        MODELS.delete(tx, &call.region, &request.model_name);
        tags::remove(tx, &model.arn);
        Ok(json!({}))
    })
}

pub fn get(tx: &Tx, region: &str, name: &str) -> Option<Model> {
    MODELS.get(tx, region, name)
}

pub fn required(cloud: &Cloud, tx: &Tx, region: &str, name: &str) -> Result<Model, AwsError> {
    get(tx, region, name).ok_or_else(|| {
        let arn = cloud.arn("sagemaker", region, &format!("model/{name}"));
        AwsError::validation(format!("Could not find model \"{arn}\"."))
    })
}

/// The answer of DescribeModel; `Steps.X` of a Model step refers to its members.
pub fn described(model: &Model) -> Value {
    let request = &model.request;
    json!({
        "ModelName": request.model_name,
        "ModelArn": model.arn,
        "PrimaryContainer": request.primary_container,
        "Containers": request.containers,
        "InferenceExecutionConfig": request.inference_execution_config,
        "ExecutionRoleArn": request.execution_role_arn,
        "CreationTime": model.created.seconds(),
        "EnableNetworkIsolation": false,
    })
}

impl CreateRequest {
    fn containers(&self) -> &[Container] {
        let several = self.containers.as_deref();
        several.unwrap_or(self.primary_container.as_slice())
    }
}

/// What the containers of a request serve with, in line.
fn serving(
    (cloud, tx): (&Cloud, &Tx),
    region: &str,
    request: &CreateRequest,
) -> Result<Containers, AwsError> {
    if request.primary_container.is_some() == request.containers.is_some() {
        return Err(AwsError::validation(
            "a model needs either PrimaryContainer or Containers",
        ));
    }
    let (mut all, mut hostnames) = (Vec::new(), Vec::new());
    for container in request.containers() {
        for (hostname, container) in container.serving((cloud, tx), region)? {
            program::check_environment(&container.environment)?;
            hostnames.push(hostname);
            all.push(container);
        }
    }
    check_line(&hostnames)?;
    Containers::new(all, &hostnames)
        .ok_or_else(|| AwsError::validation("Containers must have at least one container"))
}

/// Source: the API reference, "CreateModel" and "ContainerDefinition".
fn check_line(hostnames: &[Option<String>]) -> Result<(), AwsError> {
    if hostnames.len() > MOST_CONTAINERS {
        return Err(AwsError::validation(format!(
            "An inference pipeline has at most {MOST_CONTAINERS} containers, not {}",
            hostnames.len()
        )));
    }
    let given: BTreeSet<&String> = hostnames.iter().flatten().collect();
    if given.is_empty() || given.len() == hostnames.len() {
        return Ok(());
    }
    Err(AwsError::validation(
        "ContainerHostname must be given for every container of an inference pipeline or for none, and be unique",
    ))
}

/// A container with the hostname that was given.
type Named = (Option<String>, containers::Container);

impl Container {
    /// As many as its model package has.
    fn serving(&self, (cloud, tx): (&Cloud, &Tx), region: &str) -> Result<Vec<Named>, AwsError> {
        let Some(package) = &self.model_package_name else {
            let image = self.image.clone().ok_or_else(|| {
                AwsError::validation("a container needs an Image or a ModelPackageName")
            })?;
            let container = containers::Container {
                hostname: containers::primary(),
                image,
                model_data_url: self.model_data_url.clone(),
                environment: self.environment.clone(),
            };
            return Ok(vec![(self.container_hostname.clone(), container)]);
        };
        let mut containers = from_package(cloud, tx, region, package)?;
        if let [(hostname, container)] = containers.as_mut_slice() {
            *hostname = self.container_hostname.clone().or(hostname.take());
            container.environment.extend(self.environment.clone());
        } else if !self.environment.is_empty() || self.container_hostname.is_some() {
            return Err(AwsError::unsupported(format!(
                "local-aws does not honour Environment and ContainerHostname of CreateModel with a model package of several containers: {package}"
            )));
        }
        Ok(containers)
    }
}

fn from_package(cloud: &Cloud, tx: &Tx, region: &str, name: &str) -> Result<Vec<Named>, AwsError> {
    let package = packages::required(cloud, tx, region, name)?;
    if package.approval_status != ApprovalStatus::Approved {
        return Err(AwsError::validation(format!(
            "Cannot create model with model package {}: its ModelApprovalStatus is {:?}, not Approved.",
            package.arn, package.approval_status
        )));
    }
    let specification = package.request.inference_specification.ok_or_else(|| {
        AwsError::validation(format!(
            "Cannot create model with model package {}: it has no InferenceSpecification.",
            package.arn
        ))
    })?;
    let containers = specification.containers.into_iter();
    let named = containers.map(|container| {
        let serving = containers::Container {
            hostname: containers::primary(),
            image: container.image,
            model_data_url: container.model_data_url,
            environment: container.environment,
        };
        (container.container_hostname, serving)
    });
    Ok(named.collect())
}
