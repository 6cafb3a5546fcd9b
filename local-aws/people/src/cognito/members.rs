//! The operations on the members of groups.

use serde::Deserialize;
use serde_json::{Value, json};

use super::group::{self, GROUPS, Group, is_member};
use super::paging::page;
use super::pool;
use super::user::{self, User};
use local_core::Call;
use local_core::store::Tx;
use local_core::wire::{AwsError, Reply};

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
pub struct ListGroupsRequest {
    user_pool_id: String,
    username: String,
    limit: Option<usize>,
    next_token: Option<String>,
}

pub async fn add(call: Call, request: MemberRequest) -> Reply {
    change(&call, &request, group::add_member)
}

pub async fn remove(call: Call, request: MemberRequest) -> Reply {
    change(&call, &request, group::remove_member)
}

fn change(call: &Call, request: &MemberRequest, change: fn(&Tx, &str, &str, &str)) -> Reply {
    let MemberRequest {
        group_name,
        user_pool_id: pool,
        username,
    } = request;
    call.cloud.store.write(|tx| {
        pool::get(tx, &call.region, pool)?;
        user::get(tx, pool, username)?;
        group::get(tx, pool, group_name)?;
        change(tx, pool, group_name, username);
        Ok(json!({}))
    })
}

pub async fn users_of_group(call: Call, request: ListUsersRequest) -> Reply {
    let users = call.cloud.store.read(|tx| {
        let pool = &request.user_pool_id;
        pool::get(tx, &call.region, pool)?;
        group::get(tx, pool, &request.group_name)?;
        let names = group::usernames(tx, pool, &request.group_name).into_iter();
        let users = names.filter_map(|name| user::find(tx, pool, &name).map(|user| (name, user)));
        Ok::<Vec<(String, User)>, AwsError>(users.collect())
    })?;
    let (users, next) = page(users, request.limit, request.next_token.as_deref())?;
    let users: Vec<Value> = users.iter().map(User::user_type).collect();
    Ok(json!({ "Users": users, "NextToken": next }))
}

pub async fn groups_of_user(call: Call, request: ListGroupsRequest) -> Reply {
    let groups = call.cloud.store.read(|tx| {
        let pool = &request.user_pool_id;
        pool::get(tx, &call.region, pool)?;
        user::get(tx, pool, &request.username)?;
        let mut groups = GROUPS.list(tx, pool);
        groups.retain(|(name, _)| is_member(tx, pool, name, &request.username));
        Ok::<_, AwsError>(groups)
    })?;
    let (groups, next) = page(groups, request.limit, request.next_token.as_deref())?;
    let groups: Vec<Value> = groups.iter().map(Group::group_type).collect();
    Ok(json!({ "Groups": groups, "NextToken": next }))
}
