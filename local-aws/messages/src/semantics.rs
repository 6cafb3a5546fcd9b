//! Where SQS, EventBridge and its Scheduler here do otherwise than AWS's. SEMANTICS.md is written
//! from it.

use local_core::wire::apis;
use local_core::wire::semantics::{Note, Semantics};

pub(crate) const NOTES: &[Semantics] = &[
    Semantics {
        api: apis::SQS.name,
        differs: &[
            "Queues are standard queues that give the message first that is visible longest.",
        ],
        operations: &[Note::differs(
            "SendMessage",
            &["Message attributes are strings; other types are refused."],
        )],
    },
    Semantics {
        api: apis::EVENTBRIDGE.name,
        differs: &[
            "There is the default bus alone; targets are Lambda functions, SQS queues and SNS topics.",
            "Events reach a rule's targets once and in their order; AWS delivers at least once and in any order, and so does `reviewloop up --unordered-delivery SEED`.",
        ],
        operations: &[
            Note::differs("PutRule", &["A pattern with `$or` is refused."]),
            Note::differs(
                "PutTargets",
                &["Paths of an input transformer are names and indices; wildcards are refused."],
            ),
        ],
    },
    Semantics {
        api: apis::SNS.name,
        differs: &[
            "Topics and e-mail subscriptions come from the template, rules and alarms publish; the API's operations are refused.",
            "Nothing is mailed: `reviewloop up` shows each message.",
        ],
        operations: &[],
    },
    Semantics {
        api: apis::EVENTBRIDGE_SCHEDULER.name,
        differs: &["The template's rate schedules run; the API's operations are refused."],
        operations: &[],
    },
];
