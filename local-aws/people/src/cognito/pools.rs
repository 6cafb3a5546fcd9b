//! The operations of user pools.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use super::client::CLIENTS;
use super::errors::invalid;
use super::group::{GROUPS, MEMBERS};
use super::paging::page;
use super::pool::{self, AdminCreateUserConfig, CreateRequest, Mfa, POOLS, Policies, Pool, Switch};
use super::user::USERS;
use super::{sign_in, token, without_effect};
use local_core::Call;
use local_core::store::Tx;
use local_core::wire::{Reply, epoch_seconds};

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
    max_results: usize,
    next_token: Option<String>,
}

pub async fn create(call: Call, request: CreateRequest) -> Reply {
    without_effect::say("CreateUserPool", &without_effect::of_pool(&request));
    let id = format!(
        "{}_{}",
        call.region,
        call.cloud.world.dice("cognito/pool-id").hex(9)
    );
    let pool = Pool {
        arn: call.arn("cognito-idp", &format!("userpool/{id}")),
        id,
        created: epoch_seconds(call.cloud.world.now()),
        domain: None,
        request,
    };
    call.cloud.store.write(|tx| {
        pool.put(tx, &call.region);
        Ok(json!({ "UserPool": user_pool_type(tx, &pool) }))
    })
}

pub async fn describe(call: Call, request: PoolRequest) -> Reply {
    call.cloud.store.read(|tx| {
        let pool = pool::get(tx, &call.region, &request.user_pool_id)?;
        Ok(json!({ "UserPool": user_pool_type(tx, &pool) }))
    })
}

pub async fn list(call: Call, request: ListRequest) -> Reply {
    let pools = call.cloud.store.read(|tx| POOLS.list(tx, &call.region));
    let (pools, next) = page(
        pools,
        Some(request.max_results),
        request.next_token.as_deref(),
    )?;
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

/// A member that is not given goes back to its default, as in Cognito.
pub async fn update(call: Call, request: UpdateRequest) -> Reply {
    call.cloud.store.write(|tx| {
        let mut pool = pool::get(tx, &call.region, &request.user_pool_id)?;
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
        without_effect::say("UpdateUserPool", &without_effect::of_pool(&pool.request));
        pool.put(tx, &call.region);
        Ok(json!({}))
    })
}

pub async fn delete(call: Call, request: PoolRequest) -> Reply {
    call.cloud.store.write(|tx| {
        let id = &request.user_pool_id;
        let pool = pool::get(tx, &call.region, id)?;
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
        CLIENTS.delete_all(tx, id);
        GROUPS.delete_all(tx, id);
        MEMBERS.delete_all(tx, id);
        for (_, user) in USERS.list(tx, id) {
            sign_in::end_all(tx, &user.sub);
        }
        token::forget_key(tx, id);
        USERS.delete_all(tx, id);
        POOLS.delete(tx, &call.region, id);
        Ok(json!({}))
    })
}

fn user_pool_type(tx: &Tx, pool: &Pool) -> Value {
    let request = &pool.request;
    let users = request.admin_create_user_config.clone().unwrap_or_default();
    json!({
        "Id": pool.id,
        "Arn": pool.arn,
        "Name": request.pool_name,
        "Policies": { "PasswordPolicy": pool.password_policy() },
        "DeletionProtection": request.deletion_protection.unwrap_or(Switch::Inactive),
        "AutoVerifiedAttributes": request.auto_verified_attributes,
        "UsernameAttributes": request.username_attributes,
        "AdminCreateUserConfig": {
            "AllowAdminCreateUserOnly": users.allow_admin_create_user_only.unwrap_or(false),
            "UnusedAccountValidityDays": users.unused_account_validity_days,
        },
        "MfaConfiguration": request.mfa_configuration.unwrap_or(Mfa::Off),
        "AccountRecoverySetting": request.account_recovery_setting,
        "UserPoolTags": request.user_pool_tags,
        "EstimatedNumberOfUsers": USERS.list(tx, &pool.id).len(),
        "Domain": pool.domain,
        "CreationDate": pool.created,
        "LastModifiedDate": pool.created,
    })
}
