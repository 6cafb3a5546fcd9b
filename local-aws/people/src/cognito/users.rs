//! The operations of users, all of administrators.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use super::errors::{invalid, weak_password};
use super::hashing::hashed;
use super::paging::page;
use super::password::Hashed;
use super::user::{self, Status, USERS, User};
use super::{group, pool, sign_in};
use local_core::Call;
use local_core::store::Tx;
use local_core::wire::{AwsError, Reply, epoch_seconds};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct CreateRequest {
    user_pool_id: String,
    username: String,
    #[serde(default)]
    user_attributes: Vec<Attribute>,
    temporary_password: Option<String>,
    message_action: Option<MessageAction>,
    /// Nothing is sent in any case.
    #[serde(rename = "DesiredDeliveryMediums")]
    _desired_delivery_mediums: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Attribute {
    name: String,
    value: String,
}

#[derive(PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum MessageAction {
    Suppress,
    Resend,
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
    if request.message_action == Some(MessageAction::Resend) {
        return resend(call, request).await;
    }
    let temporary = request.temporary_password;
    let password = kept(&call, temporary.as_ref()).await?;
    let world = &call.cloud.world;
    let now = epoch_seconds(world.now());
    let sub = world.dice("cognito/sub").uuid();
    let mut attributes: BTreeMap<String, String> = request
        .user_attributes
        .into_iter()
        .map(|attribute| (attribute.name, attribute.value))
        .collect();
    if attributes
        .get("email")
        .is_some_and(|mail| !is_address(mail))
    {
        return Err(invalid("Invalid email address format."));
    }
    attributes.insert("sub".to_owned(), sub.clone());
    let user = User {
        username: request.username,
        sub,
        attributes,
        password,
        status: Status::ForceChangePassword,
        disabled: false,
        created: now,
        modified: now,
    };
    let pool = &request.user_pool_id;
    call.cloud.store.write(|tx| {
        let policy = pool::get(tx, &call.region, pool)?.password_policy();
        if let Some(password) = &temporary {
            policy.check(password).map_err(weak_password)?;
        }
        if USERS.contains(tx, pool, &user.username) {
            return Err(AwsError::new(
                400,
                "UsernameExistsException",
                "User account already exists",
            ));
        }
        user.put(tx, pool);
        Ok(json!({ "User": user.user_type() }))
    })
}

/// A temporary password as it is kept.
async fn kept(call: &Call, temporary: Option<&String>) -> Result<Option<Hashed>, AwsError> {
    match temporary {
        Some(temporary) => hashed(&call.cloud, temporary.clone()).await.map(Some),
        None => Ok(None),
    }
}

/// The user's temporary password of before is over, and the days of the new one begin.
async fn resend(call: Call, request: CreateRequest) -> Reply {
    if !request.user_attributes.is_empty() {
        return Err(AwsError::unsupported(
            "local-aws does not change UserAttributes with an invitation that is sent again",
        ));
    }
    let temporary = request.temporary_password;
    let password = kept(&call, temporary.as_ref()).await?;
    let now = epoch_seconds(call.cloud.world.now());
    let pool = &request.user_pool_id;
    call.cloud.store.write(|tx| {
        let policy = pool::get(tx, &call.region, pool)?.password_policy();
        if let Some(password) = &temporary {
            policy.check(password).map_err(weak_password)?;
        }
        let user = user::get(tx, pool, &request.username)?;
        if user.status != Status::ForceChangePassword {
            return Err(AwsError::new(
                400,
                "UnsupportedUserStateException",
                "Resend not possible. User status is not FORCE_CHANGE_PASSWORD",
            ));
        }
        let user = User {
            password,
            modified: now,
            ..user
        };
        user.put(tx, pool);
        Ok(json!({ "User": user.user_type() }))
    })
}

/// Cognito's own rule is not published; it refuses this much.
fn is_address(mail: &str) -> bool {
    mail.split_once('@')
        .is_some_and(|(name, host)| !name.is_empty() && host.contains('.'))
}

pub async fn get(call: Call, request: UserRequest) -> Reply {
    let user = call.cloud.store.read(|tx| {
        pool::get(tx, &call.region, &request.user_pool_id)?;
        user::get(tx, &request.user_pool_id, &request.username)
    })?;
    let mut shown = user.user_type();
    shown["UserAttributes"] = shown["Attributes"].take();
    Ok(shown)
}

pub async fn delete(call: Call, request: UserRequest) -> Reply {
    let UserRequest {
        user_pool_id: pool,
        username,
    } = request;
    call.cloud.store.write(|tx| {
        pool::get(tx, &call.region, &pool)?;
        let user = user::get(tx, &pool, &username)?;
        group::remove_from_all(tx, &pool, &username);
        sign_in::end_all(tx, &user.sub);
        USERS.delete(tx, &pool, &username);
        Ok(json!({}))
    })
}

/// Ends the user's tokens, too.
pub async fn disable(call: Call, request: UserRequest) -> Reply {
    change(&call, &request, |tx, user| {
        user.disabled = true;
        sign_in::end_all(tx, &user.sub);
    })
}

/// The tokens of before stay ended.
pub async fn enable(call: Call, request: UserRequest) -> Reply {
    change(&call, &request, |_, user| user.disabled = false)
}

pub async fn sign_out(call: Call, request: UserRequest) -> Reply {
    change(&call, &request, |tx, user| sign_in::end_all(tx, &user.sub))
}

/// `modified` stays: the days of a temporary password count from it.
fn change(call: &Call, request: &UserRequest, change: fn(&Tx, &mut User)) -> Reply {
    let pool = &request.user_pool_id;
    call.cloud.store.write(|tx| {
        pool::get(tx, &call.region, pool)?;
        let mut user = user::get(tx, pool, &request.username)?;
        change(tx, &mut user);
        user.put(tx, pool);
        Ok(json!({}))
    })
}

pub async fn list(call: Call, request: ListRequest) -> Reply {
    let users = call.cloud.store.read(|tx| {
        pool::get(tx, &call.region, &request.user_pool_id)?;
        Ok::<_, AwsError>(USERS.list(tx, &request.user_pool_id))
    })?;
    let (users, next) = page(users, request.limit, request.pagination_token.as_deref())?;
    let users: Vec<Value> = users.iter().map(User::user_type).collect();
    Ok(json!({ "Users": users, "PaginationToken": next }))
}
