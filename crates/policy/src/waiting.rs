//! How long a resource may wait before reconcile reports it.

use std::time::Duration;

use contracts::task::Moment;

use crate::deployment::{self, Status};
use crate::notice::Matter;

const HOUR: u64 = 3600;

/// SageMaker ends a download of the model after an hour, and the wait for the first health check
/// after another.
const ENDPOINT: Duration = Duration::from_secs(2 * HOUR);
/// The pipeline's jobs end after hours; a day is more than all of them together.
pub const EXECUTION: Duration = Duration::from_secs(24 * HOUR);
/// A package without a decision: a person has had a working day.
pub const DECISION: Duration = Duration::from_secs(24 * HOUR);

/// A study's training that is refused: quotas are raised and permissions given within a day.
pub const REPEAT: Duration = Duration::from_secs(24 * HOUR);

/// The reviewers' oldest question; after three days it expires (`task::LIFETIME_SECONDS`).
const REVIEWS: Duration = Duration::from_secs(24 * HOUR);

/// Says that the endpoint has been busy for too long. In another status it waits for nothing: then
/// DescribeEndpoint only does not show the last call yet.
pub fn endpoint(status: &str, waited: Duration) -> Option<String> {
    if deployment::status(status) != Status::Busy {
        return None;
    }
    too_long(&format!("the endpoint has been {status}"), waited, ENDPOINT)
}

/// The questions that nobody has answered, where one has waited for too long; `open`: since when each is.
pub fn reviews(open: impl IntoIterator<Item = Moment>, now: Moment) -> Option<Matter> {
    let open: Vec<Moment> = open.into_iter().collect();
    let oldest = open.iter().min()?;
    let waited = Duration::from_millis(u64::try_from(now.0 - oldest.0).unwrap_or_default());
    (waited > REVIEWS).then_some(Matter::Reviews {
        open: open.len(),
        waited,
    })
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
    fn open_questions_are_told_once_the_oldest_has_waited_for_more_than_a_day() {
        let hours = |hours: i64| Moment(hours * 3_600_000);
        assert_eq!(reviews([], hours(100)), None);
        assert_eq!(reviews([hours(76), hours(90)], hours(100)), None);
        // Of a clock that is behind.
        assert_eq!(reviews([hours(101)], hours(100)), None);
        let told = Matter::Reviews {
            open: 2,
            waited: Duration::from_secs(25 * HOUR),
        };
        assert_eq!(reviews([hours(90), hours(75)], hours(100)), Some(told));
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
