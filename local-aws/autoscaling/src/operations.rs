//! The operations on targets, policies, scheduled actions and activities.

mod activities;
mod constraints;
mod errors;
mod policies;
mod scheduled;
mod targets;

use crate::resource::NAMESPACE;
use local_core::operation;
use local_core::wire::Operation;
use local_core::wire::permission::Permission;

pub(super) use constraints::ALL as CONSTRAINTS;

pub(super) fn operations() -> Vec<Operation> {
    vec![
        operation!("RegisterScalableTarget", targets::register),
        operation!("DescribeScalableTargets", targets::describe),
        operation!("DeregisterScalableTarget", targets::deregister),
        operation!("PutScalingPolicy", policies::put),
        operation!("DescribeScalingPolicies", policies::describe),
        operation!("DeleteScalingPolicy", policies::delete),
        operation!("PutScheduledAction", scheduled::put),
        operation!("DescribeScheduledActions", scheduled::describe),
        operation!("DeleteScheduledAction", scheduled::delete),
        operation!("DescribeScalingActivities", activities::describe),
    ]
}

/// A request does not name a target by its ARN, whose last part the service makes.
const fn of_target(operation: &'static str, action: &'static str) -> Permission {
    Permission::new(operation, action, "scalable-target/*")
        .with(&[("application-autoscaling:service-namespace", NAMESPACE)])
}

pub(super) const PERMISSIONS: &[Permission] = &[
    of_target(
        "RegisterScalableTarget",
        "application-autoscaling:RegisterScalableTarget",
    ),
    of_target(
        "DeregisterScalableTarget",
        "application-autoscaling:DeregisterScalableTarget",
    ),
    of_target(
        "PutScalingPolicy",
        "application-autoscaling:PutScalingPolicy",
    ),
    of_target(
        "DeleteScalingPolicy",
        "application-autoscaling:DeleteScalingPolicy",
    ),
    of_target(
        "PutScheduledAction",
        "application-autoscaling:PutScheduledAction",
    ),
    of_target(
        "DeleteScheduledAction",
        "application-autoscaling:DeleteScheduledAction",
    ),
    Permission::new(
        "DescribeScalableTargets",
        "application-autoscaling:DescribeScalableTargets",
        "*",
    ),
    Permission::new(
        "DescribeScalingPolicies",
        "application-autoscaling:DescribeScalingPolicies",
        "*",
    ),
    Permission::new(
        "DescribeScheduledActions",
        "application-autoscaling:DescribeScheduledActions",
        "*",
    ),
    Permission::new(
        "DescribeScalingActivities",
        "application-autoscaling:DescribeScalingActivities",
        "*",
    ),
];
