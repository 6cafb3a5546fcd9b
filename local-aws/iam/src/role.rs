//! Roles as rows.

use std::collections::BTreeMap;

use local_core::ACCOUNT;
use local_core::store::{Table, Tx};
use local_core::wire::AwsError;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::check::{EVERYWHERE, check};
use crate::document::Side;
use crate::managed;

const ROLES: Table<Role> = Table::new("iam/role");

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Role {
    pub name: String,
    #[serde(with = "time::serde::rfc3339")]
    pub created: OffsetDateTime,
    /// Who may assume it: a document, as every policy here.
    pub trust: String,
    /// Inline policies by name.
    pub policies: BTreeMap<String, String>,
    /// ARNs of managed policies.
    pub managed: Vec<String>,
}

impl Role {
    pub fn arn(&self) -> String {
        arn(&self.name)
    }

    /// The documents of its identity: its own, then the managed ones.
    pub fn documents(&self, tx: &Tx) -> Vec<String> {
        let managed = self.managed.iter();
        let managed = managed.filter_map(|arn| managed::document(tx, arn));
        self.policies.values().cloned().chain(managed).collect()
    }

    pub fn get(tx: &Tx, name: &str) -> Option<Self> {
        ROLES.get(tx, EVERYWHERE, name)
    }

    pub fn all(tx: &Tx) -> Vec<Self> {
        let roles = ROLES.list(tx, EVERYWHERE).into_iter();
        roles.map(|(_, role)| role).collect()
    }

    /// Stores it, unless it is as stored; refuses a policy that would not be evaluated as written.
    pub fn put(mut self, tx: &Tx) -> Result<(), AwsError> {
        check(&self.trust, Side::Trust)?;
        for document in self.policies.values() {
            check(document, Side::Identity)?;
        }
        for arn in &self.managed {
            if managed::document(tx, arn).is_none() {
                return Err(AwsError::unsupported(format!(
                    "local-aws does not know the managed policy {arn}"
                )));
            }
        }
        let stored = Self::get(tx, &self.name);
        if let Some(stored) = &stored {
            self.created = stored.created;
        }
        if stored.as_ref() != Some(&self) {
            ROLES.put(tx, EVERYWHERE, &self.name, &self);
        }
        Ok(())
    }

    /// Answers whether there was such a role.
    pub fn remove(tx: &Tx, name: &str) -> bool {
        ROLES.delete(tx, EVERYWHERE, name)
    }
}

pub fn arn(name: &str) -> String {
    format!("arn:aws:iam::{ACCOUNT}:role/{name}")
}
