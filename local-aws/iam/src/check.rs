//! What every stored policy is held to.

use local_core::wire::AwsError;

use crate::document::Policy;

/// IAM is the same in every region.
pub const EVERYWHERE: &str = "";

/// Refuses a policy that would not be evaluated as written.
pub fn check(document: &str) -> Result<(), AwsError> {
    let parsed = Policy::parse(document);
    parsed.map(drop).map_err(|reason| {
        let message = format!("local-aws does not evaluate this policy: {reason}");
        AwsError {
            code: "MalformedPolicyDocument".to_owned(),
            ..AwsError::unsupported(message)
        }
    })
}
