//! Custom resources: a function is asked, and answers to a presigned URL.
//!
//! Source: the CloudFormation user guide, "Custom resource request objects" and "response objects".

mod answer;
mod request;

use super::call::Context;
use super::change::{Change, Provisioned};
use super::row::Row;
pub(super) use answer::can_be_asked;
use request::Request;

pub(super) fn is_custom(resource_type: &str) -> bool {
    resource_type.starts_with("Custom::") || resource_type == "AWS::CloudFormation::CustomResource"
}

pub(super) async fn deploy(context: &Context, change: &Change) -> anyhow::Result<Provisioned> {
    let before = change.deployed();
    let request = Request {
        request_type: before.map_or("Create", |_| "Update"),
        logical_id: &change.resource.logical_id,
        resource_type: &change.resource.resource_type,
        properties: &change.resource.properties,
        physical_id: before.map(|row| row.physical_id.as_str()),
        old_properties: before.map(|row| &row.properties),
    };
    let (physical_id, attributes) = answer::ask(context, &request).await?;
    Ok(Provisioned {
        attributes,
        ..Provisioned::new(physical_id, [])
    })
}

pub(super) async fn delete(context: &Context, row: &Row) -> anyhow::Result<()> {
    let request = Request {
        request_type: "Delete",
        logical_id: &row.logical_id,
        resource_type: &row.resource_type,
        properties: &row.properties,
        physical_id: Some(&row.physical_id),
        old_properties: None,
    };
    answer::ask(context, &request).await.map(drop)
}

/// Deletes what answers are left: those that came too late.
pub(super) fn forget_answers(context: &Context) {
    answer::forget_all(context);
}

/// The id under which a creation is deleted that failed or was interrupted, as CloudFormation gives one: a custom
/// resource may have made something. Of other types nothing is there, and the id is empty.
pub(super) fn first_physical_id(context: &Context, change: &Change) -> String {
    if !is_custom(&change.resource.resource_type) {
        return String::new();
    }
    let name = context.default_name(&change.resource.logical_id);
    format!("{name}-{}", context.cloud.world.dice("stack/name").hex(12))
}

/// The id that the function answered with its failure.
pub(super) fn answered_id(error: &anyhow::Error) -> Option<String> {
    error.downcast_ref::<answer::Failed>()?.physical_id.clone()
}
