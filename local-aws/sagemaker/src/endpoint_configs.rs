//! Endpoint configurations: which models serve, in which variants.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::data_capture::DataCaptureConfig;
use super::models::{self, Model};
use local_core::listing::{ListRequest, Listed, SortOrder, page};
use local_core::names;
use local_core::store::{Table, Tx};
use local_core::tags::{self, Tag};
use local_core::timestamp::Timestamp;
use local_core::wire::{AwsError, Reply};
use local_core::{Call, Cloud};

const ENDPOINT_CONFIGS: Table<EndpointConfig> = Table::new("sagemaker/endpoint-config");

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct EndpointConfig {
    pub arn: String,
    created: Timestamp,
    request: CreateRequest,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct CreateRequest {
    endpoint_config_name: String,
    production_variants: Vec<ProductionVariant>,
    #[serde(default)]
    shadow_production_variants: Vec<ProductionVariant>,
    data_capture_config: Option<DataCaptureConfig>,
    execution_role_arn: Option<String>,
    #[serde(default)]
    tags: Vec<Tag>,
    enable_network_isolation: Option<bool>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct ProductionVariant {
    pub variant_name: String,
    pub model_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub initial_instance_count: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance_type: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub initial_variant_weight: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub serverless_config: Option<ServerlessConfig>,
    /// Recorded: there is no volume and no download over a network here.
    #[serde(rename = "VolumeSizeInGB", skip_serializing_if = "Option::is_none")]
    volume_size_in_gb: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    model_data_download_timeout_in_seconds: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container_startup_health_check_timeout_in_seconds: Option<u64>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct ServerlessConfig {
    #[serde(rename = "MemorySizeInMB")]
    memory_size_in_mb: u32,
    pub max_concurrency: u32,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct NameRequest {
    endpoint_config_name: String,
}

pub async fn create(call: Call, request: CreateRequest) -> Reply {
    let all: Vec<&ProductionVariant> = request.all_variants().collect();
    check(&all)?;
    check_shadows(
        &request.production_variants,
        &request.shadow_production_variants,
    )?;
    if let Some(capture) = &request.data_capture_config {
        if all
            .iter()
            .any(|variant| variant.serverless_config.is_some())
        {
            return Err(AwsError::validation(
                "DataCaptureConfig is not supported with ServerlessConfig",
            ));
        }
        capture.check()?;
    }
    if request.enable_network_isolation == Some(true) {
        return Err(AwsError::unsupported(
            "local-aws does not honour the parameter EnableNetworkIsolation of CreateEndpointConfig",
        ));
    }
    let name = request.endpoint_config_name.clone();
    let arn = names::arn(&call, "endpoint-config", &name);
    call.cloud.store.write(|tx| {
        if get(tx, &call.region, &name).is_some() {
            return Err(AwsError::validation(format!(
                "Cannot create already existing endpoint configuration \"{arn}\"."
            )));
        }
        for variant in request.all_variants() {
            variant.model(&call.cloud, tx, &call.region)?;
        }
        let config = EndpointConfig {
            arn,
            created: Timestamp::now(&call.cloud.world),
            request,
        };
        ENDPOINT_CONFIGS.put(tx, &call.region, &name, &config);
        tags::create(tx, &config.arn, &config.request.tags);
        Ok(json!({ "EndpointConfigArn": config.arn }))
    })
}

pub async fn describe(call: Call, request: NameRequest) -> Reply {
    let config = call
        .cloud
        .store
        .read(|tx| required(&call.cloud, tx, &call.region, &request.endpoint_config_name))?;
    let request = &config.request;
    let shadows = &request.shadow_production_variants;
    Ok(json!({
        "EndpointConfigName": request.endpoint_config_name,
        "EndpointConfigArn": config.arn,
        "ProductionVariants": request.production_variants,
        "ShadowProductionVariants": (!shadows.is_empty()).then_some(shadows),
        "DataCaptureConfig": request.data_capture_config,
        "CreationTime": config.created.seconds(),
        "ExecutionRoleArn": request.execution_role_arn,
        "EnableNetworkIsolation": false,
    }))
}

pub async fn list(call: Call, request: ListRequest) -> Reply {
    let configs = call
        .cloud
        .store
        .read(|tx| ENDPOINT_CONFIGS.list(tx, &call.region));
    let listed = configs.into_iter().map(|(name, config)| Listed {
        summary: json!({
            "EndpointConfigName": name,
            "EndpointConfigArn": config.arn,
            "CreationTime": config.created.seconds(),
        }),
        name,
        created: config.created,
        modified: config.created,
        status: "",
    });
    let page = page(listed.collect(), &request, SortOrder::Descending)?;
    Ok(json!({ "EndpointConfigs": page.summaries, "NextToken": page.next_token }))
}

pub async fn delete(call: Call, request: NameRequest) -> Reply {
    call.cloud.store.write(|tx| {
        let name = &request.endpoint_config_name;
        let config = required(&call.cloud, tx, &call.region, name)?;
        ENDPOINT_CONFIGS.delete(tx, &call.region, name);
        tags::remove(tx, &config.arn);
        Ok(Value::Null)
    })
}

pub fn get(tx: &Tx, region: &str, name: &str) -> Option<EndpointConfig> {
    ENDPOINT_CONFIGS.get(tx, region, name)
}

pub fn required(
    cloud: &Cloud,
    tx: &Tx,
    region: &str,
    name: &str,
) -> Result<EndpointConfig, AwsError> {
    get(tx, region, name).ok_or_else(|| {
        let arn = cloud.arn("sagemaker", region, &format!("endpoint-config/{name}"));
        AwsError::validation(format!("Could not find endpoint configuration \"{arn}\"."))
    })
}

impl CreateRequest {
    fn all_variants(&self) -> impl Iterator<Item = &ProductionVariant> {
        let shadows = &self.shadow_production_variants;
        self.production_variants.iter().chain(shadows)
    }
}

impl ProductionVariant {
    /// Source of what is refused: the developer guide, "serverless-endpoints".
    pub fn model(&self, cloud: &Cloud, tx: &Tx, region: &str) -> Result<Model, AwsError> {
        let model = models::required(cloud, tx, region, &self.model_name)?;
        if self.serverless_config.is_some() && model.containers.is_pipeline() {
            return Err(AwsError::validation(format!(
                "variant {}: inference pipelines are not supported with ServerlessConfig, and model {} is one",
                self.variant_name, self.model_name
            )));
        }
        Ok(model)
    }
}

impl EndpointConfig {
    /// Those that answer, and their shadow.
    pub fn variants(&self) -> impl Iterator<Item = &ProductionVariant> {
        self.request.all_variants()
    }

    pub fn data_capture(&self) -> Option<&DataCaptureConfig> {
        self.request.data_capture_config.as_ref()
    }

    pub fn is_shadow(&self, variant: &ProductionVariant) -> bool {
        self.request.shadow_production_variants.contains(variant)
    }

    /// The role of a variant's model.
    pub fn role_arn(&self, tx: &Tx, region: &str, variant: &str) -> Option<String> {
        let mut variants = self.variants();
        let variant = variants.find(|each| each.variant_name == variant)?;
        let model = models::get(tx, region, &variant.model_name)?;
        model.role_arn().map(str::to_owned)
    }
}

/// Sources: the API reference, "CreateEndpointConfig", and the developer guide, "shadow-tests-exclusions".
fn check_shadows(
    variants: &[ProductionVariant],
    shadows: &[ProductionVariant],
) -> Result<(), AwsError> {
    if shadows.is_empty() {
        return Ok(());
    }
    let ([variant], [shadow]) = (variants, shadows) else {
        return Err(AwsError::validation(
            "With ShadowProductionVariants there is one variant of ProductionVariants and one of \
             ShadowProductionVariants",
        ));
    };
    if [variant, shadow]
        .iter()
        .any(|each| each.serverless_config.is_some())
    {
        return Err(AwsError::validation(
            "ShadowProductionVariants are not supported with ServerlessConfig",
        ));
    }
    Ok(())
}

fn check(variants: &[&ProductionVariant]) -> Result<(), AwsError> {
    for (index, variant) in variants.iter().enumerate() {
        let name = &variant.variant_name;
        let earlier = &variants[..index];
        if earlier.iter().any(|other| &other.variant_name == name) {
            return Err(AwsError::validation(format!(
                "Duplicate variant name: {name}"
            )));
        }
        check_weight(name, variant.initial_variant_weight)?;
        let has_instances = variant.serverless_config.is_none();
        let of_instances = [
            variant.instance_type.is_some(),
            variant.initial_instance_count.is_some(),
        ];
        if of_instances != [has_instances; 2] {
            return Err(AwsError::validation(format!(
                "variant {name} needs either InstanceType and InitialInstanceCount or ServerlessConfig"
            )));
        }
        if let Some(config) = &variant.serverless_config {
            check_serverless(name, config, variants.len())?;
        }
    }
    Ok(())
}

/// A variant's share of the traffic is not negative, and it is a number.
pub fn check_weight(variant: &str, weight: Option<f64>) -> Result<(), AwsError> {
    if weight.is_some_and(|weight| !weight.is_finite() || weight < 0.0) {
        return Err(AwsError::validation(format!(
            "The weight of variant {variant} must be greater than or equal to 0"
        )));
    }
    Ok(())
}

/// The developer guide, "serverless-endpoints": memory in steps, and what serverless endpoints
/// have not. Most of that list is not among this request's members.
fn check_serverless(
    variant: &str,
    config: &ServerlessConfig,
    variants: usize,
) -> Result<(), AwsError> {
    if variants > 1 {
        return Err(AwsError::validation(
            "A serverless endpoint has one production variant: multiple production variants are \
             not supported with ServerlessConfig",
        ));
    }
    if !config.memory_size_in_mb.is_multiple_of(1024) {
        return Err(AwsError::validation(format!(
            "MemorySizeInMB {} of variant {variant} is not in 1 GB increments",
            config.memory_size_in_mb
        )));
    }
    Ok(())
}
