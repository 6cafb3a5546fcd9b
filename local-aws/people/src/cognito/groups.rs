//! The operations of groups.

use serde::Deserialize;
use serde_json::{Value, json};

use super::group::{self, CreateRequest, GROUPS, Group, group_exists};
use super::paging::page;
use super::pool;
use local_core::Call;
use local_core::wire::{AwsError, Reply, epoch_seconds};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct GroupRequest {
    group_name: String,
    user_pool_id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct ListRequest {
    user_pool_id: String,
    limit: Option<usize>,
    next_token: Option<String>,
}

pub async fn create(call: Call, request: CreateRequest) -> Reply {
    if request.group_name.contains('/') {
        return Err(AwsError::unsupported(
            "local-aws does not honour a GroupName with a slash",
        ));
    }
    let group = Group {
        created: epoch_seconds(call.cloud.world.now()),
        request,
    };
    let (pool, name) = (&group.request.user_pool_id, &group.request.group_name);
    call.cloud.store.write(|tx| {
        pool::get(tx, &call.region, pool)?;
        if group_exists(tx, pool, name) {
            return Err(AwsError::new(
                400,
                "GroupExistsException",
                "A group with the name already exists.",
            ));
        }
        GROUPS.put(tx, pool, name, &group);
        Ok(json!({ "Group": group.group_type() }))
    })
}

pub async fn get(call: Call, request: GroupRequest) -> Reply {
    let group = call.cloud.store.read(|tx| {
        pool::get(tx, &call.region, &request.user_pool_id)?;
        group::get(tx, &request.user_pool_id, &request.group_name)
    })?;
    Ok(json!({ "Group": group.group_type() }))
}

pub async fn list(call: Call, request: ListRequest) -> Reply {
    let groups = call.cloud.store.read(|tx| {
        pool::get(tx, &call.region, &request.user_pool_id)?;
        Ok::<_, AwsError>(GROUPS.list(tx, &request.user_pool_id))
    })?;
    let (groups, next) = page(groups, request.limit, request.next_token.as_deref())?;
    let groups: Vec<Value> = groups.iter().map(Group::group_type).collect();
    Ok(json!({ "Groups": groups, "NextToken": next }))
}

pub async fn update(call: Call, request: CreateRequest) -> Reply {
    call.cloud.store.write(|tx| {
        let (pool, name) = (request.user_pool_id.clone(), request.group_name.clone());
        pool::get(tx, &call.region, &pool)?;
        let mut group = group::get(tx, &pool, &name)?;
        group.request = CreateRequest {
            description: request.description.or(group.request.description),
            role_arn: request.role_arn.or(group.request.role_arn),
            precedence: request.precedence.or(group.request.precedence),
            ..request
        };
        GROUPS.put(tx, &pool, &name, &group);
        Ok(json!({ "Group": group.group_type() }))
    })
}

pub async fn delete(call: Call, request: GroupRequest) -> Reply {
    let GroupRequest {
        group_name,
        user_pool_id: pool,
    } = request;
    call.cloud.store.write(|tx| {
        pool::get(tx, &call.region, &pool)?;
        group::get(tx, &pool, &group_name)?;
        for username in group::usernames(tx, &pool, &group_name) {
            group::remove_member(tx, &pool, &group_name, &username);
        }
        GROUPS.delete(tx, &pool, &group_name);
        Ok(json!({}))
    })
}
