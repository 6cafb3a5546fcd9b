//! Policies of buckets, queues, topics and functions, by the resource's ARN.

use local_core::store::{Table, Tx};
use local_core::wire::AwsError;
use serde_json::{Value, json};

use crate::check::{EVERYWHERE, check};
use crate::document::Side;
use crate::topic;

const POLICIES: Table<String> = Table::new("iam/resource-policy");

/// Stores it, unless it is as stored; refuses one that would not be evaluated as written.
pub fn put(tx: &Tx, resource: &str, document: &str) -> Result<(), AwsError> {
    check(document, Side::Resource)?;
    if get(tx, resource).as_deref() != Some(document) {
        POLICIES.put(tx, EVERYWHERE, resource, &document.to_owned());
    }
    Ok(())
}

/// Puts statements in the place of those whose Sid is replaced, as `AddPermission` and `RemovePermission` do. A policy
/// without a statement is none.
pub fn put_statements(
    tx: &Tx,
    resource: &str,
    is_replaced: impl Fn(&str) -> bool,
    statements: Vec<Value>,
) -> Result<(), AwsError> {
    let mut all = statements_of(tx, resource);
    all.retain(|statement| !statement["Sid"].as_str().is_some_and(&is_replaced));
    all.extend(statements);
    // In any order of the calls the same.
    all.sort_by(|one, other| one["Sid"].as_str().cmp(&other["Sid"].as_str()));
    if all.is_empty() {
        remove(tx, resource);
        return Ok(());
    }
    let document = json!({ "Version": "2012-10-17", "Statement": all });
    put(tx, resource, &document.to_string())
}

fn statements_of(tx: &Tx, resource: &str) -> Vec<Value> {
    let stored = POLICIES.get(tx, EVERYWHERE, resource).unwrap_or_default();
    let mut document: Value = serde_json::from_str(&stored).unwrap_or_default();
    match document["Statement"].take() {
        Value::Array(statements) => statements,
        Value::Null => Vec::new(),
        one => vec![one],
    }
}

pub fn remove(tx: &Tx, resource: &str) {
    POLICIES.delete(tx, EVERYWHERE, resource);
}

/// Resource and policy of each.
pub fn all(tx: &Tx) -> Vec<(String, String)> {
    POLICIES.list(tx, EVERYWHERE)
}

/// The policy that speaks of a resource: an object's is its bucket's. A topic has one from its creation.
pub fn get(tx: &Tx, resource: &str) -> Option<String> {
    let stored = POLICIES.get(tx, EVERYWHERE, owner(resource));
    stored.or_else(|| topic::default_policy(resource))
}

/// The resource that has the policy.
pub fn owner(resource: &str) -> &str {
    let is_s3 = resource.starts_with("arn:aws:s3:::");
    let owner = is_s3.then(|| resource.split('/').next()).flatten();
    owner.unwrap_or(resource)
}
