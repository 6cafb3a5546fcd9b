//! EventBridge's limits on members.
//!
//! Source: the EventBridge API reference, `PutRule`, `PutTargets` and `Target`.

use std::borrow::Cow;

use local_core::wire::constraints::Constraints;
use local_core::wire::constraints::Rule::{Length, Pattern, Range};

pub(super) const ALL: Constraints = Constraints {
    code: "ValidationException",
    table: Cow::Borrowed(local_core::constraints! {
        "PutRule" {
            "Name": Pattern(NAME);
            "Description": Length(0, 512);
            "EventPattern": Length(0, 4_096);
        }
        "PutTargets" {
            "Rule": Pattern(NAME);
            "Targets[].Id": Pattern(NAME);
            "Targets[].Arn": Length(1, 1_600);
            "Targets[].Input": Length(0, 8_192);
            "Targets[].InputTransformer.InputTemplate": Length(1, 8_192);
            "Targets[].RetryPolicy.MaximumRetryAttempts": Range(0, 185);
            "Targets[].RetryPolicy.MaximumEventAgeInSeconds": Range(60, 86_400);
        }
    }),
};

/// Of rules and of targets.
const NAME: &str = r"[\.\-_A-Za-z0-9]{1,64}";
