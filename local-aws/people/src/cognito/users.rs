//! Users of a pool, as administrators see them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::errors::{invalid, no_user, weak_password};
use super::paging::page;
use super::password::Hashed;
use super::{groups, pools};
use local_core::Call;
use local_core::store::{Table, Tx};
use local_core::wire::{AwsError, Reply, epoch_seconds};

pub const USERS: Table<User> = Table::new("cognito/user");

#[derive(Clone, Serialize, Deserialize)]
pub struct User {
    pub username: String,
    /// The user's own id, for good.
    pub sub: String,
    attributes: BTreeMap<String, String>,
    /// None: created without a temporary password, and no mail was sent. It cannot sign in yet.
    pub password: Option<Hashed>,
    pub status: Status,
    created: f64,
    pub modified: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Status {
    ForceChangePassword,
    Confirmed,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct CreateRequest {
    user_pool_id: String,
    username: String,
    #[serde(default)]
    user_attributes: Vec<Attribute>,
    temporary_password: Option<String>,
    /// Nothing is sent in any case.
    #[serde(rename = "MessageAction")]
    _message_action: Option<MessageAction>,
    #[serde(rename = "DesiredDeliveryMediums")]
    _desired_delivery_mediums: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Attribute {
    name: String,
    value: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum MessageAction {
    Suppress,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct UserRequest {
    user_pool_id: String,
    username: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct ListRequest {
    user_pool_id: String,
    limit: Option<usize>,
    pagination_token: Option<String>,
}

pub async fn create(call: Call, request: CreateRequest) -> Reply {
    if request.username.is_empty() || request.username.chars().any(char::is_whitespace) {
        return Err(invalid(
            "Username must not be empty and cannot contain white space.",
        ));
    }
    let world = &call.cloud.world;
    let now = epoch_seconds(world.now());
    let sub = world.uuid();
    let mut attributes: BTreeMap<String, String> = request
        .user_attributes
        .into_iter()
        .map(|attribute| (attribute.name, attribute.value))
        .collect();
    attributes.insert("sub".to_owned(), sub.clone());
    let password = request.temporary_password.as_deref();
    let user = User {
        username: request.username,
        sub,
        attributes,
        password: password.map(|password| Hashed::new(world, password)),
        status: Status::ForceChangePassword,
        created: now,
        modified: now,
    };
    let pool = &request.user_pool_id;
    call.cloud.store.write(|tx| {
        let policy = pools::existing(tx, &call.region, pool)?.password_policy();
        if let Some(password) = password {
            policy.check(password).map_err(weak_password)?;
        }
        if find(tx, pool, &user.username).is_some() {
            return Err(AwsError::new(
                400,
                "UsernameExistsException",
                "User account already exists",
            ));
        }
        put(tx, pool, &user);
        Ok(json!({ "User": described(&user) }))
    })
}

pub async fn get(call: Call, request: UserRequest) -> Reply {
    let user = call.cloud.store.read(|tx| {
        pools::existing(tx, &call.region, &request.user_pool_id)?;
        existing(tx, &request.user_pool_id, &request.username)
    })?;
    let mut shown = described(&user);
    shown["UserAttributes"] = shown["Attributes"].take();
    Ok(shown)
}

pub async fn delete(call: Call, request: UserRequest) -> Reply {
    let UserRequest {
        user_pool_id: pool,
        username,
    } = request;
    call.cloud.store.write(|tx| {
        pools::existing(tx, &call.region, &pool)?;
        existing(tx, &pool, &username)?;
        groups::forget_user(tx, &pool, &username);
        USERS.delete(tx, &pool, &username);
        Ok(json!({}))
    })
}

pub async fn list(call: Call, request: ListRequest) -> Reply {
    let users = call.cloud.store.read(|tx| {
        pools::existing(tx, &call.region, &request.user_pool_id)?;
        Ok::<_, AwsError>(USERS.list(tx, &request.user_pool_id))
    })?;
    let (users, next) = page(users, request.limit, request.pagination_token.as_deref())?;
    let users: Vec<Value> = users.iter().map(described).collect();
    Ok(json!({ "Users": users, "PaginationToken": next }))
}

pub fn find(tx: &Tx, pool: &str, username: &str) -> Option<User> {
    USERS.get(tx, pool, username)
}

pub fn existing(tx: &Tx, pool: &str, username: &str) -> Result<User, AwsError> {
    find(tx, pool, username).ok_or_else(no_user)
}

pub fn put(tx: &Tx, pool: &str, user: &User) {
    USERS.put(tx, pool, &user.username, user);
}

pub fn described(user: &User) -> Value {
    let attributes: Vec<Value> = user
        .attributes
        .iter()
        .map(|(name, value)| json!({ "Name": name, "Value": value }))
        .collect();
    json!({
        "Username": user.username,
        "Attributes": attributes,
        "UserCreateDate": user.created,
        "UserLastModifiedDate": user.modified,
        "Enabled": true,
        "UserStatus": user.status,
    })
}
