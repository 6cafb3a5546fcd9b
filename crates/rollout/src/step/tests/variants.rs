//! A challenger that answers a share of the requests.

use super::*;
use crate::guardrails::{Finding, Health};
use crate::record::{Shift, Watching};

fn canary() -> Rollout {
    Rollout {
        strategy: "canary:5@30,50@60".parse().unwrap(),
        ..rollout()
    }
}

fn with_share(rollout: Rollout, share: f64, minutes_ago: i64) -> Rollout {
    let at = Moment(HOUR - minutes_ago * MILLISECONDS_A_MINUTE);
    Rollout {
        shifts: vec![Shift { at, share }],
        watching: (share > 0.0).then(|| Watching {
            since: at,
            config: PAIR.to_owned(),
        }),
        ..rollout
    }
}

fn live(share: f64, health: Health) -> Serving {
    let findings = vec![Finding {
        guard: "errors".to_owned(),
        health,
        reason: "9 of 100 requests failed".to_owned(),
        measured: None,
    }];
    Serving::Live {
        config: PAIR.to_owned(),
        share,
        findings,
    }
}

fn at(rollout: &Rollout, serving: &Serving) -> Action {
    let observed = Observed {
        serving,
        ..observed()
    };
    step(rollout, &observed, BATCHING)
}

#[track_caller]
fn waits(action: &Action, for_what: &str) {
    match action {
        Action::Wait { reason } if reason.contains(for_what) => {}
        other => panic!("{other:?} instead of waiting for {for_what}"),
    }
}

#[track_caller]
fn ends(action: &Action, expected: End, why: &str) {
    match action {
        Action::Decide { end, reason } if *end == expected && reason.contains(why) => {}
        other => panic!("{other:?} instead of {expected:?}, {why}"),
    }
}

#[test]
fn a_share_is_given_once_the_endpoint_has_the_variant_and_noted_once_it_has_the_share() {
    waits(&at(&canary(), &Serving::Absent), "variant");
    waits(&at(&canary(), &Serving::Changing), "variant");
    let first = Action::Shift { share: 0.05 };
    assert_eq!(at(&canary(), &live(0.0, Health::Unknown)), first);
    let five = live(0.05, Health::Unknown);
    assert_eq!(at(&canary(), &five), Action::Note { share: 0.05 });
    waits(&at(&with_share(canary(), 0.05, 40), &five), "9 of 100");
}

#[test]
fn a_step_takes_its_minutes_from_its_own_beginning() {
    let five = live(0.05, Health::Fine);
    waits(
        &at(&with_share(canary(), 0.05, 29), &five),
        "29 of 30 minutes",
    );
    let second = Action::Shift { share: 0.5 };
    assert_eq!(at(&with_share(canary(), 0.05, 30), &five), second);
    // Changed at the endpoint and not noted: the minutes of the step before count for nothing.
    let noted = at(&with_share(canary(), 0.05, 90), &live(0.5, Health::Fine));
    assert_eq!(noted, Action::Note { share: 0.5 });
}

#[test]
fn the_findings_of_one_share_say_nothing_of_the_next() {
    let five = with_share(canary(), 0.05, 40).watched(&live(0.05, Health::Fine), Moment(0));
    assert_eq!(five.findings.len(), 1);
    let fifty = five.noted(0.5, Some(PAIR), Moment(HOUR));
    assert!(fifty.findings.is_empty());
    let since = fifty.watching.as_ref().map(|it| it.since);
    assert_eq!(since, Some(Moment(HOUR)));
    let said = "the challenger answers 50 % of the requests; no guardrail has looked";
    assert_eq!(sentence::served(&fifty).as_deref(), Some(said));
}

#[test]
fn a_step_goes_on_while_a_job_scores_labels() {
    let scoring = Rollout {
        strategy: canary().strategy,
        ..scoring(1)
    };
    let observed = Observed {
        job: Job::Running,
        serving: &live(0.05, Health::Fine),
        ..observed()
    };
    let action = step(&with_share(scoring, 0.05, 30), &observed, BATCHING);
    assert_eq!(action, Action::Shift { share: 0.5 });
}

#[test]
fn a_breach_ends_it_and_the_share_goes_back_first() {
    let five = live(0.05, Health::Breached);
    let rollout = with_share(canary(), 0.05, 1);
    let breach = at(&rollout, &five);
    ends(&breach, End::RolledBack, "errors: 9 of 100");
    assert!(rollout.offered() > 0.0);
    let decided = rollout.decided(End::RolledBack, String::new());
    assert_eq!(decided.offered(), 0.0);
    assert_eq!(at(&decided, &five), Action::Shift { share: 0.0 });
    waits(&at(&decided, &Serving::Changing), "changing");
    assert_eq!(at(&decided, &live(0.0, Health::Breached)), Action::Apply);
    assert_eq!(at(&decided, &Serving::Absent), Action::Apply);
}

#[test]
fn a_promotion_keeps_the_share_until_the_registry_says_so() {
    let better = Rollout {
        strategy: canary().strategy,
        ..seen(60, 300, 5)
    };
    let last = live(0.5, Health::Fine);
    let promoted = at(&with_share(better, 0.5, 60), &last);
    ends(&promoted, End::Promoted, "better than the champion");
    let decided = canary().decided(End::Promoted, String::new());
    assert_eq!(at(&decided, &last), Action::Apply);
    assert!(decided.beside("arn/1").is_some() && decided.beside("arn/2").is_none());
}

#[test]
fn a_verdict_does_not_wait_for_the_endpoint_where_it_takes_the_challenger_back() {
    let worse = Rollout {
        strategy: canary().strategy,
        ..seen(0, 300, 60)
    };
    ends(&at(&worse, &Serving::Changing), End::RolledBack, "worse");
}

#[test]
fn a_recommended_challenger_gives_its_share_back() {
    let decided = with_share(canary(), 0.5, 60).decided(End::Promoted, String::new());
    let observed = Observed {
        approves: false,
        serving: &live(0.5, Health::Fine),
        ..observed()
    };
    let action = step(&decided, &observed, BATCHING);
    assert_eq!(action, Action::Shift { share: 0.0 });
}

#[test]
fn latency_and_garbage_are_a_persons_to_judge() {
    let findings = vec![Finding {
        guard: "latency".to_owned(),
        health: Health::Breached,
        reason: "slow".to_owned(),
        measured: None,
    }];
    let serving = Serving::Live {
        config: PAIR.to_owned(),
        share: 0.05,
        findings,
    };
    let action = at(&with_share(canary(), 0.05, 1), &serving);
    ends(&action, End::Inconclusive, "latency: slow");
}

#[test]
fn a_version_that_the_endpoint_does_not_take_is_not_deployed() {
    let observed = Observed {
        not_deployed: Some("it went back"),
        ..observed()
    };
    let action = step(&canary(), &observed, BATCHING);
    ends(
        &action,
        End::NotDeployed,
        "version 2 was not deployed: it went back",
    );
}

#[test]
fn without_traffic_a_person_is_asked_in_the_end() {
    let observed = Observed {
        serving: &live(0.05, Health::Unknown),
        now: Moment(100 * HOUR),
        ..observed()
    };
    let action = step(&with_share(canary(), 0.05, 1), &observed, BATCHING);
    ends(&action, End::Inconclusive, "its time is over");
}

#[test]
fn a_shadow_has_no_place_at_the_endpoint() {
    assert!(rollout().beside("arn/1").is_none());
    assert!(canary().beside("arn/1").is_some());
}
