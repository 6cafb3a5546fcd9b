//! Custom resources: a function is asked, and answers to a presigned URL.
//!
//! Source: the CloudFormation user guide, "Custom resource request objects" and "response objects".

mod answer;
mod request;

use super::call::Context;
use super::change::{Change, Provisioned};
use super::row::Row;
use request::Request;

pub(super) fn is_custom(resource_type: &str) -> bool {
    resource_type.starts_with("Custom::") || resource_type == "AWS::CloudFormation::CustomResource"
}

/// Whether functions run here; a custom resource needs one.
pub(super) fn can_be_asked(context: &Context) -> bool {
    let settings = &context.cloud.settings;
    settings.functions_dir.is_some() && settings.run_tasks
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

/// The id under which a creation that failed is deleted: a custom resource may have made something. It is
/// the one that the function answered, or one of ours, as CloudFormation gives one. Of other types nothing
/// is there, and the id is empty.
pub(super) fn physical_id_of_failure(
    context: &Context,
    change: &Change,
    error: &anyhow::Error,
) -> String {
    if !is_custom(&change.resource.resource_type) {
        return String::new();
    }
    let answered = error.downcast_ref::<answer::Failed>();
    let answered = answered.and_then(|failed| failed.physical_id.clone());
    answered.unwrap_or_else(|| {
        let name = context.default_name(&change.resource.logical_id);
        format!("{name}-{}", context.cloud.world.dice("stack/name").hex(12))
    })
}
