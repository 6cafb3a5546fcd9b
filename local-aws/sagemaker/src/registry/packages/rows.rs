//! The documents of model packages.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::request::{ApprovalStatus, CreateRequest};
use local_core::store::{Table, Tx};
use local_core::timestamp::Timestamp;

const PACKAGES: Table<Package> = Table::new("sagemaker/model-package");

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Package {
    pub arn: String,
    pub version: u32,
    pub approval_status: ApprovalStatus,
    pub approval_description: Option<String>,
    pub customer_metadata: BTreeMap<String, String>,
    pub created: Timestamp,
    pub modified: Option<Timestamp>,
    /// The request that registered it.
    pub request: CreateRequest,
    pub group: String,
}

pub fn get(tx: &Tx, region: &str, group: &str, version: u32) -> Option<Package> {
    PACKAGES.get(tx, region, &name(group, version))
}

pub fn put(tx: &Tx, region: &str, package: &Package) {
    PACKAGES.put(tx, region, &package.name(), package);
}

pub fn delete(tx: &Tx, region: &str, package: &Package) {
    PACKAGES.delete(tx, region, &package.name());
}

pub fn list(tx: &Tx, region: &str) -> Vec<Package> {
    let packages = PACKAGES.list(tx, region);
    packages.into_iter().map(|(_, package)| package).collect()
}

/// A group's packages by version. Their names follow each other, so no other group's are read.
pub fn of_group(tx: &Tx, region: &str, group: &str) -> Vec<Package> {
    let mut packages = Vec::new();
    let mut after = format!("{group}/");
    while let Some((name, package)) = PACKAGES.next(tx, region, &after, false) {
        if package.group != group {
            break;
        }
        packages.push(package);
        after = name;
    }
    packages
}

pub fn any_in(tx: &Tx, region: &str, group: &str) -> bool {
    let next = PACKAGES.next(tx, region, &format!("{group}/"), false);
    next.is_some_and(|(_, package)| package.group == group)
}

impl Package {
    /// Unique in the region.
    pub fn name(&self) -> String {
        name(&self.group, self.version)
    }
}

/// Padded, so that names sort as versions do.
fn name(group: &str, version: u32) -> String {
    format!("{group}/{version:08}")
}
