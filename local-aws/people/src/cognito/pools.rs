//! User pools.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::errors::{invalid, no_pool};
use super::paging::page;
use super::password::Policy;
use super::{clients, groups, users};
use local_core::Call;
use local_core::store::{Table, Tx};
use local_core::wire::{AwsError, Reply, epoch_seconds};

const POOLS: Table<Pool> = Table::new("cognito/pool");

#[derive(Clone, Serialize, Deserialize)]
pub struct Pool {
    id: String,
    arn: String,
    created: f64,
    pub domain: Option<String>,
    request: CreateRequest,
}

impl Pool {
    pub fn password_policy(&self) -> Policy {
        self.request
            .policies
            .as_ref()
            .and_then(|p| p.password_policy.clone())
            .unwrap_or_default()
    }
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct CreateRequest {
    pool_name: String,
    policies: Option<Policies>,
    deletion_protection: Option<Switch>,
    /// Kept and shown; nothing is ever sent to anybody.
    auto_verified_attributes: Option<Vec<String>>,
    username_attributes: Option<Vec<String>>,
    admin_create_user_config: Option<AdminCreateUserConfig>,
    mfa_configuration: Option<Mfa>,
    account_recovery_setting: Option<Value>,
    user_pool_tags: Option<BTreeMap<String, String>>,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Policies {
    password_policy: Option<Policy>,
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum Switch {
    Active,
    Inactive,
}

#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum Mfa {
    Off,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct AdminCreateUserConfig {
    allow_admin_create_user_only: Option<bool>,
    unused_account_validity_days: Option<u32>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct PoolRequest {
    user_pool_id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct UpdateRequest {
    user_pool_id: String,
    pool_name: Option<String>,
    policies: Option<Policies>,
    deletion_protection: Option<Switch>,
    auto_verified_attributes: Option<Vec<String>>,
    admin_create_user_config: Option<AdminCreateUserConfig>,
    mfa_configuration: Option<Mfa>,
    account_recovery_setting: Option<Value>,
    user_pool_tags: Option<BTreeMap<String, String>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct ListRequest {
    max_results: Option<usize>,
    next_token: Option<String>,
}

pub async fn create(call: Call, request: CreateRequest) -> Reply {
    if request.pool_name.is_empty() {
        return Err(invalid("PoolName must not be empty."));
    }
    let id = format!("{}_{}", call.region, call.cloud.world.random_hex(9));
    let pool = Pool {
        arn: call.arn("cognito-idp", &format!("userpool/{id}")),
        id,
        created: epoch_seconds(call.cloud.world.now()),
        domain: None,
        request,
    };
    call.cloud.store.write(|tx| {
        put(tx, &call.region, &pool);
        Ok(json!({ "UserPool": described(tx, &pool) }))
    })
}

pub async fn describe(call: Call, request: PoolRequest) -> Reply {
    call.cloud.store.read(|tx| {
        let pool = existing(tx, &call.region, &request.user_pool_id)?;
        Ok(json!({ "UserPool": described(tx, &pool) }))
    })
}

pub async fn list(call: Call, request: ListRequest) -> Reply {
    let pools = call.cloud.store.read(|tx| POOLS.list(tx, &call.region));
    let (pools, next) = page(pools, request.max_results, request.next_token.as_deref())?;
    let pools: Vec<Value> = pools
        .iter()
        .map(|pool| {
            json!({
                "Id": pool.id,
                "Name": pool.request.pool_name,
                "CreationDate": pool.created,
                "LastModifiedDate": pool.created,
            })
        })
        .collect();
    Ok(json!({ "UserPools": pools, "NextToken": next }))
}

/// What is not given goes back to its default, as in Cognito.
pub async fn update(call: Call, request: UpdateRequest) -> Reply {
    call.cloud.store.write(|tx| {
        let mut pool = existing(tx, &call.region, &request.user_pool_id)?;
        pool.request = CreateRequest {
            pool_name: request.pool_name.unwrap_or(pool.request.pool_name),
            policies: request.policies,
            deletion_protection: request.deletion_protection,
            auto_verified_attributes: request.auto_verified_attributes,
            username_attributes: pool.request.username_attributes,
            admin_create_user_config: request.admin_create_user_config,
            mfa_configuration: request.mfa_configuration,
            account_recovery_setting: request.account_recovery_setting,
            user_pool_tags: request.user_pool_tags,
        };
        put(tx, &call.region, &pool);
        Ok(json!({}))
    })
}

pub async fn delete(call: Call, request: PoolRequest) -> Reply {
    call.cloud.store.write(|tx| {
        let id = &request.user_pool_id;
        let pool = existing(tx, &call.region, id)?;
        if pool.request.deletion_protection == Some(Switch::Active) {
            return Err(invalid(
                "The user pool cannot be deleted because deletion protection is activated.",
            ));
        }
        if pool.domain.is_some() {
            return Err(invalid(
                "User pool cannot be deleted. It has a domain configured that should be deleted first.",
            ));
        }
        clients::CLIENTS.delete_all(tx, id);
        groups::GROUPS.delete_all(tx, id);
        groups::MEMBERS.delete_all(tx, id);
        users::USERS.delete_all(tx, id);
        POOLS.delete(tx, &call.region, id);
        Ok(json!({}))
    })
}

/// The pool, or Cognito's refusal.
pub fn existing(tx: &Tx, region: &str, id: &str) -> Result<Pool, AwsError> {
    POOLS.get(tx, region, id).ok_or_else(|| no_pool(id))
}

pub fn put(tx: &Tx, region: &str, pool: &Pool) {
    POOLS.put(tx, region, &pool.id, pool);
}

fn described(tx: &Tx, pool: &Pool) -> Value {
    let request = &pool.request;
    let only_admins = request
        .admin_create_user_config
        .as_ref()
        .and_then(|config| config.allow_admin_create_user_only)
        .unwrap_or(false);
    json!({
        "Id": pool.id,
        "Arn": pool.arn,
        "Name": request.pool_name,
        "Policies": { "PasswordPolicy": pool.password_policy() },
        "DeletionProtection": request.deletion_protection.unwrap_or(Switch::Inactive),
        "AutoVerifiedAttributes": request.auto_verified_attributes,
        "UsernameAttributes": request.username_attributes,
        "AdminCreateUserConfig": {
            "AllowAdminCreateUserOnly": only_admins,
            "UnusedAccountValidityDays": request
                .admin_create_user_config
                .as_ref()
                .and_then(|config| config.unused_account_validity_days),
        },
        "MfaConfiguration": request.mfa_configuration.unwrap_or(Mfa::Off),
        "AccountRecoverySetting": request.account_recovery_setting,
        "UserPoolTags": request.user_pool_tags,
        "EstimatedNumberOfUsers": users::USERS.list(tx, &pool.id).len(),
        "Domain": pool.domain,
        "CreationDate": pool.created,
        "LastModifiedDate": pool.created,
    })
}
