//! The model and the endpoint config of a version, named by their content: creating twice finds
//! the first, and what is found is compared, not assumed.

use aws_sdk_sagemaker::types::{
    ContainerDefinition, ProductionVariant, ProductionVariantInstanceType,
    ProductionVariantServerlessConfig,
};
use contracts::deployment::CHAMPION_VARIANT;
use loop_state::refusal::{self, Refusal};
use policy::desired::Package;
use policy::hosting::Hosting;
use policy::refusal::Kind;

use crate::{Deps, tag};

/// Creates the model and the endpoint config, both called `name`, where they are missing.
pub async fn ensure(deps: &Deps, package: &Package, name: &str) -> Result<(), Refusal> {
    if !model_exists(deps, package, name).await? {
        let container = ContainerDefinition::builder()
            .model_package_name(&package.arn)
            .build();
        let create = deps.sagemaker.create_model().model_name(name);
        let create = create.execution_role_arn(&deps.config.hosted.execution_role_arn);
        let create = create.tags(tag::of_stack(&deps.config.hosted.endpoint_name));
        create.primary_container(container).send().await?;
    }
    if !config_exists(deps, name).await? {
        let create = deps.sagemaker.create_endpoint_config();
        let create = create.endpoint_config_name(name);
        let create = create.tags(tag::of_stack(&deps.config.hosted.endpoint_name));
        create
            .production_variants(variant(deps, name))
            .send()
            .await?;
    }
    Ok(())
}

async fn model_exists(deps: &Deps, package: &Package, name: &str) -> Result<bool, Refusal> {
    let describe = deps.sagemaker.describe_model().model_name(name);
    let model = match describe.send().await {
        Ok(model) => model,
        Err(error) if refusal::is_missing(&error) => return Ok(false),
        Err(error) => return Err(error.into()),
    };
    // In a group that was deleted and made again, another package has the same ARN.
    let made = model.creation_time.map_or(i64::MAX, |time| time.secs());
    if made < package.created {
        return Err(taken(format!(
            "the model {name} is older than the package {}: delete it",
            package.arn
        )));
    }
    let container = model.primary_container;
    let found = container.and_then(|container| container.model_package_name);
    if found.as_deref() == Some(package.arn.as_str()) {
        return Ok(true);
    }
    let arn = &package.arn;
    Err(taken(format!(
        "the model {name} exists with the package {found:?} instead of {arn}: delete it"
    )))
}

async fn config_exists(deps: &Deps, name: &str) -> Result<bool, Refusal> {
    let describe = deps.sagemaker.describe_endpoint_config();
    let config = match describe.endpoint_config_name(name).send().await {
        Ok(config) => config,
        Err(error) if refusal::is_missing(&error) => return Ok(false),
        Err(error) => return Err(error.into()),
    };
    let variants = config.production_variants().iter();
    let models: Vec<_> = variants
        .map(|variant| variant.model_name().unwrap_or_default())
        .collect();
    if models == [name] {
        return Ok(true);
    }
    Err(taken(format!(
        "the endpoint config {name} exists with the models {models:?}: delete it"
    )))
}

/// The name belongs to something else: no call can change that.
fn taken(reason: String) -> Refusal {
    Refusal {
        kind: Kind::Lasting,
        reason,
    }
}

fn variant(deps: &Deps, model_name: &str) -> ProductionVariant {
    let variant = ProductionVariant::builder()
        .variant_name(CHAMPION_VARIANT)
        .model_name(model_name)
        .initial_variant_weight(1.0);
    match &deps.config.hosted.hosting {
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
