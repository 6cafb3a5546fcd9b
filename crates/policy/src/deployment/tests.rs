use contracts::deployment::Refused;

use super::*;

const BOUND: u32 = 3;
const LONG_AGO: Duration = Duration::from_secs(365 * 24 * 3600);
const NO_PING: &str = "The container did not pass the ping health check.";
const NO_IMAGE: &str = "The image does not exist.";

fn endpoint<'a>(status: Status, config: &'a str, pending: Option<&'a str>) -> Endpoint<'a> {
    Endpoint {
        status,
        config,
        pending_config: pending,
        failure_reason: if status == Status::Failed {
            NO_PING
        } else {
            ""
        },
        kind: Some(Kind::Serverless),
        last_modified_time: "after the call",
    }
}

fn record(attempts: u32, accepted: bool, confirmed: bool) -> Deployment {
    Deployment {
        endpoint_config: "new".into(),
        model_package_arn: "arn".into(),
        from: Some("old".into()),
        endpoint_modified: Some("before the call".into()),
        attempts,
        accepted,
        confirmed,
        ..Deployment::default()
    }
}

fn refused(times: u32, lasting: bool) -> Deployment {
    let reason = "ResourceLimitExceeded: 1 instance".to_owned();
    Deployment {
        refused: Some(Refused {
            reason,
            times,
            lasting,
        }),
        ..record(0, false, false)
    }
}

fn situation<'a>(endpoint: Option<Endpoint<'a>>, record: Option<&'a Deployment>) -> Situation<'a> {
    Situation {
        desired_config: "new",
        desired_kind: Kind::Serverless,
        endpoint,
        record,
        was_live: false,
        since_call: LONG_AGO,
        maximum_attempts: BOUND,
    }
}

#[track_caller]
fn check(endpoint: Option<Endpoint>, record: Option<Deployment>, expected: Step) {
    assert_eq!(next(&situation(endpoint, record.as_ref())), expected);
}

#[track_caller]
fn reason(step: Step) -> String {
    match step {
        Step::Stuck { reason } => reason,
        step => panic!("{step:?}"),
    }
}

#[test]
fn the_endpoint_is_created_updated_awaited_and_confirmed() {
    check(None, None, Step::Create);
    let creating = endpoint(Status::Busy, "new", None);
    check(Some(creating), None, Step::Wait { accepted: true });
    let old = endpoint(Status::InService, "old", None);
    check(Some(old), None, Step::Update);
    let updating = endpoint(Status::Busy, "old", Some("new"));
    let asked = Some(record(1, false, false));
    check(Some(updating), asked, Step::Wait { accepted: true });
    let other = endpoint(Status::Busy, "old", Some("other"));
    check(Some(other), None, Step::Wait { accepted: false });
    let live = endpoint(Status::InService, "new", None);
    check(Some(live), None, Step::Confirmed);
}

#[test]
fn a_silent_rollback_is_withdrawn_and_a_call_that_never_came_is_repeated() {
    let old = endpoint(Status::InService, "old", None);
    let accepted = record(1, true, false);
    let step = next(&situation(Some(old), Some(&accepted)));
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
    // Another caller moved it meanwhile: that is no rollback of ours.
    let third = endpoint(Status::InService, "third", None);
    check(Some(third), Some(accepted), Step::Update);
    check(Some(old), Some(record(1, false, false)), Step::Update);
    check(Some(old), Some(record(3, true, true)), Step::Update);
}

#[test]
fn a_description_from_before_the_call_is_no_rollback() {
    let stale = Endpoint {
        last_modified_time: "before the call",
        ..endpoint(Status::InService, "old", None)
    };
    let accepted = record(1, true, false);
    check(
        Some(stale),
        Some(accepted.clone()),
        Step::Wait { accepted: false },
    );
    // A record that was written before the time was noted.
    let unknown = Deployment {
        endpoint_modified: None,
        ..accepted
    };
    let step = next(&situation(Some(stale), Some(&unknown)));
    assert!(matches!(step, Step::Withdraw { .. }), "{step:?}");
}

#[test]
fn a_version_that_was_live_is_never_withdrawn() {
    let statuses = [
        Status::InService,
        Status::Mixed,
        Status::Failed,
        Status::Busy,
    ];
    let endpoints = statuses.into_iter().flat_map(|status| {
        ["old", "new", "third"].map(|config| Some(endpoint(status, config, None)))
    });
    for endpoint in endpoints.chain([None]) {
        for attempts in 0..20 {
            for (accepted, confirmed) in [(false, false), (true, false), (true, true)] {
                let record = record(attempts, accepted, confirmed);
                let step = next(&Situation {
                    was_live: true,
                    ..situation(endpoint, Some(&record))
                });
                assert!(
                    !matches!(step, Step::Withdraw { .. }),
                    "{endpoint:?} {record:?}"
                );
            }
        }
    }
    let accepted = record(1, true, false);
    let rolled_back = Situation {
        was_live: true,
        ..situation(
            Some(endpoint(Status::InService, "old", None)),
            Some(&accepted),
        )
    };
    assert!(reason(next(&rolled_back)).contains("was live before"));
}

#[test]
fn a_failed_endpoint_is_deleted_and_created_again_within_the_bound() {
    let failed = endpoint(Status::Failed, "new", None);
    check(Some(failed), Some(record(1, true, false)), Step::Delete);
    check(None, Some(record(1, true, false)), Step::Create);
    let reason = format!("the endpoint failed in 3 attempts: {NO_PING}");
    let mark = FAILED;
    check(
        Some(failed),
        Some(record(3, true, false)),
        Step::Withdraw { mark, reason },
    );
    let other = endpoint(Status::Failed, "old", None);
    check(Some(other), None, Step::Delete);
}

#[test]
fn an_endpoint_that_failed_for_another_reason_than_the_model_withdraws_nothing() {
    let failed = Endpoint {
        failure_reason: NO_IMAGE,
        ..endpoint(Status::Failed, "new", None)
    };
    let built = record(3, true, false);
    let just_now = Situation {
        since_call: Duration::ZERO,
        ..situation(Some(failed), Some(&built))
    };
    let paused = Step::Paused {
        reason: format!("{NO_IMAGE}; tried again after 5 minutes"),
    };
    assert_eq!(next(&just_now), paused);
    check(Some(failed), Some(built), Step::Delete);
    // After the deletion the pause is over already.
    check(None, Some(record(3, true, false)), Step::Create);
    let given_up = record(3 + PAUSES, true, false);
    let said = reason(next(&situation(Some(failed), Some(&given_up))));
    assert!(
        said.starts_with(NO_IMAGE) && said.contains("approved again"),
        "{said}"
    );
}

#[test]
fn refused_calls_leave_the_registry_alone_and_are_repeated_with_longer_pauses() {
    let mut waited = Duration::ZERO;
    for old in [None, Some(endpoint(Status::InService, "old", None))] {
        let step = if old.is_none() {
            Step::Create
        } else {
            Step::Update
        };
        for times in 1..=PAUSES {
            let record = refused(times, false);
            let pause = Duration::from_mins(5) * 2_u32.pow(times - 1);
            let at = |since_call| Situation {
                since_call,
                ..situation(old, Some(&record))
            };
            let early = next(&at(pause.saturating_sub(Duration::from_secs(1))));
            let Step::Paused { reason: said } = early else {
                panic!("{early:?}")
            };
            assert!(
                said.starts_with("ResourceLimitExceeded: 1 instance"),
                "{said}"
            );
            assert_eq!(next(&at(pause)), step, "refused {times} times");
            waited += pause;
        }
        let record = refused(PAUSES + 1, false);
        let said = reason(next(&situation(old, Some(&record))));
        assert!(said.ends_with(REMEDY), "{said}");
    }
    assert_eq!(
        waited.as_secs() / 3600 / 2,
        21,
        "hours from the first call to the last"
    );
}

#[test]
fn a_lasting_refusal_is_stuck_at_once_with_its_sentence() {
    let record = refused(1, true);
    for old in [None, Some(endpoint(Status::InService, "old", None))] {
        let said = reason(next(&situation(old, Some(&record))));
        assert_eq!(said, format!("ResourceLimitExceeded: 1 instance; {REMEDY}"));
    }
    // What was asked for has come true all the same.
    let live = endpoint(Status::InService, "new", None);
    check(Some(live), Some(record), Step::Confirmed);
}

#[test]
fn a_change_that_the_service_refuses_is_said_before_it_is_tried() {
    let instances = Endpoint {
        kind: Some(Kind::Instance),
        ..endpoint(Status::InService, "old", None)
    };
    let said = reason(next(&situation(Some(instances), None)));
    assert!(said.contains("delete the endpoint"), "{said}");
    let to_instances = Situation {
        desired_kind: Kind::Instance,
        ..situation(Some(endpoint(Status::InService, "old", None)), None)
    };
    assert_eq!(next(&to_instances), Step::Update);
    check(None, None, Step::Create);
}

#[test]
fn an_endpoint_between_two_configs_is_updated_and_never_deleted() {
    for config in ["old", "new", "third"] {
        let mixed = endpoint(Status::Mixed, config, None);
        check(Some(mixed), None, Step::Update);
        check(Some(mixed), Some(record(1, true, false)), Step::Update);
    }
}

#[test]
fn statuses_read_in_both_spellings() {
    assert_eq!(status("IN_SERVICE"), Status::InService);
    assert_eq!(status("InService"), Status::InService);
    assert_eq!(status("FAILED"), Status::Failed);
    assert_eq!(status("UpdateRollbackFailed"), Status::Mixed);
    assert_eq!(status("SOMETHING_NEW"), Status::Busy);
}

#[test]
fn a_challengers_update_that_goes_back_is_tried_again_and_then_a_persons() {
    let went_back = |attempts: u32| {
        let record = Deployment {
            champion_arn: Some("arn/1".into()),
            ..record(attempts, true, false)
        };
        let endpoint = Some(endpoint(Status::InService, "old", None));
        next(&situation(endpoint, Some(&record)))
    };
    assert_eq!(went_back(1), Step::Update);
    assert!(reason(went_back(BOUND)).contains("went back to old by itself"));
}

#[test]
fn what_is_tried_again_later_is_not_given_up() {
    let stuck = |record: Deployment| Deployment {
        stuck: Some("as said".into()),
        ..record
    };
    assert_eq!(given_up(&record(1, true, false)), None);
    assert_eq!(
        given_up(&stuck(record(BOUND, true, false))),
        Some("as said")
    );
    assert_eq!(given_up(&stuck(refused(1, false))), None);
    assert_eq!(
        given_up(&stuck(refused(PAUSES + 1, false))),
        Some("as said")
    );
    assert_eq!(given_up(&stuck(refused(1, true))), Some("as said"));
    assert_eq!(given_up(&stuck(record(1, true, true))), None);
}
