//! A bucket that a deleted stack left behind comes into the new one: what infra/adopt does in an account.
//!
//! Source: the CloudFormation user guide, "Import AWS resources into a CloudFormation stack". The stack then
//! exists, as `IMPORT_COMPLETE`, and its deployment is an update.

use std::collections::BTreeMap;

use local_s3 as s3;
use sam::{Plan, Resource};

use super::call::Context;
use super::change::{Change, Provisioned};
use super::event;
use super::row::Row;
use super::stack::{self, Stack};
use super::status::Status;

const BUCKET: &str = "AWS::S3::Bucket";

/// Imports the buckets of the plan that are there already, where there is no stack. Only a bucket with a name of
/// its own and a policy that keeps it can be imported.
pub(super) fn adopt(context: &Context, plan: &Plan) {
    let cloud = &context.cloud;
    let is_there = Stack::find(cloud).is_some_and(|stack| {
        !matches!(
            stack.status,
            Status::DeleteComplete | Status::RollbackComplete
        )
    });
    if is_there || !Row::deployed(cloud).is_empty() {
        return;
    }
    let is_bucket = |logical_id: &&str| plan.resource_type(logical_id) == BUCKET;
    let buckets = plan.order().into_iter().filter(is_bucket);
    let rows: Vec<Row> = buckets
        .filter_map(|logical_id| plan.resource(logical_id, &|_| None).ok())
        .filter_map(|resource| imported(context, resource))
        .collect();
    if rows.is_empty() {
        return;
    }
    cloud.store.update(|tx| {
        let begun = Stack::begin(cloud, tx, &BTreeMap::new());
        for row in &rows {
            row.put(tx, &context.pseudo.region);
            event::of_resource(cloud, tx, row, row.status, None);
        }
        let imported = Stack {
            status: Status::ImportComplete,
            ..begun
        };
        stack::store(context, tx, &imported);
    });
}

/// The bucket's row: an import reads its name alone, the update that follows sets the rest.
fn imported(context: &Context, resource: Resource) -> Option<Row> {
    let name = resource.properties.get("BucketName")?.as_str()?.to_owned();
    let keeps = ["Retain", "RetainExceptOnCreate"];
    let is_kept = resource
        .deletion_policy
        .as_deref()
        .is_some_and(|policy| keeps.contains(&policy));
    let is_there = context.cloud.store.read(|tx| s3::has_bucket(tx, &name));
    if !is_kept || !is_there {
        return None;
    }
    let properties = [("BucketName".to_owned(), name.clone().into())];
    let resource = Resource {
        properties: properties.into_iter().collect(),
        ..resource
    };
    let change = Change::creation(context, resource, &[]);
    Some(change.row(Status::ImportComplete, Provisioned::new(name, [])))
}
