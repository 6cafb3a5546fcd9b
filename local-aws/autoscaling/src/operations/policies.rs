//! Scaling policies: those that track a target value of the one metric.

use serde::Deserialize;
use serde_json::{Value, json};

use super::errors;
use super::targets::PAGE;
use crate::alarms;
use crate::resource::{DIMENSION, NAMESPACE, Resource, check_list};
use crate::target::{self, Configuration, Policy, TARGETS, Target};
use local_core::timestamp::Timestamp;
use local_core::wire::{AwsError, Reply};
use local_core::{Call, page};

const TYPE: &str = "TargetTrackingScaling";
const METRIC: &str = "SageMakerVariantInvocationsPerInstance";

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct PutRequest {
    policy_name: String,
    service_namespace: String,
    resource_id: String,
    scalable_dimension: String,
    policy_type: Option<String>,
    target_tracking_scaling_policy_configuration: Option<Configuration>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct DescribeRequest {
    #[serde(default)]
    policy_names: Vec<String>,
    service_namespace: String,
    resource_id: Option<String>,
    scalable_dimension: Option<String>,
    max_results: Option<usize>,
    next_token: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct DeleteRequest {
    policy_name: String,
    service_namespace: String,
    resource_id: String,
    scalable_dimension: String,
}

pub async fn put(call: Call, request: PutRequest) -> Reply {
    let resource = Resource::of(
        &request.service_namespace,
        &request.resource_id,
        &request.scalable_dimension,
    )?;
    let name = request.policy_name;
    check_type(request.policy_type.as_deref())?;
    let configuration = request.target_tracking_scaling_policy_configuration;
    let configuration = configuration.ok_or_else(|| {
        AwsError::validation("TargetTrackingScalingPolicyConfiguration must be given")
    })?;
    check_configuration(&configuration)?;
    call.cloud.store.write(|tx| {
        let target = target::get(tx, &call.region, &resource);
        let target = target.ok_or_else(|| errors::no_target(&resource))?;
        let policy = match target.policy.clone() {
            Some(before) if before.name == name => Policy {
                configuration,
                ..before
            },
            Some(_) => {
                return Err(AwsError::validation(
                    "Only one TargetTrackingScaling policy for a given metric specification is allowed.",
                ));
            }
            None => Policy {
                id: call.cloud.world.dice("application-autoscaling/policy").uuid(),
                name,
                configuration,
                created: Timestamp::now(&call.cloud.world),
                alarms: alarms::Names::new(&call.cloud, &resource),
            },
        };
        let arn = policy.arn(&call.region, &resource);
        alarms::put(
            &call.cloud,
            tx,
            (&call.region, &resource, &arn),
            &policy.alarms,
            policy.configuration.target_value,
        )?;
        let described = policy.alarms.described(&call.cloud, &call.region);
        let policy = Some(policy);
        let target = Target { policy, ..target };
        TARGETS.put(tx, &call.region, &resource.id(), &target);
        Ok(json!({ "PolicyARN": arn, "Alarms": described }))
    })
}

fn check_type(policy_type: Option<&str>) -> Result<(), AwsError> {
    match policy_type {
        Some(TYPE) => Ok(()),
        None => Err(AwsError::validation("PolicyType must be given")),
        Some(other) => Err(AwsError::unsupported(format!(
            "local-aws's policies track a target: it does not honour {other} as PolicyType"
        ))),
    }
}

fn check_configuration(configuration: &Configuration) -> Result<(), AwsError> {
    let Some(metric) = &configuration.predefined_metric_specification else {
        return Err(AwsError::validation(
            "Either PredefinedMetricSpecification or CustomizedMetricSpecification must be given",
        ));
    };
    if metric.predefined_metric_type != METRIC {
        return Err(AwsError::unsupported(format!(
            "local-aws's policies track {METRIC}: it does not honour {} as PredefinedMetricType",
            metric.predefined_metric_type
        )));
    }
    if configuration.target_value.is_nan() || configuration.target_value <= 0.0 {
        return Err(AwsError::validation("TargetValue must be greater than 0"));
    }
    Ok(())
}

pub async fn describe(call: Call, request: DescribeRequest) -> Reply {
    check_list(
        &request.service_namespace,
        request.resource_id.as_deref(),
        request.scalable_dimension.as_deref(),
    )?;
    let targets = call.cloud.store.read(|tx| target::list(tx, &call.region));
    let policies = targets
        .into_iter()
        .filter_map(|target| Some((target.resource, target.policy?)));
    let wanted = policies.filter(|(resource, policy)| {
        let id = request.resource_id.as_ref();
        let names = &request.policy_names;
        let is_named = [&policy.name, &policy.arn(&call.region, resource)]
            .iter()
            .any(|name| names.contains(name));
        id.is_none_or(|id| *id == resource.id()) && (names.is_empty() || is_named)
    });
    let size = request.max_results.unwrap_or(PAGE);
    let token = request.next_token.as_deref();
    let page = page::page(wanted.collect(), |(_, policy)| &policy.id, token, size);
    let page = page.ok_or_else(errors::next_token)?;
    let items = page.items.iter();
    let described = items.map(|(resource, policy)| described(&call, resource, policy));
    Ok(json!({
        "ScalingPolicies": described.collect::<Vec<Value>>(),
        "NextToken": page.next_token,
    }))
}

fn described(call: &Call, resource: &Resource, policy: &Policy) -> Value {
    json!({
        "PolicyARN": policy.arn(&call.region, resource),
        "PolicyName": policy.name,
        "ServiceNamespace": NAMESPACE,
        "ResourceId": resource.id(),
        "ScalableDimension": DIMENSION,
        "PolicyType": TYPE,
        "TargetTrackingScalingPolicyConfiguration": policy.configuration,
        "Alarms": policy.alarms.described(&call.cloud, &call.region),
        "CreationTime": policy.created.seconds(),
    })
}

pub async fn delete(call: Call, request: DeleteRequest) -> Reply {
    let resource = Resource::of(
        &request.service_namespace,
        &request.resource_id,
        &request.scalable_dimension,
    )?;
    call.cloud.store.write(|tx| {
        let none = || errors::no_policy(&resource, &request.policy_name);
        let mut target = target::get(tx, &call.region, &resource).ok_or_else(none)?;
        let is_it = |policy: &mut Policy| policy.name == request.policy_name;
        let policy = target.policy.take_if(is_it).ok_or_else(none)?;
        alarms::remove(tx, &call.region, &policy.alarms);
        TARGETS.put(tx, &call.region, &resource.id(), &target);
        Ok(json!({}))
    })
}
