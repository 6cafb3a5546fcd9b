//! How long a resource may wait before reconcile reports it.

use std::time::Duration;

use crate::deployment::{self, Status};

const HOUR: u64 = 3600;

/// SageMaker ends a download of the model after an hour, and the wait for the first health check
/// after another.
const ENDPOINT: Duration = Duration::from_secs(2 * HOUR);
/// The pipeline's jobs end after hours; a day is more than all of them together.
pub const EXECUTION: Duration = Duration::from_secs(24 * HOUR);
/// A package without a decision: a person has had a working day.
pub const DECISION: Duration = Duration::from_secs(24 * HOUR);

/// Says that the endpoint has been busy for too long. In another status it waits for nothing: then
/// DescribeEndpoint only does not show the last call yet.
pub fn endpoint(status: &str, waited: Duration) -> Option<String> {
    if deployment::status(status) != Status::Busy {
        return None;
    }
    too_long(&format!("the endpoint has been {status}"), waited, ENDPOINT)
}

/// Says that something has waited longer than its bound.
pub fn too_long(subject: &str, waited: Duration, bound: Duration) -> Option<String> {
    (waited > bound).then(|| {
        let (waited, bound) = (waited.as_secs() / HOUR, bound.as_secs() / HOUR);
        format!("{subject} for {waited} hours; {bound} are expected at most")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_busy_endpoint_is_said_to_wait() {
        let days = Duration::from_secs(72 * HOUR);
        assert_eq!(endpoint("InService", days), None);
        assert_eq!(endpoint("Failed", days), None);
        assert_eq!(endpoint("Updating", ENDPOINT), None);
        assert!(endpoint("Updating", days).is_some_and(|said| said.contains("72 hours")));
    }

    #[test]
    fn only_what_waits_longer_than_its_bound_is_said() {
        assert_eq!(too_long("it is Updating", ENDPOINT, ENDPOINT), None);
        assert_eq!(
            too_long(
                "it is Updating",
                ENDPOINT + Duration::from_secs(HOUR),
                ENDPOINT
            ),
            Some("it is Updating for 3 hours; 2 are expected at most".to_owned())
        );
    }
}
