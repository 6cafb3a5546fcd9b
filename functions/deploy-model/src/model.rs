//! The model and the endpoint config of a version, named by their content: creating twice finds
//! the first, and what is found is compared, not assumed.

use anyhow::{Context, Result, ensure};
use aws_sdk_sagemaker::types::{
    ContainerDefinition, ProductionVariant, ProductionVariantInstanceType,
    ProductionVariantServerlessConfig,
};
use contracts::deployment::CHAMPION_VARIANT;
use policy::desired::Package;
use policy::hosting::Hosting;

use crate::Deps;

/// Creates the model and the endpoint config, both called `name`, where they are missing.
pub async fn ensure(deps: &Deps, package: &Package, name: &str) -> Result<()> {
    if !model_exists(deps, package, name).await? {
        let container = ContainerDefinition::builder()
            .model_package_name(&package.arn)
            .build();
        deps.sagemaker
            .create_model()
            .model_name(name)
            .execution_role_arn(&deps.config.execution_role_arn)
            .primary_container(container)
            .send()
            .await
            .with_context(|| format!("create the model {name}"))?;
    }
    if !config_exists(deps, name).await? {
        deps.sagemaker
            .create_endpoint_config()
            .endpoint_config_name(name)
            .production_variants(variant(deps, name))
            .send()
            .await
            .with_context(|| format!("create the endpoint config {name}"))?;
    }
    Ok(())
}

async fn model_exists(deps: &Deps, package: &Package, name: &str) -> Result<bool> {
    let model = match deps
        .sagemaker
        .describe_model()
        .model_name(name)
        .send()
        .await
    {
        Ok(model) => model,
        Err(error) if missing(error.as_service_error().and_then(|e| e.meta().message())) => {
            return Ok(false);
        }
        Err(error) => return Err(error).with_context(|| format!("describe the model {name}")),
    };
    let found = model
        .primary_container
        .and_then(|container| container.model_package_name);
    ensure!(
        found.as_deref() == Some(package.arn.as_str()),
        "the model {name} exists with the package {found:?} instead of {}",
        package.arn
    );
    Ok(true)
}

async fn config_exists(deps: &Deps, name: &str) -> Result<bool> {
    let describe = deps
        .sagemaker
        .describe_endpoint_config()
        .endpoint_config_name(name);
    let config = match describe.send().await {
        Ok(config) => config,
        Err(error) if missing(error.as_service_error().and_then(|e| e.meta().message())) => {
            return Ok(false);
        }
        Err(error) => {
            return Err(error).with_context(|| format!("describe the endpoint config {name}"));
        }
    };
    let models: Vec<_> = config
        .production_variants()
        .iter()
        .map(|v| v.model_name().unwrap_or_default())
        .collect();
    ensure!(
        models == [name],
        "the endpoint config {name} exists with the models {models:?}"
    );
    Ok(true)
}

/// SageMaker says "not found" as a ValidationException with these words.
fn missing(message: Option<&str>) -> bool {
    message.is_some_and(|text| text.contains("Could not find"))
}

fn variant(deps: &Deps, model_name: &str) -> ProductionVariant {
    let variant = ProductionVariant::builder()
        .variant_name(CHAMPION_VARIANT)
        .model_name(model_name)
        .initial_variant_weight(1.0);
    match &deps.config.hosting {
        Hosting::Serverless {
            memory_mb,
            max_concurrency,
        } => variant.serverless_config(
            ProductionVariantServerlessConfig::builder()
                .memory_size_in_mb(*memory_mb)
                .max_concurrency(*max_concurrency)
                .build(),
        ),
        Hosting::Instance { instance_type } => variant
            .instance_type(ProductionVariantInstanceType::from(instance_type.as_str()))
            .initial_instance_count(1),
    }
    .build()
}
