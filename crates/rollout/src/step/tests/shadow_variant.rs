//! A challenger that gets copies of the requests and answers nobody.

use super::*;
use crate::guardrails::{Finding, Health};
use crate::sentence;

fn live(guard: &str, health: Health) -> Serving {
    let findings = vec![Finding {
        guard: guard.to_owned(),
        health,
        reason: "as said".to_owned(),
        measured: None,
    }];
    Serving::Live {
        config: PAIR.to_owned(),
        share: 0.0,
        findings,
    }
}

fn shadow(rollout: Rollout) -> Rollout {
    Rollout {
        strategy: "shadow-variant".parse().unwrap(),
        ..rollout
    }
}

/// Seen at the endpoint.
fn standing(rollout: Rollout) -> Rollout {
    shadow(rollout).noted(0.0, Some(PAIR), Moment(0))
}

fn at(rollout: &Rollout, serving: &Serving) -> Action {
    let observed = Observed {
        serving,
        ..observed()
    };
    step(rollout, &observed, BATCHING)
}

fn better() -> Rollout {
    seen(60, 300, 5)
}

#[track_caller]
fn waits(action: &Action, for_what: &str) {
    match action {
        Action::Wait { reason } if reason.contains(for_what) => {}
        other => panic!("{other:?} instead of waiting for {for_what}"),
    }
}

#[test]
fn its_guardrails_begin_where_it_is_seen_first() {
    let fine = live("errors", Health::Fine);
    waits(&at(&shadow(better()), &Serving::Absent), "variant");
    waits(&at(&shadow(better()), &Serving::Changing), "variant");
    let noted = at(&shadow(better()), &fine);
    assert_eq!(noted, Action::Note { share: 0.0 });
    ends(&at(&standing(better()), &fine), End::Promoted);
    // It answered some until the strategy changed.
    let changed = shadow(better().shifted(0.5, Moment(0)));
    assert_eq!(at(&changed, &fine), Action::Note { share: 0.0 });
}

#[test]
fn a_shadow_that_left_is_watched_anew_when_it_returns() {
    let watched = standing(better()).watched(&live("errors", Health::Fine), Moment(HOUR));
    let left = at(&watched, &Serving::Absent);
    assert_eq!(left, Action::Note { share: 0.0 });
    // While the endpoint changes nothing is known.
    waits(&at(&watched, &Serving::Changing), "variant");
    let gone = watched.clone().noted(0.0, None, Moment(2 * HOUR));
    assert!(gone.watching.is_none() && gone.findings.is_empty());
    let back = at(&gone, &live("errors", Health::Fine));
    assert_eq!(back, Action::Note { share: 0.0 });
    let back = gone.noted(0.0, Some(PAIR), Moment(3 * HOUR));
    let since = back.watching.as_ref().map(|it| it.since);
    assert_eq!(since, Some(Moment(3 * HOUR)));
    assert_eq!(back.shifts, [], "nothing was shifted");
    // On other instances, and nobody saw the endpoint without it.
    let Serving::Live {
        share, findings, ..
    } = live("errors", Health::Fine)
    else {
        unreachable!("it is live")
    };
    let moved = Serving::Live {
        config: "pair-on-other-instances".to_owned(),
        share,
        findings,
    };
    assert_eq!(at(&watched, &moved), Action::Note { share: 0.0 });
}

#[test]
fn another_place_is_watched_anew() {
    let plan = *better().trial.plan();
    let serving = live("latency", Health::Unknown);
    let before = standing(better()).watched(&serving, Moment(HOUR));
    assert!(sentence::missing(&before).starts_with("latency"));
    for other in ["shadow", "canary:5@30"] {
        let other = other.parse().unwrap();
        let after = before.clone().under(other, plan, Moment(0)).unwrap();
        assert!(after.watching.is_none() && after.findings.is_empty());
        assert_eq!(sentence::served(&after), None);
        assert!(!sentence::missing(&after).starts_with("latency"));
    }
}

#[test]
fn it_is_promoted_once_its_guardrails_have_seen_enough() {
    let unknown = at(&standing(better()), &live("errors", Health::Unknown));
    waits(&unknown, "errors: as said; a copy of every request");
    let late = Observed {
        serving: &live("errors", Health::Unknown),
        now: Moment(100 * HOUR),
        ..observed()
    };
    let late = step(&standing(better()), &late, BATCHING);
    ends(&late, End::Inconclusive);
}

#[test]
fn a_breach_of_errors_rejects_it_and_one_of_latency_is_a_persons_to_judge() {
    for (guard, end) in [("errors", End::RolledBack), ("latency", End::Inconclusive)] {
        ends(
            &at(&standing(better()), &live(guard, Health::Breached)),
            end,
        );
    }
}

#[test]
fn nothing_is_shifted_whatever_is_decided() {
    for end in [End::RolledBack, End::Inconclusive, End::Promoted] {
        for approves in [true, false] {
            let serving = &Serving::Changing;
            let observed = Observed {
                approves,
                serving,
                ..observed()
            };
            let decided = standing(better()).decided(end, String::new());
            assert_eq!(step(&decided, &observed, BATCHING), Action::Apply);
        }
    }
}

#[test]
fn people_read_that_it_gets_copies() {
    let serving = live("errors", Health::Fine);
    let rollout = standing(rollout()).watched(&serving, Moment(HOUR));
    let said = "a copy of every request goes to the challenger; errors fine";
    assert_eq!(sentence::served(&rollout).as_deref(), Some(said));
    assert!(rollout.beside("arn/1").is_some());
}
