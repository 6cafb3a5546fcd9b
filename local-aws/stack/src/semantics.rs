//! Where CloudFormation here does otherwise than AWS's. SEMANTICS.md is written from it.

use local_core::wire::apis;
use local_core::wire::semantics::Semantics;

pub(crate) const NOTES: &[Semantics] = &[Semantics {
    api: apis::CLOUDFORMATION.name,
    differs: &[
        "The template named at start is deployed; the API's operations are refused.",
        "Roles, policies, permissions, log groups, dashboards and Glue's tables are accepted without effect: nothing enforces IAM.",
        "A bucket's versioning, lifecycle, encryption, public access block, ownership and tags have no effect.",
        "A changed property updates its resource. What no operation of the service changes (a pool's `UsernameAttributes`, a group's `UserPoolId`, a work team's `WorkforceName`, anything of a model package group but its tags) is refused by name, where AWS's replaces the resource or refuses.",
        "A resource that left the template and cannot be removed is named in the log and forgotten; a deployment that fails is not rolled back.",
    ],
    operations: &[],
}];
