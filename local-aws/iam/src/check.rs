//! What every stored policy is held to.

use local_core::wire::AwsError;

use crate::document::Policy;
use crate::document::Side;

/// IAM is the same in every region.
pub const EVERYWHERE: &str = "";

/// Refuses a policy that would not be evaluated as written, and one that is none of its side.
pub fn check(document: &str, side: Side) -> Result<(), AwsError> {
    let parsed = Policy::parse(document).and_then(|policy| policy.check(side));
    parsed.map_err(|reason| {
        let message = format!("local-aws does not evaluate this policy: {reason}");
        AwsError {
            code: "MalformedPolicyDocument".to_owned(),
            ..AwsError::unsupported(message)
        }
    })
}
