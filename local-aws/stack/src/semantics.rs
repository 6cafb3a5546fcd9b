//! Where CloudFormation here does otherwise than AWS's. SEMANTICS.md is written from it.

use local_core::wire::apis;
use local_core::wire::semantics::{Note, Semantics};

pub(crate) const NOTES: &[Semantics] = &[Semantics {
    api: apis::CLOUDFORMATION.name,
    differs: &[
        "The template named at start is deployed, as the stack `reviewloop`: it is created or updated, a failure is rolled back. No operation deploys one.",
        "Log groups and dashboards are accepted without effect.",
        "A bucket's versioning, lifecycle, encryption, access log, public access block, ownership and tags have no effect.",
        "Nothing is encrypted: a KMS key of a bucket, a queue, a topic or a function is accepted without effect. So is a function's VPC.",
        "An update that leaves out a property which the service would keep (of a pipeline, a user group or a work team) is refused by name.",
        "A bucket that is there and whose policy keeps it is imported into a stack that is not, as infra/adopt does in an account; the deployment is then an update.",
        "A resource that the template leaves unnamed is `reviewloop-LOGICALID`; one that replaces it has a suffix.",
        "A deployment over DELETE_FAILED, ROLLBACK_FAILED or UPDATE_ROLLBACK_FAILED goes on, where AWS's wants the stack deleted or the rollback continued: it repeats the rollback, or brings back what the deletion took.",
        "Resources are created, updated and deleted one after the other.",
    ],
    operations: &[Note::differs(
        "DeleteStack",
        &["A stack that is being created or updated is refused: its deployment ends first."],
    )],
}];
