//! A user of a pool as it is kept.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::errors::no_user;
use super::password::Hashed;
use local_core::store::{Table, Tx};
use local_core::wire::AwsError;

pub const USERS: Table<User> = Table::new("cognito/user");

#[derive(Clone, Serialize, Deserialize)]
pub struct User {
    pub username: String,
    /// The user's own id, for good.
    pub sub: String,
    pub attributes: BTreeMap<String, String>,
    /// None: created without a temporary password, and no mail was sent. It cannot sign in yet.
    pub password: Option<Hashed>,
    pub status: Status,
    /// By an administrator: the user cannot sign in.
    #[serde(default)]
    pub disabled: bool,
    pub created: f64,
    pub modified: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Status {
    ForceChangePassword,
    Confirmed,
}

impl User {
    pub fn put(&self, tx: &Tx, pool: &str) {
        USERS.put(tx, pool, &self.username, self);
    }

    /// The API's `AttributeListType`.
    pub fn user_attributes(&self) -> Value {
        let attributes = self.attributes.iter();
        attributes
            .map(|(name, value)| json!({ "Name": name, "Value": value }))
            .collect()
    }

    /// The API's `UserType`.
    pub fn user_type(&self) -> Value {
        json!({
            "Username": self.username,
            "Attributes": self.user_attributes(),
            "UserCreateDate": self.created,
            "UserLastModifiedDate": self.modified,
            "Enabled": !self.disabled,
            "UserStatus": self.status,
        })
    }
}

pub fn find(tx: &Tx, pool: &str, username: &str) -> Option<User> {
    USERS.get(tx, pool, username)
}

/// The pool's user, or Cognito's refusal.
pub fn get(tx: &Tx, pool: &str, username: &str) -> Result<User, AwsError> {
    find(tx, pool, username).ok_or_else(no_user)
}
