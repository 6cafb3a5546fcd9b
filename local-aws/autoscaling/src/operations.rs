//! The operations on targets, policies and activities.

mod activities;
mod constraints;
mod errors;
mod policies;
mod targets;

use local_core::operation;
use local_core::permissions;
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
        operation!("DescribeScalingActivities", activities::describe),
    ]
}

/// A request does not name a target by its ARN, whose last part the service makes.
pub(super) const PERMISSIONS: &[Permission] = permissions! {
    "application-autoscaling" {
        "RegisterScalableTarget": "scalable-target/*";
        "DescribeScalableTargets": "*";
        "DeregisterScalableTarget": "scalable-target/*";
        "PutScalingPolicy": "scalable-target/*";
        "DescribeScalingPolicies": "*";
        "DeleteScalingPolicy": "scalable-target/*";
        "DescribeScalingActivities": "*";
    }
};
