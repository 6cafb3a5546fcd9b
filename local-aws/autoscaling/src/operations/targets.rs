//! Scalable targets.

use serde::Deserialize;
use serde_json::{Value, json};

use super::errors;
use crate::decision::Bounds;
use crate::resource::{DIMENSION, NAMESPACE, Resource, check_dimension, check_namespace};
use crate::target::{self, TARGETS, Target};
use local_core::authorization::Question;
use local_core::names;
use local_core::store::Tx;
use local_core::timestamp::Timestamp;
use local_core::wire::{AwsError, Reply};
use local_core::{ACCOUNT, Call, page};
use local_sagemaker::scaling;

/// Where `MaxResults` is not given, here and in the other lists.
pub const PAGE: usize = 50;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct RegisterRequest {
    service_namespace: String,
    resource_id: String,
    scalable_dimension: String,
    min_capacity: Option<u32>,
    max_capacity: Option<u32>,
    /// For services without a role of their own; SageMaker's variants have one.
    #[serde(rename = "RoleARN")]
    _role_arn: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct DescribeRequest {
    service_namespace: String,
    #[serde(default)]
    resource_ids: Vec<String>,
    scalable_dimension: Option<String>,
    max_results: Option<usize>,
    next_token: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct DeregisterRequest {
    service_namespace: String,
    resource_id: String,
    scalable_dimension: String,
}

pub async fn register(call: Call, request: RegisterRequest) -> Reply {
    let resource = Resource::of(
        &request.service_namespace,
        &request.resource_id,
        &request.scalable_dimension,
    )?;
    let target = call.cloud.store.write(|tx| {
        let before = target::get(tx, &call.region, &resource);
        let bounds = bounds(&request, before.as_ref())?;
        check_variant(&call, tx, &resource)?;
        authorize_role(&call, tx)?;
        let target = match before {
            Some(before) => Target { bounds, ..before },
            None => Target {
                id: names::random(call.cloud.world.dice("application-autoscaling/target"), 34),
                resource: resource.clone(),
                bounds,
                created: Timestamp::now(&call.cloud.world),
                policy: None,
                scheduled: Vec::new(),
            },
        };
        // One of an endpoint that was deleted may not have been cleared away yet.
        if let Some(old) = TARGETS.get(tx, &call.region, &resource.id())
            && old.id != target.id
        {
            target::remove(tx, &call.region, &old);
        }
        let (endpoint, variant) = (&resource.endpoint, &resource.variant);
        scaling::register(tx, &call.region, endpoint, variant, &target.id);
        TARGETS.put(tx, &call.region, &resource.id(), &target);
        Ok::<_, AwsError>(target)
    })?;
    Ok(json!({ "ScalableTargetARN": target.arn(&call.cloud, &call.region) }))
}

/// What is not given stays as it was; a new target needs both.
fn bounds(request: &RegisterRequest, before: Option<&Target>) -> Result<Bounds, AwsError> {
    let before = before.map(|before| before.bounds);
    let min = request.min_capacity.or(before.map(|before| before.min));
    let max = request.max_capacity.or(before.map(|before| before.max));
    let (Some(min), Some(max)) = (min, max) else {
        let name = min.map_or("MinCapacity", |_| "MaxCapacity");
        return Err(AwsError::validation(format!(
            "{name} must be given for a new scalable target"
        )));
    };
    if max < min {
        return Err(AwsError::validation(
            "Maximum capacity cannot be less than minimum capacity",
        ));
    }
    // UpdateEndpointWeightsAndCapacities refuses it too: inference components alone can be scaled to none.
    if min == 0 {
        return Err(AwsError::validation(
            "The minimum capacity of a variant must be greater than or equal to 1",
        ));
    }
    Ok(Bounds { min, max })
}

/// Who registers the first target makes the role by which all of them are scaled.
///
/// Source: the Application Auto Scaling user guide, "Service-linked roles".
fn authorize_role(call: &Call, tx: &Tx) -> Result<(), AwsError> {
    if !TARGETS.keys(tx).is_empty() {
        return Ok(());
    }
    let question = Question::new(&call.principal, "iam:CreateServiceLinkedRole", &role_arn())
        .with("iam:AWSServiceName", SERVICE);
    call.cloud.authorize_in(tx, &question)
}

const SERVICE: &str = "sagemaker.application-autoscaling.amazonaws.com";

fn role_arn() -> String {
    format!(
        "arn:aws:iam::{ACCOUNT}:role/aws-service-role/{SERVICE}/\
         AWSServiceRoleForApplicationAutoScaling_SageMakerEndpoint"
    )
}

fn check_variant(call: &Call, tx: &Tx, resource: &Resource) -> Result<(), AwsError> {
    let (endpoint, variant) = (&resource.endpoint, &resource.variant);
    let Some(serving) = scaling::serving(tx, &call.region, endpoint, variant) else {
        return Err(AwsError::validation(format!(
            "SageMaker variant doesn't exist or its endpoint does not serve: {}",
            resource.id()
        )));
    };
    if serving.is_serverless {
        return Err(AwsError::validation(format!(
            "variant {variant} is serverless: it has no instance count, and {DIMENSION} cannot be scaled"
        )));
    }
    Ok(())
}

pub async fn describe(call: Call, request: DescribeRequest) -> Reply {
    check_namespace(&request.service_namespace)?;
    check_dimension(request.scalable_dimension.as_deref())?;
    let mut targets = call.cloud.store.read(|tx| target::list(tx, &call.region));
    let ids = &request.resource_ids;
    targets.retain(|target| ids.is_empty() || ids.contains(&target.resource.id()));
    let size = request.max_results.unwrap_or(PAGE);
    let token = request.next_token.as_deref();
    let page = page::page(targets, |target| &target.id, token, size);
    let page = page.ok_or_else(errors::next_token)?;
    let described = page.items.iter().map(|target| described(&call, target));
    Ok(json!({
        "ScalableTargets": described.collect::<Vec<Value>>(),
        "NextToken": page.next_token,
    }))
}

fn described(call: &Call, target: &Target) -> Value {
    json!({
        "ServiceNamespace": NAMESPACE,
        "ResourceId": target.resource.id(),
        "ScalableDimension": DIMENSION,
        "MinCapacity": target.bounds.min,
        "MaxCapacity": target.bounds.max,
        "RoleARN": role_arn(),
        "CreationTime": target.created.seconds(),
        "SuspendedState": {
            "DynamicScalingInSuspended": false,
            "DynamicScalingOutSuspended": false,
            "ScheduledScalingSuspended": false,
        },
        "ScalableTargetARN": target.arn(&call.cloud, &call.region),
    })
}

pub async fn deregister(call: Call, request: DeregisterRequest) -> Reply {
    let resource = Resource::of(
        &request.service_namespace,
        &request.resource_id,
        &request.scalable_dimension,
    )?;
    call.cloud.store.write(|tx| {
        let target = target::get(tx, &call.region, &resource);
        let target = target.ok_or_else(|| errors::no_target(&resource))?;
        target::remove(tx, &call.region, &target);
        Ok(json!({}))
    })
}
