//! Where Athena here does otherwise than AWS's. SEMANTICS.md is written from it.

use local_core::wire::apis;
use local_core::wire::semantics::{Note, Semantics};

pub(crate) const NOTES: &[Semantics] = &[Semantics {
    api: apis::ATHENA.name,
    differs: &[
        "A program of its own runs the statements. It is built at the first one where whoever starts local-aws has it built; the query is QUEUED meanwhile.",
        "The engine reads and writes S3 with its caller's key, and changes of the catalogue ask the caller's policies. A database, table or partition that the caller may not get from Glue is, to its statement, not there; AWS says that it is denied.",
        "A query that ran when local-aws ended is FAILED at the next start, with a retryable error: nothing is run twice.",
        "Executions are kept as long as their workgroup; AWS forgets them after 45 days.",
        "Named queries, prepared statements, capacity reservations, Spark, other catalogues and tags are refused; `Tags` of CreateWorkGroup has no effect.",
        "Nothing is encrypted: SSE_S3 and SSE_KMS are accepted without effect, CSE_KMS is refused.",
    ],
    operations: &[
        Note::differs(
            "CreateWorkGroup",
            &[
                "A query that has scanned more than `BytesScannedCutoffPerQuery` is CANCELLED at its end; its result's objects are there.",
            ],
        ),
        Note::differs(
            "StartQueryExecution",
            &["A result is not reused: `ResultReuseConfiguration` that is enabled is refused."],
        ),
    ],
}];
