//! Groups of a pool and who is in them.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::errors::not_found;
use super::paging::page;
use super::users::{self, User};
use super::{errors, pools};
use local_core::Call;
use local_core::store::{Table, Tx};
use local_core::wire::{AwsError, Reply, epoch_seconds};

pub const GROUPS: Table<Group> = Table::new("cognito/group");
/// Named `GROUP/USERNAME`; group names hold no slash in this scope.
pub const MEMBERS: Table<Value> = Table::new("cognito/member");

#[derive(Clone, Serialize, Deserialize)]
pub struct Group {
    created: f64,
    request: CreateRequest,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct CreateRequest {
    group_name: String,
    user_pool_id: String,
    description: Option<String>,
    role_arn: Option<String>,
    precedence: Option<u32>,
}

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

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct MemberRequest {
    group_name: String,
    user_pool_id: String,
    username: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct ListUsersRequest {
    group_name: String,
    user_pool_id: String,
    limit: Option<usize>,
    next_token: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct ListForUserRequest {
    user_pool_id: String,
    username: String,
    limit: Option<usize>,
    next_token: Option<String>,
}

pub async fn create(call: Call, request: CreateRequest) -> Reply {
    if request.group_name.is_empty() || request.group_name.contains('/') {
        return Err(errors::invalid(
            "GroupName must not be empty and cannot contain a slash.",
        ));
    }
    let group = Group {
        created: epoch_seconds(call.cloud.world.now()),
        request,
    };
    let (pool, name) = (&group.request.user_pool_id, &group.request.group_name);
    call.cloud.store.write(|tx| {
        pools::existing(tx, &call.region, pool)?;
        if group_exists(tx, pool, name) {
            return Err(AwsError::new(
                400,
                "GroupExistsException",
                "A group with the name already exists.",
            ));
        }
        GROUPS.put(tx, pool, name, &group);
        Ok(json!({ "Group": described(&group) }))
    })
}

pub async fn get(call: Call, request: GroupRequest) -> Reply {
    let group = call.cloud.store.read(|tx| {
        pools::existing(tx, &call.region, &request.user_pool_id)?;
        existing(tx, &request.user_pool_id, &request.group_name)
    })?;
    Ok(json!({ "Group": described(&group) }))
}

pub async fn list(call: Call, request: ListRequest) -> Reply {
    let groups = call.cloud.store.read(|tx| {
        pools::existing(tx, &call.region, &request.user_pool_id)?;
        Ok::<_, AwsError>(GROUPS.list(tx, &request.user_pool_id))
    })?;
    let (groups, next) = page(groups, request.limit, request.next_token.as_deref())?;
    let groups: Vec<Value> = groups.iter().map(described).collect();
    Ok(json!({ "Groups": groups, "NextToken": next }))
}

pub async fn update(call: Call, request: CreateRequest) -> Reply {
    call.cloud.store.write(|tx| {
        let (pool, name) = (request.user_pool_id.clone(), request.group_name.clone());
        pools::existing(tx, &call.region, &pool)?;
        let mut group = existing(tx, &pool, &name)?;
        group.request = CreateRequest {
            description: request.description.or(group.request.description),
            role_arn: request.role_arn.or(group.request.role_arn),
            precedence: request.precedence.or(group.request.precedence),
            ..request
        };
        GROUPS.put(tx, &pool, &name, &group);
        Ok(json!({ "Group": described(&group) }))
    })
}

pub async fn delete(call: Call, request: GroupRequest) -> Reply {
    let GroupRequest {
        group_name,
        user_pool_id: pool,
    } = request;
    call.cloud.store.write(|tx| {
        pools::existing(tx, &call.region, &pool)?;
        existing(tx, &pool, &group_name)?;
        for user in members(tx, &pool, &group_name) {
            MEMBERS.delete(tx, &pool, &member(&group_name, &user));
        }
        GROUPS.delete(tx, &pool, &group_name);
        Ok(json!({}))
    })
}

pub async fn add_user(call: Call, request: MemberRequest) -> Reply {
    change_member(&call, &request, |tx, pool, member| {
        MEMBERS.put(tx, pool, member, &json!({}))
    })
}

pub async fn remove_user(call: Call, request: MemberRequest) -> Reply {
    change_member(&call, &request, |tx, pool, member| {
        MEMBERS.delete(tx, pool, member);
    })
}

fn change_member(call: &Call, request: &MemberRequest, change: fn(&Tx, &str, &str)) -> Reply {
    let pool = &request.user_pool_id;
    call.cloud.store.write(|tx| {
        pools::existing(tx, &call.region, pool)?;
        users::existing(tx, pool, &request.username)?;
        existing(tx, pool, &request.group_name)?;
        change(tx, pool, &member(&request.group_name, &request.username));
        Ok(json!({}))
    })
}

pub async fn list_users(call: Call, request: ListUsersRequest) -> Reply {
    let users = call.cloud.store.read(|tx| {
        let pool = &request.user_pool_id;
        pools::existing(tx, &call.region, pool)?;
        existing(tx, pool, &request.group_name)?;
        let names = members(tx, pool, &request.group_name);
        let users = names
            .into_iter()
            .filter_map(|name| Some((users::find(tx, pool, &name)?, name)));
        Ok::<Vec<(String, User)>, AwsError>(users.map(|(user, name)| (name, user)).collect())
    })?;
    let (users, next) = page(users, request.limit, request.next_token.as_deref())?;
    let users: Vec<Value> = users.iter().map(users::described).collect();
    Ok(json!({ "Users": users, "NextToken": next }))
}

pub async fn list_for_user(call: Call, request: ListForUserRequest) -> Reply {
    let groups = call.cloud.store.read(|tx| {
        let pool = &request.user_pool_id;
        pools::existing(tx, &call.region, pool)?;
        users::existing(tx, pool, &request.username)?;
        let mut groups = GROUPS.list(tx, pool);
        groups.retain(|(name, _)| is_member(tx, pool, name, &request.username));
        Ok::<_, AwsError>(groups)
    })?;
    let (groups, next) = page(groups, request.limit, request.next_token.as_deref())?;
    let groups: Vec<Value> = groups.iter().map(described).collect();
    Ok(json!({ "Groups": groups, "NextToken": next }))
}

pub fn group_exists(tx: &Tx, pool: &str, name: &str) -> bool {
    GROUPS.get(tx, pool, name).is_some()
}

pub fn is_member(tx: &Tx, pool: &str, group: &str, username: &str) -> bool {
    MEMBERS.get(tx, pool, &member(group, username)).is_some()
}

/// Takes a user that is going out of every group.
pub fn forget_user(tx: &Tx, pool: &str, username: &str) {
    for (group, _) in GROUPS.list(tx, pool) {
        MEMBERS.delete(tx, pool, &member(&group, username));
    }
}

fn existing(tx: &Tx, pool: &str, name: &str) -> Result<Group, AwsError> {
    GROUPS
        .get(tx, pool, name)
        .ok_or_else(|| not_found("Group not found."))
}

fn members(tx: &Tx, pool: &str, group: &str) -> Vec<String> {
    let all = MEMBERS.list(tx, pool).into_iter();
    all.filter_map(|(name, _)| {
        let (of, username) = name.split_once('/')?;
        (of == group).then(|| username.to_owned())
    })
    .collect()
}

fn member(group: &str, username: &str) -> String {
    format!("{group}/{username}")
}

fn described(group: &Group) -> Value {
    let request = &group.request;
    json!({
        "GroupName": request.group_name,
        "UserPoolId": request.user_pool_id,
        "Description": request.description,
        "RoleArn": request.role_arn,
        "Precedence": request.precedence,
        "CreationDate": group.created,
        "LastModifiedDate": group.created,
    })
}
