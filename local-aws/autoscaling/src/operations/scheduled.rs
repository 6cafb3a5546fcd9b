//! Scheduled actions: times at which a target's bounds become others.

use serde::Deserialize;
use serde_json::{Value, json};

use super::errors;
use super::targets::PAGE;
use crate::resource::{DIMENSION, NAMESPACE, Resource, check_list};
use crate::schedule::Schedule;
use crate::target::{self, Action, NewBounds, TARGETS};
use local_core::timestamp::Timestamp;
use local_core::wire::{AwsError, Reply};
use local_core::{Call, page};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct PutRequest {
    service_namespace: String,
    resource_id: String,
    scalable_dimension: String,
    scheduled_action_name: String,
    schedule: Option<String>,
    timezone: Option<String>,
    scalable_target_action: Option<NewBounds>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct DescribeRequest {
    #[serde(default)]
    scheduled_action_names: Vec<String>,
    service_namespace: String,
    resource_id: Option<String>,
    scalable_dimension: Option<String>,
    max_results: Option<usize>,
    next_token: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct DeleteRequest {
    service_namespace: String,
    resource_id: String,
    scalable_dimension: String,
    scheduled_action_name: String,
}

pub async fn put(call: Call, request: PutRequest) -> Reply {
    let resource = Resource::of(
        &request.service_namespace,
        &request.resource_id,
        &request.scalable_dimension,
    )?;
    if let Some(other) = request.timezone.filter(|zone| zone != "UTC") {
        return Err(AwsError::unsupported(format!(
            "local-aws's scheduled actions are in UTC: it does not honour {other} as Timezone"
        )));
    }
    if let Some(expression) = &request.schedule {
        Schedule::read(expression)?;
    }
    call.cloud.store.write(|tx| {
        let target = target::get(tx, &call.region, &resource);
        let mut target = target.ok_or_else(|| errors::no_target(&resource))?;
        let name = request.scheduled_action_name;
        let place = target.scheduled.iter().position(|it| it.name == name);
        let before = place.map(|place| target.scheduled.remove(place));
        let (expression, bounds) = match &before {
            Some(before) => (Some(before.expression.clone()), Some(before.bounds)),
            None => (None, None),
        };
        let (Some(expression), Some(bounds)) = (
            request.schedule.or(expression),
            request.scalable_target_action.or(bounds),
        ) else {
            return Err(AwsError::validation(
                "Schedule and ScalableTargetAction must be given for a new scheduled action",
            ));
        };
        bounds.check()?;
        let now = Timestamp::now(&call.cloud.world);
        target.scheduled.push(Action {
            id: before.as_ref().map_or_else(
                || {
                    call.cloud
                        .world
                        .dice("application-autoscaling/scheduled")
                        .uuid()
                },
                |before| before.id.clone(),
            ),
            name,
            expression,
            bounds,
            created: before.map_or(now, |before| before.created),
            seen: now,
        });
        TARGETS.put(tx, &call.region, &resource.id(), &target);
        Ok(json!({}))
    })
}

pub async fn describe(call: Call, request: DescribeRequest) -> Reply {
    check_list(
        &request.service_namespace,
        request.resource_id.as_deref(),
        request.scalable_dimension.as_deref(),
    )?;
    let targets = call.cloud.store.read(|tx| target::list(tx, &call.region));
    let actions = targets.into_iter().flat_map(|target| {
        let actions = target.scheduled.into_iter();
        let resource = target.resource;
        actions.map(move |action| (resource.clone(), action))
    });
    let wanted = actions.filter(|(resource, action)| {
        let (id, names) = (&request.resource_id, &request.scheduled_action_names);
        let is_named = names.is_empty() || names.contains(&action.name);
        is_named && id.as_ref().is_none_or(|id| *id == resource.id())
    });
    let size = request.max_results.unwrap_or(PAGE);
    let token = request.next_token.as_deref();
    let page = page::page(wanted.collect(), |(_, action)| &action.id, token, size);
    let page = page.ok_or_else(errors::next_token)?;
    let items = page.items.iter();
    let described = items.map(|(resource, action)| described(&call, resource, action));
    Ok(json!({
        "ScheduledActions": described.collect::<Vec<Value>>(),
        "NextToken": page.next_token,
    }))
}

fn described(call: &Call, resource: &Resource, action: &Action) -> Value {
    json!({
        "ScheduledActionName": action.name,
        "ScheduledActionARN": action.arn(&call.region, resource),
        "ServiceNamespace": NAMESPACE,
        "Schedule": action.expression,
        "ResourceId": resource.id(),
        "ScalableDimension": DIMENSION,
        "ScalableTargetAction": action.bounds,
        "CreationTime": action.created.seconds(),
    })
}

pub async fn delete(call: Call, request: DeleteRequest) -> Reply {
    let resource = Resource::of(
        &request.service_namespace,
        &request.resource_id,
        &request.scalable_dimension,
    )?;
    let name = &request.scheduled_action_name;
    call.cloud.store.write(|tx| {
        let none = || errors::no_scheduled(&resource, name);
        let mut target = target::get(tx, &call.region, &resource).ok_or_else(none)?;
        let place = target.scheduled.iter().position(|it| it.name == *name);
        target.scheduled.remove(place.ok_or_else(none)?);
        TARGETS.put(tx, &call.region, &resource.id(), &target);
        Ok(json!({}))
    })
}
