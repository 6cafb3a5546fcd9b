//! The instances of the endpoint's variants: how many there are, between which bounds, and why as many.

use aws_sdk_applicationautoscaling::types::{ScalableDimension, ServiceNamespace};
use contracts::names;

use super::endpoint::Endpoint;
use crate::account::Account;
use crate::sentence::Sentence;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instances {
    pub variant: String,
    pub current: i32,
    pub desired: i32,
    /// Or why it cannot be read: a person who may see the endpoint may not see how it scales.
    pub scaling: Result<Scaling, String>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scaling {
    /// The fewest and the most; `None` where they do not follow the requests.
    pub bounds: Option<(i32, i32)>,
    /// The last activity's time and cause, and what came of it.
    pub last: Option<String>,
}

/// Of each variant; none where the endpoint is serverless.
pub async fn instances(account: &Account, endpoint: &Endpoint) -> Vec<Instances> {
    let of = names::endpoint(&account.stack);
    let mut instances = Vec::new();
    for variant in &endpoint.variants {
        let Some(current) = variant.current_instance_count() else {
            continue;
        };
        let name = variant.variant_name().unwrap_or_default();
        let resource = format!("endpoint/{of}/variant/{name}");
        let scaling = scaling(account, &resource).await;
        instances.push(Instances {
            variant: name.to_owned(),
            current,
            desired: variant.desired_instance_count().unwrap_or(current),
            scaling: scaling.map_err(|error| format!("{error:#}")),
        });
    }
    instances
}

async fn scaling(account: &Account, resource: &str) -> anyhow::Result<Scaling> {
    Ok(Scaling {
        bounds: bounds(account, resource).await?,
        last: last(account, resource).await?,
    })
}

async fn bounds(account: &Account, resource: &str) -> anyhow::Result<Option<(i32, i32)>> {
    let describe = account.autoscaling.describe_scalable_targets();
    let describe = describe.service_namespace(ServiceNamespace::Sagemaker);
    let found = describe.resource_ids(resource).send().await;
    let found = found.map_err(|error| error.sentence("describe the scalable targets"))?;
    let target = found.scalable_targets().first();
    Ok(target.map(|target| (target.min_capacity(), target.max_capacity())))
}

async fn last(account: &Account, resource: &str) -> anyhow::Result<Option<String>> {
    let describe = account.autoscaling.describe_scaling_activities();
    let describe = describe.service_namespace(ServiceNamespace::Sagemaker);
    let describe =
        describe.scalable_dimension(ScalableDimension::SageMakerVariantDesiredInstanceCount);
    let found = describe.resource_id(resource).max_results(1).send().await;
    let found = found.map_err(|error| error.sentence("describe the scaling activities"))?;
    let newest = found.scaling_activities().first();
    Ok(newest.map(|activity| {
        let outcome = activity.status_message().unwrap_or(activity.description());
        format!("{}: {}: {outcome}", activity.start_time(), activity.cause())
    }))
}
