//! EventBridge's limits on members.
//!
//! Source: the EventBridge API reference, `PutRule`, `PutTargets` and `Target`.

use local_core::wire::constraints::Rule::{Length, Pattern, Range};
use local_core::wire::constraints::{Constraint, Constraints, Rule};

pub(super) const ALL: Constraints = Constraints {
    code: "ValidationException",
    table: &[
        row("PutRule", "Name", Pattern(NAME)),
        row("PutRule", "Description", Length(0, 512)),
        row("PutRule", "EventPattern", Length(0, 4_096)),
        row("PutTargets", "Rule", Pattern(NAME)),
        row("PutTargets", "Targets[].Id", Pattern(NAME)),
        row("PutTargets", "Targets[].Arn", Length(1, 1_600)),
        row("PutTargets", "Targets[].Input", Length(0, 8_192)),
        row(
            "PutTargets",
            "Targets[].RetryPolicy.MaximumRetryAttempts",
            Range(0, 185),
        ),
        row(
            "PutTargets",
            "Targets[].RetryPolicy.MaximumEventAgeInSeconds",
            Range(60, 86_400),
        ),
    ],
};

/// Of rules and of targets.
const NAME: &str = r"[\.\-_A-Za-z0-9]{1,64}";

const fn row(operation: &'static str, member: &'static str, rule: Rule) -> Constraint {
    Constraint {
        operation,
        member,
        rule,
    }
}
