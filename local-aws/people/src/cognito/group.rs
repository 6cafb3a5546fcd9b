//! A group of a pool as it is kept, and its members.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::errors::not_found;
use local_core::store::{Table, Tx};
use local_core::wire::AwsError;

pub const GROUPS: Table<Group> = Table::new("cognito/group");
/// Named `GROUP/USERNAME`; no group's name has a slash.
pub const MEMBERS: Table<Value> = Table::new("cognito/member");

#[derive(Clone, Serialize, Deserialize)]
pub struct Group {
    pub created: f64,
    pub request: CreateRequest,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct CreateRequest {
    pub group_name: String,
    pub user_pool_id: String,
    pub description: Option<String>,
    pub role_arn: Option<String>,
    pub precedence: Option<u32>,
}

impl Group {
    /// The API's `GroupType`.
    pub fn group_type(&self) -> Value {
        let request = &self.request;
        json!({
            "GroupName": request.group_name,
            "UserPoolId": request.user_pool_id,
            "Description": request.description,
            "RoleArn": request.role_arn,
            "Precedence": request.precedence,
            "CreationDate": self.created,
            "LastModifiedDate": self.created,
        })
    }
}

/// The pool's group, or Cognito's refusal.
pub fn get(tx: &Tx, pool: &str, name: &str) -> Result<Group, AwsError> {
    GROUPS
        .get(tx, pool, name)
        .ok_or_else(|| not_found("Group not found."))
}

pub fn group_exists(tx: &Tx, pool: &str, name: &str) -> bool {
    GROUPS.contains(tx, pool, name)
}

pub fn is_member(tx: &Tx, pool: &str, group: &str, username: &str) -> bool {
    MEMBERS.contains(tx, pool, &member_name(group, username))
}

pub fn add_member(tx: &Tx, pool: &str, group: &str, username: &str) {
    MEMBERS.put(tx, pool, &member_name(group, username), &json!({}));
}

pub fn remove_member(tx: &Tx, pool: &str, group: &str, username: &str) {
    MEMBERS.delete(tx, pool, &member_name(group, username));
}

/// The usernames of a group's members, in order.
pub fn usernames(tx: &Tx, pool: &str, group: &str) -> Vec<String> {
    let all = MEMBERS.list(tx, pool).into_iter();
    all.filter_map(|(name, _)| {
        let (of, username) = name.split_once('/')?;
        (of == group).then(|| username.to_owned())
    })
    .collect()
}

/// Removes a user from every group.
pub fn remove_from_all(tx: &Tx, pool: &str, username: &str) {
    for (group, _) in GROUPS.list(tx, pool) {
        remove_member(tx, pool, &group, username);
    }
}

fn member_name(group: &str, username: &str) -> String {
    format!("{group}/{username}")
}

/// The names of the groups of a user, in order.
pub fn names_of(tx: &Tx, pool: &str, username: &str) -> Vec<String> {
    let groups = GROUPS.list(tx, pool).into_iter().map(|(name, _)| name);
    groups
        .filter(|name| is_member(tx, pool, name, username))
        .collect()
}
