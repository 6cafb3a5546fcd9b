//! Where Lambda here does otherwise than AWS's. SEMANTICS.md is written from it.

use local_core::wire::apis;
use local_core::wire::semantics::{Note, Semantics};

use crate::headers::REFUSED_MEMBERS;

pub(crate) const NOTES: &[Semantics] = &[
    Semantics {
        api: apis::LAMBDA.name,
        differs: &[
            "A function is deployed by the template, from a binary that is built already; only the version `$LATEST` exists.",
            "A function without reserved concurrency has two sandboxes at most; a third caller waits.",
            "Memory is not limited, and a sandbox has no `AWS_SESSION_TOKEN`; an idle one ends after five minutes.",
            "Events are delivered once, except after a failure or a restart, or where `reviewloop up --unordered-delivery SEED` asks for more; AWS may deliver any event twice.",
            "The log is a file of the state folder, with START and REPORT lines.",
        ],
        operations: &[Note {
            refuses: &REFUSED_MEMBERS,
            ..Note::honours(
                "Invoke",
                &[
                    "FunctionName",
                    "InvocationType",
                    "LogType",
                    "Payload",
                    "Qualifier",
                ],
            )
        }],
    },
    Semantics {
        api: apis::LAMBDA_FUNCTION_URLS.name,
        differs: &[
            "The address is a path of local-aws's one port instead of a host of its own.",
            "With AuthType NONE the host is FUNCTION.localhost, so the function's name must have no capitals; the two permissions that AWS asks for everybody are not looked at.",
        ],
        operations: &[Note {
            refuses: &["methods other than GET and POST", "streamed responses"],
            ..Note::honours("InvokeFunctionUrl", &["Path", "Query", "Headers", "Body"])
        }],
    },
];
