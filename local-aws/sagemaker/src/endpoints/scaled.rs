//! The variants that are scalable targets of Application Auto Scaling, which registers them here: an update must not
//! take one away or change its instances' type, and a deleted endpoint takes its targets with it.
//!
//! Sources: the SageMaker developer guide, "endpoint-scaling-update" and "endpoint-delete-with-scaling".

use std::collections::BTreeMap;

use super::state::Endpoint;
use super::variant::Variant;
use local_core::Call;
use local_core::authorization::Question;
use local_core::store::{Table, Tx};
use local_core::wire::AwsError;

/// By the endpoint's name: the ID of the target that each variant is.
const SCALED: Table<BTreeMap<String, String>> = Table::new("sagemaker/scaled-variants");

/// The ID of the target that a variant is.
pub fn registered(tx: &Tx, region: &str, endpoint: &str, variant: &str) -> Option<String> {
    SCALED.get(tx, region, endpoint)?.remove(variant)
}

pub fn register(tx: &Tx, region: &str, endpoint: &str, variant: &str, target: &str) {
    let mut targets = SCALED.get(tx, region, endpoint).unwrap_or_default();
    targets.insert(variant.to_owned(), target.to_owned());
    SCALED.put(tx, region, endpoint, &targets);
}

pub fn deregister(tx: &Tx, region: &str, endpoint: &str, variant: &str) {
    let mut targets = SCALED.get(tx, region, endpoint).unwrap_or_default();
    targets.remove(variant);
    if targets.is_empty() {
        forget(tx, region, endpoint);
    } else {
        SCALED.put(tx, region, endpoint, &targets);
    }
}

pub fn forget(tx: &Tx, region: &str, endpoint: &str) {
    SCALED.delete(tx, region, endpoint);
}

/// Refuses a fleet without a variant that is a target, or with such a variant on another type.
pub fn check(
    tx: &Tx,
    region: &str,
    endpoint: &Endpoint,
    variants: &[Variant],
) -> Result<(), AwsError> {
    let targets = SCALED.get(tx, region, &endpoint.name).unwrap_or_default();
    let instance_type = |variants: &[Variant], name: &str| {
        let mut variants = variants.iter();
        let variant = variants.find(|variant| variant.name == name);
        variant.and_then(|variant| variant.instance_type.clone())
    };
    let changed = targets
        .keys()
        .filter(|name| instance_type(&endpoint.variants, name) != instance_type(variants, name));
    let changed: Vec<&str> = changed.map(String::as_str).collect();
    if changed.is_empty() {
        return Ok(());
    }
    Err(AwsError::validation(format!(
        "The variant(s) \"[{}]\" must be deregistered as scalable targets with AWS Auto Scaling before they can be \
         removed or have their instance type updated.",
        changed.join(", ")
    )))
}

/// Who deletes an endpoint with targets needs the right to deregister each.
pub fn authorize_deletion(call: &Call, tx: &Tx, endpoint: &Endpoint) -> Result<(), AwsError> {
    let targets = SCALED.get(tx, &call.region, &endpoint.name);
    let mut targets = targets.unwrap_or_default().into_values();
    targets.try_for_each(|id| {
        let target = call.arn("application-autoscaling", &format!("scalable-target/{id}"));
        let action = "application-autoscaling:DeregisterScalableTarget";
        let question = Question::new(&call.principal, action, &target);
        call.cloud.authorize_in(tx, &question)
    })
}
