//! What was scaled, newest first.

use serde::Deserialize;
use serde_json::{Value, json};

use super::errors;
use super::targets::PAGE;
use crate::activity::{ACTIVITIES, Activity};
use crate::resource::{DIMENSION, Resource, check_list};
use local_core::wire::Reply;
use local_core::{Call, page};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct DescribeRequest {
    service_namespace: String,
    resource_id: Option<String>,
    scalable_dimension: Option<String>,
    max_results: Option<usize>,
    next_token: Option<String>,
}

pub async fn describe(call: Call, request: DescribeRequest) -> Reply {
    let namespace = &request.service_namespace;
    check_list(
        namespace,
        request.resource_id.as_deref(),
        request.scalable_dimension.as_deref(),
    )?;
    let all = call
        .cloud
        .store
        .read(|tx| ACTIVITIES.list(tx, &call.region));
    let mut activities: Vec<(Resource, Activity)> = Vec::new();
    for (id, of_resource) in all {
        if request
            .resource_id
            .as_ref()
            .is_none_or(|wanted| *wanted == id)
        {
            let resource = Resource::of(namespace, &id, DIMENSION)?;
            let of_resource = of_resource.into_iter().rev();
            activities.extend(of_resource.map(|activity| (resource.clone(), activity)));
        }
    }
    activities.sort_by_key(|(_, activity)| std::cmp::Reverse(activity.started));
    let size = request.max_results.unwrap_or(PAGE);
    let token = request.next_token.as_deref();
    let page = page::page(activities, |(_, activity)| &activity.id, token, size);
    let page = page.ok_or_else(errors::next_token)?;
    let items = page.items.iter();
    let described = items.map(|(resource, activity)| activity.described(resource));
    Ok(json!({
        "ScalingActivities": described.collect::<Vec<Value>>(),
        "NextToken": page.next_token,
    }))
}
