//! Where SQS, EventBridge and its Scheduler here do otherwise than AWS's. SEMANTICS.md is written
//! from it.

use local_core::wire::apis;
use local_core::wire::semantics::{Note, Semantics};

pub(crate) const NOTES: &[Semantics] = &[
    Semantics {
        api: apis::SQS.name,
        differs: &["Queues are standard queues that keep the order of their messages."],
        operations: &[Note::differs(
            "CreateQueue",
            &["`tags` are taken and dropped."],
        )],
    },
    Semantics {
        api: apis::EVENTBRIDGE.name,
        differs: &[
            "There is the default bus alone; targets are Lambda functions and SQS queues.",
            "Events reach a rule's targets once and in their order; AWS delivers at least once and in any order.",
        ],
        operations: &[Note::differs(
            "PutTargets",
            &[
                "`RetryPolicy` is stored and described, not followed: an event that is handed over cannot fail on the way.",
            ],
        )],
    },
    Semantics {
        api: apis::EVENTBRIDGE_SCHEDULER.name,
        differs: &["The template's rate schedules run; the API's operations are refused."],
        operations: &[],
    },
];
