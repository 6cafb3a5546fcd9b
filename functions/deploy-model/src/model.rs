//! The models and the endpoint config of a plan, named by their content: creating twice finds the first, and what is
//! found is compared, not assumed.
//!
//! A version alone shares its name with its endpoint config. With a challenger beside it, the config and the challenger's
//! model share one, and the champion keeps the model that it was live with.

use std::collections::BTreeSet;

use aws_sdk_sagemaker::types::{
    ContainerDefinition, ProductionVariant, ProductionVariantInstanceType,
    ProductionVariantServerlessConfig,
};
use contracts::deployment::{CHALLENGER_VARIANT, CHAMPION_VARIANT};
use loop_state::deployments::{Look, Plan};
use loop_state::refusal::{self, Refusal};
use policy::desired::Package;
use policy::hosting::{Hosting, Place};
use policy::refusal::Kind;

use crate::{Deps, tag};

/// A slot of the endpoint.
struct Variant<'a> {
    name: &'static str,
    place: Place,
    model: &'a str,
    /// Of the requests, as long as nobody shifts it. A shadow gets copies of as large a part as its weight is of the champion's.
    weight: f32,
    instances: i32,
}

/// Creates what is missing.
pub async fn ensure(deps: &Deps, look: &Look, plan: &Plan) -> Result<(), Refusal> {
    let champion = deps.config.hosted.config_of(&plan.package.arn);
    let by_package = ContainerDefinition::builder().model_package_name(&plan.package.arn);
    ensure_model(deps, &plan.package, &champion, by_package.build()).await?;
    let mut variants = vec![Variant {
        name: CHAMPION_VARIANT,
        place: Place::Production,
        model: &champion,
        weight: 1.0,
        instances: 1,
    }];
    if let Some(challenger) = &plan.challenger {
        let by_image = undecided(deps, &challenger.package).await?;
        ensure_model(deps, &challenger.package, &plan.config, by_image).await?;
        let (weight, instances) = match challenger.place {
            Place::Production => (0.0, 1),
            // All requests are copied from the start: they need the instances that the champion needs.
            Place::Shadow => (1.0, champions(look).unwrap_or(1)),
        };
        variants.push(Variant {
            name: CHALLENGER_VARIANT,
            place: challenger.place,
            model: &plan.config,
            weight,
            instances,
        });
    }
    if config_exists(deps, &plan.config, &variants).await? {
        return Ok(());
    }
    let create = deps.sagemaker.create_endpoint_config();
    let create = create.endpoint_config_name(&plan.config);
    let create = create.tags(tag::of_stack(&deps.config.hosted.endpoint_name));
    let create = variants.iter().fold(create, |create, variant| {
        let described = described(deps, variant);
        match variant.place {
            Place::Production => create.production_variants(described),
            Place::Shadow => create.shadow_production_variants(described),
        }
    });
    create.send().await?;
    Ok(())
}

/// The instances that the champion was scaled to.
fn champions(look: &Look) -> Option<i32> {
    look.endpoint.as_ref()?.instances(CHAMPION_VARIANT)
}

/// SageMaker makes no model of a package that is not approved; of the package's container it does.
async fn undecided(deps: &Deps, package: &Package) -> Result<ContainerDefinition, Refusal> {
    let described = deps.sagemaker.describe_model_package();
    let described = described.model_package_name(&package.arn).send().await?;
    let specification = described.inference_specification();
    let container =
        specification.and_then(|specification| specification.containers().first().cloned());
    let Some(container) = container else {
        return Err(lasting(format!("{} names no container", package.arn)));
    };
    Ok(ContainerDefinition::builder()
        .set_image(container.image)
        .set_model_data_url(container.model_data_url)
        .set_environment(container.environment)
        .build())
}

async fn ensure_model(
    deps: &Deps,
    package: &Package,
    name: &str,
    container: ContainerDefinition,
) -> Result<(), Refusal> {
    if model_exists(deps, package, name, &container).await? {
        return Ok(());
    }
    let create = deps.sagemaker.create_model().model_name(name);
    let create = create.execution_role_arn(&deps.config.hosted.execution_role_arn);
    let create = create.tags(tag::of_stack(&deps.config.hosted.endpoint_name));
    create.primary_container(container).send().await?;
    Ok(())
}

async fn model_exists(
    deps: &Deps,
    package: &Package,
    name: &str,
    container: &ContainerDefinition,
) -> Result<bool, Refusal> {
    let describe = deps.sagemaker.describe_model().model_name(name);
    let model = match describe.send().await {
        Ok(model) => model,
        Err(error) if refusal::is_missing(&error) => return Ok(false),
        Err(error) => return Err(error.into()),
    };
    // In a group that was deleted and made again, another package has the same ARN.
    let made = model.creation_time.map_or(i64::MAX, |time| time.secs());
    if made < package.created {
        return Err(lasting(format!(
            "the model {name} is older than the package {}: delete it",
            package.arn
        )));
    }
    let of = |container: &ContainerDefinition| {
        let by_package = container.model_package_name().map(str::to_owned);
        by_package.or_else(|| container.model_data_url().map(str::to_owned))
    };
    let (found, wanted) = (model.primary_container.as_ref().and_then(of), of(container));
    if found == wanted {
        return Ok(true);
    }
    let (found, wanted) = (found.unwrap_or_default(), wanted.unwrap_or_default());
    Err(lasting(format!(
        "the model {name} exists with {found:?} instead of {wanted}: delete it"
    )))
}

async fn config_exists(deps: &Deps, name: &str, wanted: &[Variant<'_>]) -> Result<bool, Refusal> {
    let describe = deps.sagemaker.describe_endpoint_config();
    let config = match describe.endpoint_config_name(name).send().await {
        Ok(config) => config,
        Err(error) if refusal::is_missing(&error) => return Ok(false),
        Err(error) => return Err(error.into()),
    };
    let variants = config.production_variants().iter();
    let found: BTreeSet<_> = variants
        .chain(config.shadow_production_variants())
        .map(|variant| {
            (
                variant.variant_name().unwrap_or_default(),
                variant.model_name().unwrap_or_default(),
            )
        })
        .collect();
    let wanted = wanted.iter().map(|variant| (variant.name, variant.model));
    if found == wanted.collect() {
        return Ok(true);
    }
    Err(lasting(format!(
        "the endpoint config {name} exists with the models {found:?}: delete it"
    )))
}

/// No call can change it: a name belongs to something else, or a package to another program.
fn lasting(reason: String) -> Refusal {
    Refusal {
        kind: Kind::Lasting,
        reason,
    }
}

fn described(deps: &Deps, slot: &Variant<'_>) -> ProductionVariant {
    let variant = ProductionVariant::builder()
        .variant_name(slot.name)
        .model_name(slot.model)
        .initial_variant_weight(slot.weight);
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
            .initial_instance_count(slot.instances),
    }
    .build()
}
