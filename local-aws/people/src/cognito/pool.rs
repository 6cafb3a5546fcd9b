//! A user pool as it is kept.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::errors::not_found;
use super::password::Policy;
use local_core::store::{Table, Tx};
use local_core::wire::AwsError;

pub const POOLS: Table<Pool> = Table::new("cognito/pool");

#[derive(Clone, Serialize, Deserialize)]
pub struct Pool {
    pub id: String,
    pub arn: String,
    pub created: f64,
    pub domain: Option<String>,
    pub request: CreateRequest,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct CreateRequest {
    pub pool_name: String,
    pub policies: Option<Policies>,
    pub deletion_protection: Option<Switch>,
    pub auto_verified_attributes: Option<Vec<String>>,
    pub username_attributes: Option<Vec<String>>,
    pub admin_create_user_config: Option<AdminCreateUserConfig>,
    pub mfa_configuration: Option<Mfa>,
    pub account_recovery_setting: Option<Value>,
    pub user_pool_tags: Option<BTreeMap<String, String>>,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Policies {
    pub password_policy: Option<Policy>,
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Switch {
    Active,
    Inactive,
}

#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Mfa {
    Off,
}

#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct AdminCreateUserConfig {
    pub allow_admin_create_user_only: Option<bool>,
    pub unused_account_validity_days: Option<u32>,
}

impl Pool {
    /// The policy's `TemporaryPasswordValidityDays` has replaced `UnusedAccountValidityDays`, which
    /// counts where the policy does not give its own.
    pub fn password_policy(&self) -> Policy {
        let policies = self.request.policies.as_ref();
        let policy = policies.and_then(|policies| policies.password_policy.clone());
        let users = self.request.admin_create_user_config.as_ref();
        let days = users.and_then(|config| config.unused_account_validity_days);
        policy.unwrap_or_default().with_validity(days)
    }

    pub fn put(&self, tx: &Tx, region: &str) {
        POOLS.put(tx, region, &self.id, self);
    }
}

/// The region of a pool, by its id.
pub fn region(id: &str) -> &str {
    id.split('_').next().unwrap_or_default()
}

/// Who issues a pool's tokens, as they name it.
pub fn issuer(id: &str) -> String {
    let region = region(id);
    format!("https://cognito-idp.{region}.amazonaws.com/{id}")
}

/// The pool, or Cognito's refusal.
pub fn get(tx: &Tx, region: &str, id: &str) -> Result<Pool, AwsError> {
    POOLS
        .get(tx, region, id)
        .ok_or_else(|| not_found(format!("User pool {id} does not exist.")))
}
