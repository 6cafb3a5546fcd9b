//! What an update does about one resource: from its row and the template to a step.

use sam::Resource;

use super::replacement::replaces;
use super::row::Row;

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// It is as it should be.
    Keep,
    /// In place.
    Update,
    /// Another one is created; this one is deleted in the clean-up.
    Replace,
}

/// Refuses a change that CloudFormation refuses.
pub(super) fn step(before: &Row, resource: &Resource) -> anyhow::Result<Step> {
    if before.properties == resource.properties && before.status.is_settled() {
        return Ok(Step::Keep);
    }
    if replaces(before, &resource.properties)? {
        Ok(Step::Replace)
    } else {
        Ok(Step::Update)
    }
}
