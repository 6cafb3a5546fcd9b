//! Policies of buckets, queues and functions, by the resource's ARN.

use local_core::store::{Table, Tx};
use local_core::wire::AwsError;

use crate::check::{EVERYWHERE, check};

const POLICIES: Table<String> = Table::new("iam/resource-policy");

/// Stores it, unless it is as stored; refuses one that would not be evaluated as written.
pub fn put(tx: &Tx, resource: &str, document: &str) -> Result<(), AwsError> {
    check(document)?;
    if get(tx, resource).as_deref() != Some(document) {
        POLICIES.put(tx, EVERYWHERE, resource, &document.to_owned());
    }
    Ok(())
}

pub fn remove(tx: &Tx, resource: &str) {
    POLICIES.delete(tx, EVERYWHERE, resource);
}

/// Resource and policy of each.
pub fn all(tx: &Tx) -> Vec<(String, String)> {
    POLICIES.list(tx, EVERYWHERE)
}

/// The policy that speaks of a resource: an object's is its bucket's.
pub fn get(tx: &Tx, resource: &str) -> Option<String> {
    POLICIES.get(tx, EVERYWHERE, owner(resource))
}

/// The resource that has the policy.
pub fn owner(resource: &str) -> &str {
    let is_s3 = resource.starts_with("arn:aws:s3:::");
    let owner = is_s3.then(|| resource.split('/').next()).flatten();
    owner.unwrap_or(resource)
}
