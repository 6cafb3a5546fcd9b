//! How the endpoint converges on the desired version, and when that is given up.

use contracts::deployment::Deployment;

/// The endpoint as DescribeEndpoint tells of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Endpoint<'a> {
    pub status: Status,
    pub config: &'a str,
    /// The config an update in progress moves to.
    pub pending_config: Option<&'a str>,
    pub failure_reason: &'a str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    InService,
    Failed,
    /// Creating, Updating, RollingBack, Deleting and whatever SageMaker adds: wait.
    Busy,
}

/// SDK and events spell statuses differently (`InService`, `IN_SERVICE`): fold both.
pub fn status(text: &str) -> Status {
    let folded: String = text
        .chars()
        .filter(|c| *c != '_')
        .flat_map(char::to_lowercase)
        .collect();
    match folded.as_str() {
        "inservice" => Status::InService,
        "failed" | "updaterollbackfailed" => Status::Failed,
        _ => Status::Busy,
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Record an attempt, then CreateEndpoint.
    Create,
    /// Record an attempt, then UpdateEndpoint.
    Update,
    /// A failed endpoint can only be deleted; the next look creates it anew.
    Delete,
    /// An operation is under way; `accepted` where it is towards the desired config.
    Wait { accepted: bool },
    /// InService on the desired config.
    Confirmed,
    /// watch-endpoint withdraws the version, with this reason, before anything may redeploy.
    Withdraw { mark: &'static str, reason: String },
    /// The version was live with other hosting settings: they are at fault, for a person to see.
    Stuck { reason: String },
}

/// `record` is what was asked so far for the desired config. A version that is `proven`, live
/// before with other settings, is never withdrawn for theirs.
pub fn next(
    desired_config: &str,
    endpoint: Option<Endpoint>,
    record: Option<&Deployment>,
    proven: bool,
    maximum_attempts: u32,
) -> Step {
    match towards(desired_config, endpoint, record, maximum_attempts) {
        Step::Withdraw { reason, .. } if proven => Step::Stuck {
            reason: format!("{reason}; with other hosting settings this version was live"),
        },
        step => step,
    }
}

fn towards(
    desired_config: &str,
    endpoint: Option<Endpoint>,
    record: Option<&Deployment>,
    maximum_attempts: u32,
) -> Step {
    let attempts = record.map_or(0, |record| record.attempts);
    let Some(endpoint) = endpoint else {
        let was_live = record.is_some_and(|record| record.confirmed);
        return if attempts < maximum_attempts || was_live {
            Step::Create
        } else {
            gave_up(attempts, "")
        };
    };
    match endpoint.status {
        Status::Busy => {
            let towards = endpoint.pending_config.unwrap_or(endpoint.config);
            Step::Wait {
                accepted: towards == desired_config,
            }
        }
        Status::InService if endpoint.config == desired_config => Step::Confirmed,
        Status::InService if record.is_some_and(|r| rolled_back(r, endpoint.config)) => {
            let reason = format!(
                "the endpoint went back to {} by itself instead of {desired_config}",
                endpoint.config
            );
            Step::Withdraw {
                mark: ROLLED_BACK,
                reason,
            }
        }
        // Confirmed once and live no more: a person or a pin moved it, so it may be asked anew.
        Status::InService if record.is_some_and(|r| r.confirmed) => Step::Update,
        Status::InService if attempts < maximum_attempts => Step::Update,
        Status::InService => gave_up(attempts, "every update was refused"),
        Status::Failed if endpoint.config == desired_config && attempts >= maximum_attempts => {
            gave_up(attempts, endpoint.failure_reason)
        }
        Status::Failed => Step::Delete,
    }
}

fn rolled_back(record: &Deployment, config: &str) -> bool {
    record.accepted && !record.confirmed && record.from.as_deref() == Some(config)
}

pub const ROLLED_BACK: &str = "rolled back";
pub const FAILED: &str = "failed";

fn gave_up(attempts: u32, reason: &str) -> Step {
    let reason = format!("the endpoint failed in {attempts} attempts: {reason}");
    Step::Withdraw {
        mark: FAILED,
        reason: reason.trim_end_matches(": ").to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOUND: u32 = 3;

    fn endpoint<'a>(status: Status, config: &'a str, pending: Option<&'a str>) -> Endpoint<'a> {
        Endpoint {
            status,
            config,
            pending_config: pending,
            failure_reason: "no ping",
        }
    }

    fn record(attempts: u32, accepted: bool, confirmed: bool) -> Deployment {
        Deployment {
            endpoint_config: "new".into(),
            model_package_arn: "arn".into(),
            from: Some("old".into()),
            attempts,
            accepted,
            confirmed,
        }
    }

    #[track_caller]
    fn check(endpoint: Option<Endpoint>, record: Option<Deployment>, expected: Step) {
        assert_eq!(
            next("new", endpoint, record.as_ref(), false, BOUND),
            expected
        );
    }

    #[test]
    fn the_endpoint_is_created_updated_awaited_and_confirmed() {
        check(None, None, Step::Create);
        check(
            Some(endpoint(Status::Busy, "new", None)),
            None,
            Step::Wait { accepted: true },
        );
        check(
            Some(endpoint(Status::InService, "old", None)),
            None,
            Step::Update,
        );
        let updating = endpoint(Status::Busy, "old", Some("new"));
        check(
            Some(updating),
            Some(record(1, false, false)),
            Step::Wait { accepted: true },
        );
        let other = endpoint(Status::Busy, "old", Some("other"));
        check(Some(other), None, Step::Wait { accepted: false });
        check(
            Some(endpoint(Status::InService, "new", None)),
            None,
            Step::Confirmed,
        );
    }

    #[test]
    fn a_silent_rollback_is_withdrawn_and_a_call_that_never_came_is_repeated() {
        let old = endpoint(Status::InService, "old", None);
        let step = next(
            "new",
            Some(old),
            Some(&record(1, true, false)),
            false,
            BOUND,
        );
        assert!(
            matches!(
                step,
                Step::Withdraw {
                    mark: ROLLED_BACK,
                    ..
                }
            ),
            "{step:?}"
        );
        // Somebody else moved it meanwhile: that is no rollback of ours.
        let third = endpoint(Status::InService, "third", None);
        check(Some(third), Some(record(1, true, false)), Step::Update);
        check(Some(old), Some(record(1, false, false)), Step::Update);
        check(Some(old), Some(record(3, true, true)), Step::Update);
        let step = next(
            "new",
            Some(old),
            Some(&record(3, false, false)),
            false,
            BOUND,
        );
        assert!(
            matches!(step, Step::Withdraw { mark: FAILED, .. }),
            "{step:?}"
        );
    }

    #[test]
    fn settings_that_cannot_be_had_do_not_take_the_version_down() {
        let old = endpoint(Status::InService, "old", None);
        for record in [record(1, true, false), record(3, false, false)] {
            let step = next("new", Some(old), Some(&record), true, BOUND);
            assert!(matches!(step, Step::Stuck { .. }), "{step:?}");
        }
    }

    #[test]
    fn a_failed_endpoint_is_deleted_and_created_again_within_the_bound() {
        let failed = endpoint(Status::Failed, "new", None);
        check(Some(failed), Some(record(1, true, false)), Step::Delete);
        check(None, Some(record(1, true, false)), Step::Create);
        let step = next(
            "new",
            Some(failed),
            Some(&record(3, true, false)),
            false,
            BOUND,
        );
        let expected = "the endpoint failed in 3 attempts: no ping".to_owned();
        assert_eq!(
            step,
            Step::Withdraw {
                mark: FAILED,
                reason: expected
            }
        );
        check(
            Some(endpoint(Status::Failed, "old", None)),
            None,
            Step::Delete,
        );
    }

    #[test]
    fn statuses_read_in_both_spellings() {
        assert_eq!(status("IN_SERVICE"), Status::InService);
        assert_eq!(status("InService"), Status::InService);
        assert_eq!(status("FAILED"), Status::Failed);
        assert_eq!(status("UpdateRollbackFailed"), Status::Failed);
        assert_eq!(status("SOMETHING_NEW"), Status::Busy);
    }
}
