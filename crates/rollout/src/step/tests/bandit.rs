//! A challenger whose share and verdict follow from rewards.

use super::*;
use crate::guardrails::{Finding, Health};
use crate::record::Shift;
use crate::rewards::Rewarded;
use crate::row::Slot;

fn bandit() -> Rollout {
    let bandit = Rollout {
        strategy: "bandit".parse().unwrap(),
        trial: Trial::start(Plan::rewarded(0.02, 40_000)).unwrap(),
        ..rollout()
    };
    bandit.noted(0.5, Some(PAIR), Moment(0))
}

/// So many requests to either, and how many of them were rewarded.
fn tally(requests: u64, champion: u64, challenger: u64) -> Tally {
    let mut tally = Tally::default();
    for (slot, rewarded) in [(Slot::Champion, champion), (Slot::Challenger, challenger)] {
        for place in 0..requests {
            let request = Rewarded {
                slot,
                challenger_share: 0.5,
                rewarded: place < rewarded,
            };
            tally.add(request);
        }
    }
    tally
}

fn at(rollout: &Rollout, tally: &Tally, share: f64, now: i64) -> Action {
    let findings = vec![Finding {
        guard: "errors".to_owned(),
        health: Health::Fine,
        reason: String::new(),
        measured: None,
    }];
    let observed = Observed {
        serving: &Serving::Live {
            config: PAIR.to_owned(),
            share,
            findings,
        },
        rewards: Some(tally),
        now: Moment(now),
        ..observed()
    };
    step(rollout, &observed, BATCHING)
}

fn tallied(tally: &Tally) -> Rollout {
    bandit().tallied(tally, Moment(HOUR)).unwrap()
}

#[test]
fn rewards_are_looked_at_when_enough_new_ones_came() {
    assert_eq!(at(&bandit(), &tally(25, 0, 0), 0.5, HOUR), Action::Tally);
    let few = at(&bandit(), &tally(24, 0, 0), 0.5, HOUR);
    assert!(matches!(few, Action::Wait { .. }), "{few:?}");
    // What comes to a twentieth of many; or what the time leaves.
    let many = tallied(&tally(2_000, 1_000, 1_000));
    let more = tally(2_099, 1_000, 1_000);
    let waits = at(&many, &more, 0.5, HOUR);
    assert!(matches!(waits, Action::Wait { .. }), "{waits:?}");
    let more = tally(2_100, 1_000, 1_000);
    assert_eq!(at(&many, &more, 0.5, HOUR), Action::Tally);
    let late = tally(2_001, 1_000, 1_000);
    assert_eq!(at(&many, &late, 0.5, 100 * HOUR), Action::Tally);
    let late = tally(2_000, 1_000, 1_000);
    ends(&at(&many, &late, 0.5, 100 * HOUR), End::Inconclusive);
}

#[test]
fn a_look_counts_all_rewards_anew() {
    let once = tallied(&tally(100, 40, 60));
    let twice = once.clone().tallied(&tally(100, 40, 60), Moment(2 * HOUR));
    let twice = twice.unwrap();
    assert_eq!(twice.trial.evidence(), once.trial.evidence());
    assert_eq!(twice.rewards.unwrap().requests(), 200);
    assert_eq!(twice.looks.len(), 2);
}

#[test]
fn the_share_follows_rewards_and_the_confidence_sequence_ends_it() {
    // The better one is likely known, and not yet for sure.
    let open = tally(200, 90, 110);
    let action = at(&tallied(&open), &open, 0.5, HOUR);
    assert!(
        matches!(action, Action::Shift { share } if share > 0.9),
        "{action:?}"
    );
    let better = tally(4_000, 1_600, 2_400);
    ends(&at(&tallied(&better), &better, 0.5, HOUR), End::Promoted);
    let worse = tally(4_000, 2_400, 1_600);
    ends(&at(&tallied(&worse), &worse, 0.5, HOUR), End::RolledBack);
}

#[test]
fn rewards_and_labels_are_not_counted_together() {
    let labelled = seen(60, 240, 0);
    let plan = Plan::rewarded(0.02, 40_000);
    let bandit = labelled
        .clone()
        .under("bandit".parse().unwrap(), plan, Moment(7));
    let bandit = bandit.unwrap();
    assert_eq!(bandit.trial.evidence().rows(), 0);
    assert_eq!(bandit.deadline, Moment(7), "another trial has its own time");
    let plan = *labelled.trial.plan();
    let again = bandit
        .under("shadow".parse().unwrap(), plan, Moment(8))
        .unwrap();
    assert_eq!(again.trial.evidence().rows(), 0);
    // Between strategies that are decided by labels, nothing is lost.
    let canary = labelled
        .clone()
        .under("canary:5@30".parse().unwrap(), plan, Moment(9))
        .unwrap();
    assert_eq!(canary.trial, labelled.trial);
    assert_eq!(canary.deadline, labelled.deadline);
}

#[test]
fn rewards_that_never_stop_put_no_deadline_off() {
    let looked = tally(1_000, 500, 500);
    let before = tallied(&looked);
    let late = 100 * HOUR;
    let one_more = tally(1_001, 500, 500);
    assert_eq!(at(&before, &one_more, 0.5, late), Action::Tally);
    let last = before.tallied(&one_more, Moment(late)).unwrap();
    let still_more = tally(1_002, 500, 500);
    ends(&at(&last, &still_more, 0.5, late), End::Inconclusive);
}

#[test]
fn a_share_that_is_none_of_a_bandit_is_changed_at_once() {
    for (share, bounded) in [(0.01, 0.05), (1.0, 0.95)] {
        let set = Shift {
            at: Moment(HOUR),
            share,
        };
        let odd = Rollout {
            shifts: vec![set],
            ..bandit()
        };
        let action = at(&odd, &tally(0, 0, 0), share, HOUR);
        assert!(
            matches!(action, Action::Shift { share } if (share - bounded).abs() < 1e-9),
            "{action:?}"
        );
    }
}

#[test]
fn a_variant_that_left_has_no_share() {
    let observed = Observed {
        serving: &Serving::Absent,
        ..observed()
    };
    let action = step(&bandit(), &observed, BATCHING);
    assert_eq!(action, Action::Note { share: 0.0 });
    let changing = Observed {
        serving: &Serving::Changing,
        ..observed
    };
    let action = step(&bandit(), &changing, BATCHING);
    assert!(!matches!(action, Action::Note { .. }), "{action:?}");
}
