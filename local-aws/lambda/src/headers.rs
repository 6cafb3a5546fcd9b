//! `Invoke`'s members that travel as headers, of which some lead elsewhere than to one version of one
//! function.

use local_core::wire::{AwsError, RawRequest};

/// A member of the request, and the header that carries it.
type Header = (&'static str, &'static str);

const REFUSED: [Header; 3] = [
    ("ClientContext", "x-amz-client-context"),
    ("DurableExecutionName", "x-amz-durable-execution-name"),
    ("TenantId", "x-amz-tenant-id"),
];

/// What SEMANTICS.md lists.
pub(crate) const REFUSED_MEMBERS: [&str; 4] = [
    REFUSED[0].0,
    REFUSED[1].0,
    REFUSED[2].0,
    "a Qualifier other than $LATEST",
];

pub(super) fn check(request: &RawRequest) -> Result<(), AwsError> {
    let refused = REFUSED
        .iter()
        .find(|(_, header)| request.header(header).is_some());
    match refused {
        None => Ok(()),
        Some((member, _)) => Err(AwsError::unsupported(format!(
            "local-aws does not honour {member} of Invoke"
        ))),
    }
}

#[cfg(test)]
mod tests;
