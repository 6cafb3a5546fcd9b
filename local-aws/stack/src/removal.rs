//! The end of resources that the template has no more, or that another resource has replaced.

use std::collections::BTreeMap;

use super::call::Context;
use super::row::{InUse, Row, logical_id};
use super::{custom, function, resource};

/// Removes them in the reverse of the order in which they were deployed, as CloudFormation cleans up:
/// a resource that cannot be removed is named, left as it is and forgotten.
pub(super) async fn remove_stale(context: &Context, rows: &BTreeMap<String, Row>) {
    let in_use = InUse::new(rows.values());
    let mut stale = Row::all(&context.cloud);
    stale.retain(|(name, _)| !rows.contains_key(name));
    stale.sort_by_key(|(_, row)| std::cmp::Reverse(row.position));
    for (name, row) in stale {
        let logical_id = logical_id(&name);
        let (kind, id) = (row.resource_type.as_str(), row.physical_id.as_str());
        if custom::is_custom(kind) && !custom::can_be_asked(context) {
            tracing::warn!(
                logical_id,
                "not deleted yet: nothing runs functions here, and this resource needs one"
            );
            continue;
        }
        if !row.retained {
            // Under another logical id a function stays and has other rules.
            function::remove_triggers(context, &row, &in_use);
        }
        if row.retained || in_use.has(kind, id) {
            tracing::info!(logical_id, resource.kind = kind, "kept");
        } else {
            match resource::remove(context, logical_id, &row).await {
                Ok(()) => tracing::info!(logical_id, resource.kind = kind, "removed"),
                Err(error) => tracing::warn!(
                    logical_id,
                    resource.kind = kind,
                    reason = format!("{error:#}"),
                    "not removed: the template has it no more, and it stays"
                ),
            }
        }
        Row::delete(&context.cloud, &name);
    }
}
