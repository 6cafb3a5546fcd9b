//! SQS's limits on members.
//!
//! Source: the SQS API reference, `CreateQueue`, `SetQueueAttributes`, `SendMessage` and `ReceiveMessage`.

use local_core::wire::constraints::Rule::{Pattern, Range};
use local_core::wire::constraints::{Constraint, Constraints, Rule};

pub(super) const ALL: [Constraints; 2] = [
    Constraints {
        code: "InvalidParameterValue",
        table: PARAMETERS,
    },
    Constraints {
        code: "InvalidAttributeValue",
        table: ATTRIBUTES,
    },
];

const PARAMETERS: &[Constraint] = &[
    row("CreateQueue", "QueueName", Pattern("[a-zA-Z0-9_-]{1,80}")),
    row("SendMessage", "DelaySeconds", Range(0, 900)),
    row("ReceiveMessage", "MaxNumberOfMessages", Range(1, 10)),
    row("ReceiveMessage", "VisibilityTimeout", Range(0, 43_200)),
    row("ReceiveMessage", "WaitTimeSeconds", Range(0, 20)),
];

const VISIBILITY: &str = "Attributes.VisibilityTimeout";
const RETENTION: &str = "Attributes.MessageRetentionPeriod";
const WAIT: &str = "Attributes.ReceiveMessageWaitTimeSeconds";

const ATTRIBUTES: &[Constraint] = &[
    row("CreateQueue", VISIBILITY, Range(0, 43_200)),
    row("CreateQueue", RETENTION, Range(60, 1_209_600)),
    row("CreateQueue", WAIT, Range(0, 20)),
    row("SetQueueAttributes", VISIBILITY, Range(0, 43_200)),
    row("SetQueueAttributes", RETENTION, Range(60, 1_209_600)),
    row("SetQueueAttributes", WAIT, Range(0, 20)),
];

const fn row(operation: &'static str, member: &'static str, rule: Rule) -> Constraint {
    Constraint {
        operation,
        member,
        rule,
    }
}
