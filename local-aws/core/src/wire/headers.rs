//! The members of a raw operation that travel as headers.

use super::error::AwsError;
use super::operation::RawRequest;

/// A member of the request, and the header that carries it.
pub type Header = (&'static str, &'static str);

/// The members' names, as SEMANTICS.md lists them.
pub const fn members<const N: usize>(headers: [Header; N]) -> [&'static str; N] {
    let mut members = [""; N];
    let mut place = 0;
    while place < N {
        members[place] = headers[place].0;
        place += 1;
    }
    members
}

/// Refuses a request that has one of these headers, by its member's name.
pub fn refuse(operation: &str, refused: &[Header], request: &RawRequest) -> Result<(), AwsError> {
    let given = refused
        .iter()
        .find(|(_, header)| request.header(header).is_some());
    match given {
        None => Ok(()),
        Some((member, _)) => Err(AwsError::unsupported(format!(
            "local-aws does not honour the parameter {member} of {operation}"
        ))),
    }
}
