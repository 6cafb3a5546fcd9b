//! SQS's limits on members.
//!
//! Source: the SQS API reference, `CreateQueue`, `SetQueueAttributes`, `SendMessage`, `ReceiveMessage` and
//! `ChangeMessageVisibility`.

use std::borrow::Cow;

use local_core::wire::constraints::Rule::{Pattern, Range};
use local_core::wire::constraints::{Constraint, Constraints};

pub(super) const ALL: [Constraints; 2] = [
    Constraints {
        code: "InvalidParameterValue",
        table: Cow::Borrowed(PARAMETERS),
    },
    Constraints {
        code: "InvalidAttributeValue",
        table: Cow::Borrowed(ATTRIBUTES),
    },
];

const PARAMETERS: &[Constraint] = local_core::constraints! {
    "CreateQueue" {
        "QueueName": Pattern("[a-zA-Z0-9_-]{1,80}");
    }
    "SendMessage" {
        "DelaySeconds": Range(0, 900);
    }
    "ReceiveMessage" {
        "MaxNumberOfMessages": Range(1, 10);
        "VisibilityTimeout": Range(0, 43_200);
        "WaitTimeSeconds": Range(0, 20);
    }
    "ChangeMessageVisibility" {
        "VisibilityTimeout": Range(0, 43_200);
    }
};

const ATTRIBUTES: &[Constraint] = local_core::constraints! {
    "CreateQueue" {
        "Attributes.VisibilityTimeout": Range(0, 43_200);
        "Attributes.MessageRetentionPeriod": Range(60, 1_209_600);
        "Attributes.ReceiveMessageWaitTimeSeconds": Range(0, 20);
    }
    "SetQueueAttributes" {
        "Attributes.VisibilityTimeout": Range(0, 43_200);
        "Attributes.MessageRetentionPeriod": Range(60, 1_209_600);
        "Attributes.ReceiveMessageWaitTimeSeconds": Range(0, 20);
    }
};
