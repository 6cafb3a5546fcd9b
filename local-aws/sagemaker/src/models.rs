//! Models: an image and the model data it serves.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::registry::packages::{self, ApprovalStatus};
use local_containers::program;
use local_core::listing::{ListRequest, Listed, SortOrder, page};
use local_core::store::{Table, Tx};
use local_core::tags::{self, Tag};
use local_core::timestamp::Timestamp;
use local_core::wire::{AwsError, Reply};
use local_core::{Call, Cloud};

const MODELS: Table<Model> = Table::new("sagemaker/model");

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Model {
    pub arn: String,
    created: Timestamp,
    request: CreateRequest,
    /// The image of its container, with the model package looked up when the model was created.
    pub image: String,
    pub model_data_url: Option<String>,
    pub environment: BTreeMap<String, String>,
}

impl Model {
    pub fn role_arn(&self) -> Option<&str> {
        self.request.execution_role_arn.as_deref()
    }

    /// The name or ARN of the package that it was made of.
    pub fn model_package_name(&self) -> Option<&str> {
        let container = only_container(&self.request).ok()?;
        container.model_package_name.as_deref()
    }
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct CreateRequest {
    pub model_name: String,
    primary_container: Option<Container>,
    containers: Option<Vec<Container>>,
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
    let container = only_container(&request)?;
    let (image, model_data_url, mut environment) = match &container.model_package_name {
        Some(package) => from_package(cloud, tx, region, package)?,
        None => {
            let image = container.image.clone().ok_or_else(|| {
                AwsError::validation("a container needs an Image or a ModelPackageName")
            })?;
            (image, container.model_data_url.clone(), BTreeMap::new())
        }
    };
    environment.extend(container.environment.clone());
    program::check_environment(&environment)?;
    let model = Model {
        arn,
        created: Timestamp::now(&cloud.world),
        image,
        model_data_url,
        environment,
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
        "ExecutionRoleArn": request.execution_role_arn,
        "CreationTime": model.created.seconds(),
        "EnableNetworkIsolation": false,
    })
}

/// One container: inference pipelines of several are not supported.
fn only_container(request: &CreateRequest) -> Result<&Container, AwsError> {
    match (&request.primary_container, request.containers.as_deref()) {
        (Some(container), None) => Ok(container),
        (None, Some([container])) => Ok(container),
        (None, Some([_, _, ..])) => Err(AwsError::unsupported(
            "local-aws does not honour more than one of Containers of CreateModel",
        )),
        _ => Err(AwsError::validation(
            "a model needs either PrimaryContainer or Containers",
        )),
    }
}

type Serving = (String, Option<String>, BTreeMap<String, String>);

fn from_package(cloud: &Cloud, tx: &Tx, region: &str, name: &str) -> Result<Serving, AwsError> {
    let package = packages::required(cloud, tx, region, name)?;
    if package.approval_status != ApprovalStatus::Approved {
        return Err(AwsError::validation(format!(
            "Cannot create model with model package {}: its ModelApprovalStatus is {:?}, not Approved.",
            package.arn, package.approval_status
        )));
    }
    let containers = package
        .request
        .inference_specification
        .map(|specification| specification.containers)
        .unwrap_or_default();
    match <[_; 1]>::try_from(containers) {
        Ok([container]) => Ok((
            container.image,
            container.model_data_url,
            container.environment,
        )),
        Err(containers) => Err(AwsError::unsupported(format!(
            "local-aws serves model packages of one container, {} has {}",
            package.arn,
            containers.len()
        ))),
    }
}
