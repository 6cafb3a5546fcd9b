//! IAM's limits on members.
//!
//! Source: the IAM API reference, `CreateRole` and `PutRolePolicy`; the IAM user guide, "IAM and AWS STS quotas", for the
//! lengths of policies.

use std::borrow::Cow;

use local_core::wire::constraints::Constraints;
use local_core::wire::constraints::Rule::{Length, Pattern};

pub const ALL: Constraints = Constraints {
    code: "ValidationError",
    table: Cow::Borrowed(local_core::constraints! {
        "CreateRole" {
            "RoleName": Length(1, 64);
            "RoleName": Pattern(NAME);
            "AssumeRolePolicyDocument": Length(1, 2_048);
            "Description": Length(0, 1_000);
        }
        "PutRolePolicy" {
            "RoleName": Length(1, 64);
            "RoleName": Pattern(NAME);
            "PolicyName": Length(1, 128);
            "PolicyName": Pattern(NAME);
            "PolicyDocument": Length(1, 10_240);
        }
        "GetRole" {
            "RoleName": Length(1, 64);
            "RoleName": Pattern(NAME);
        }
        "DeleteRole" {
            "RoleName": Length(1, 64);
            "RoleName": Pattern(NAME);
        }
        "DeleteRolePolicy" {
            "RoleName": Length(1, 64);
            "RoleName": Pattern(NAME);
            "PolicyName": Length(1, 128);
            "PolicyName": Pattern(NAME);
        }
    }),
};

/// Of roles and of policies.
const NAME: &str = r"[\w+=,.@-]+";
