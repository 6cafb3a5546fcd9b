//! `Invoke`'s members that travel as headers, of which some lead elsewhere than to one version of one
//! function.

use local_core::wire::headers::{Header, members, refuse};
use local_core::wire::{AwsError, RawRequest};

const REFUSED: [Header; 3] = [
    ("ClientContext", "x-amz-client-context"),
    ("DurableExecutionName", "x-amz-durable-execution-name"),
    ("TenantId", "x-amz-tenant-id"),
];

/// What SEMANTICS.md lists.
pub(crate) const REFUSED_MEMBERS: [&str; 4] = {
    let [a, b, c] = members(REFUSED);
    [a, b, c, "a Qualifier other than $LATEST"]
};

pub(super) fn check(request: &RawRequest) -> Result<(), AwsError> {
    refuse("Invoke", &REFUSED, request)
}

#[cfg(test)]
mod tests;
