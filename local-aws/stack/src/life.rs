//! The life of the stack: each operation from its start to a status that lasts.
//!
//! ```text
//! nothing, ROLLBACK_COMPLETE, DELETE_COMPLETE        deploy  CREATE_…, failed: ROLLBACK_…
//! IMPORT_COMPLETE                                    (a bucket that a deleted stack kept)
//! CREATE_COMPLETE, UPDATE_…COMPLETE, DELETE_FAILED   deploy  UPDATE_…, failed: UPDATE_ROLLBACK_…
//! any of them                                        delete  DELETE_COMPLETE or DELETE_FAILED
//! ```
//!
//! Source: the CloudFormation user guide, "Stack status codes". A status is stored before what it stands
//! for begins, so that the next process knows how far the last one came.

use anyhow::{anyhow, bail};
use sam::{Parameters, Plan, Template};

use super::adoption::adopt;
use super::call::Context;
use super::course::{CREATION, Course, UPDATE};
use super::deployment::{self, Rows};
use super::leftover::{Cause, settle};
use super::removal::clean_up;
use super::resource;
use super::resume::resume;
use super::rollback::roll_back;
use super::row::{BEFORE, Row};
use super::stack::{self, Stack, check_status, enter};
use super::status::Status;

/// Creates the stack, or updates it to this template and these parameters.
pub(super) async fn deploy(
    context: &Context,
    template: &Template,
    parameters: &Parameters,
) -> anyhow::Result<()> {
    let plan = template.plan(parameters, &context.pseudo)?;
    resume(context).await?;
    check_types(&plan, &Row::deployed(&context.cloud))?;
    adopt(context, &plan);
    let rows = deployment::refresh(context).await?;
    let read = Stack::find(&context.cloud).map(|stack| stack.status);
    if let Some(status) = read
        && status.is_complete()
        && deployment::is_as_deployed(context, &plan, &rows)
    {
        return complete(context, status, parameters, (&plan, &rows));
    }
    let course = course(read, &rows);
    begin(context, course, read, parameters)?;
    let deployed = deployment::bring_about(context, &plan).await;
    let deployed =
        deployed.and_then(|rows| complete(context, course.started, parameters, (&plan, &rows)));
    if let Err(error) = deployed {
        return Err(rolled_back(context, course, &error).await);
    }
    context.cloud.store.update(|tx| {
        let is_in_template = |logical_id: &str| plan.order().contains(&logical_id);
        settle(tx, &context.pseudo.region, is_in_template, Cause::Removed);
        enter(context, tx, course.clean_up, None);
    });
    clean_up(context, course.complete).await;
    Ok(())
}

/// What CloudFormation refuses before it begins.
fn check_types(plan: &Plan, rows: &Rows) -> anyhow::Result<()> {
    for logical_id in plan.order() {
        let kind = plan.resource_type(logical_id);
        if !resource::is_known(kind) {
            bail!("{logical_id}: resources of type {kind} are not supported by local-aws");
        }
        if rows
            .get(logical_id)
            .is_some_and(|row| row.resource_type != kind)
        {
            bail!(
                "Update of resource type is not permitted. The new template modifies resource type of the \
                 following resources: [{logical_id}]"
            );
        }
    }
    Ok(())
}

/// A state of an older version has resources and no stack: they are updated.
fn course(read: Option<Status>, rows: &Rows) -> &'static Course {
    match read {
        None if !rows.is_empty() => &UPDATE,
        None
        | Some(Status::CreateInProgress | Status::RollbackComplete | Status::DeleteComplete) => {
            &CREATION
        }
        Some(_) => &UPDATE,
    }
}

/// Stores what a rollback leads back to. A creation may have begun in an earlier process.
fn begin(
    context: &Context,
    course: &Course,
    read: Option<Status>,
    parameters: &Parameters,
) -> anyhow::Result<()> {
    let cloud = &context.cloud;
    let region = &context.pseudo.region;
    cloud.store.write(|tx| {
        check_status(context, tx, read)?;
        if read == Some(course.started) {
            return Ok(());
        }
        let is_update = course.started == Status::UpdateInProgress;
        if is_update {
            for (logical_id, row) in Row::deployed_in(tx, region) {
                BEFORE.put(tx, region, &logical_id, &row);
            }
        }
        let stack = Stack::get(tx, region).filter(|_| is_update);
        let stack = stack.unwrap_or_else(|| Stack::begin(cloud, tx, parameters));
        let begun = Stack {
            status: course.started,
            reason: None,
            ..stack
        };
        stack::store(context, tx, &begun);
        Ok(())
    })
}

/// The stack's outputs and parameters, once its resources are there.
fn complete(
    context: &Context,
    read: Status,
    parameters: &Parameters,
    (plan, rows): (&Plan, &Rows),
) -> anyhow::Result<()> {
    let outputs = deployment::outputs(plan, rows)?;
    let region = &context.pseudo.region;
    context.cloud.store.write(|tx| {
        check_status(context, tx, Some(read))?;
        let Some(stack) = Stack::get(tx, region) else {
            return Ok(());
        };
        let completed = Stack {
            outputs,
            parameters: parameters.clone(),
            ..stack.clone()
        };
        if completed != stack {
            completed.put(tx, region);
        }
        Ok(())
    })
}

/// Rolls the operation back; the error says what failed, and how the rollback ended.
async fn rolled_back(context: &Context, course: &Course, cause: &anyhow::Error) -> anyhow::Error {
    let cause = format!("{cause:#}");
    match roll_back(context, course, (course.started, Some(&cause))).await {
        Ok(()) => anyhow!("{cause}; the stack was rolled back: {}", course.rolled_back),
        Err(error) => anyhow!(
            "{cause}; the stack could not be rolled back: {}: {error:#}",
            course.rollback_failed
        ),
    }
}
