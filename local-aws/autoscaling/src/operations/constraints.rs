//! Limits on members.
//!
//! Source: the Application Auto Scaling API reference and its service model.

use local_core::wire::constraints::Constraint;
use local_core::wire::constraints::Rule::{Items, Length, Range};
use local_core::wire::limits::MOST;

/// A page's size.
const PAGE: (i64, i64) = (1, 50);

pub const ALL: &[Constraint] = local_core::constraints! {
    "RegisterScalableTarget" {
        "ResourceId": Length(1, 1600);
        "MinCapacity": Range(0, MOST);
        "MaxCapacity": Range(0, MOST);
        "RoleARN": Length(1, 1600);
    }
    "DescribeScalableTargets" {
        "ResourceIds": Items(0, 50);
        "ResourceIds[]": Length(1, 1600);
        "MaxResults": Range(PAGE.0, PAGE.1);
    }
    "DeregisterScalableTarget" {
        "ResourceId": Length(1, 1600);
    }
    "PutScalingPolicy" {
        "PolicyName": Length(1, 256);
        "ResourceId": Length(1, 1600);
        "TargetTrackingScalingPolicyConfiguration.ScaleOutCooldown": Range(0, MOST);
        "TargetTrackingScalingPolicyConfiguration.ScaleInCooldown": Range(0, MOST);
    }
    "DescribeScalingPolicies" {
        "PolicyNames": Items(0, 50);
        "PolicyNames[]": Length(1, 1600);
        "ResourceId": Length(1, 1600);
        "MaxResults": Range(PAGE.0, PAGE.1);
    }
    "DeleteScalingPolicy" {
        "PolicyName": Length(1, 1600);
        "ResourceId": Length(1, 1600);
    }
    "PutScheduledAction" {
        "ScheduledActionName": Length(1, 256);
        "Schedule": Length(1, 1600);
        "Timezone": Length(1, 1600);
        "ResourceId": Length(1, 1600);
        "ScalableTargetAction.MinCapacity": Range(0, MOST);
        "ScalableTargetAction.MaxCapacity": Range(0, MOST);
    }
    "DescribeScheduledActions" {
        "ScheduledActionNames": Items(0, 50);
        "ScheduledActionNames[]": Length(1, 1600);
        "ResourceId": Length(1, 1600);
        "MaxResults": Range(PAGE.0, PAGE.1);
    }
    "DeleteScheduledAction" {
        "ScheduledActionName": Length(1, 1600);
        "ResourceId": Length(1, 1600);
    }
    "DescribeScalingActivities" {
        "ResourceId": Length(1, 1600);
        "MaxResults": Range(PAGE.0, PAGE.1);
    }
};
