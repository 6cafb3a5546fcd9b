mod bandit;
mod shadow_variant;
mod variants;

use std::collections::BTreeSet;

use super::*;
use crate::record::{State, Version};
use crate::row::Row;
use crate::trial::{Kind, Plan, Trial};

const BATCHING: Batching = Batching { rows: 50 };
/// The endpoint config of both models.
const PAIR: &str = "pair";
const HOUR: i64 = 3600 * 1000;

fn rollout() -> Rollout {
    let version = |number: i32| Version {
        number,
        arn: format!("arn/{number}"),
        created: i64::from(number),
    };
    Rollout {
        id: "2-over-1".to_owned(),
        champion: version(1),
        challenger: version(2),
        strategy: "shadow".parse().unwrap(),
        started_at: Moment(0),
        deadline: Moment(100 * HOUR),
        trial: Trial::start(Plan::paired(0.02, 400, &[Kind::ALL])).unwrap(),
        counted: BTreeSet::new(),
        refused: None,
        labels_after: Moment(0),
        batches: 0,
        batch: None,
        looks: Vec::new(),
        shifts: Vec::new(),
        rewards: None,
        watching: None,
        findings: Vec::new(),
        watched: Vec::new(),
        state: State::Active,
    }
}

/// So many rows that only the challenger, both and only the champion are right for.
fn seen(challenger: u64, both: u64, champion: u64) -> Rollout {
    let mut rollout = rollout();
    for (rows, right) in [
        (champion, (true, false)),
        (both, (true, true)),
        (challenger, (false, true)),
    ] {
        for _ in 0..rows {
            let row = Row::paired(right.0, right.1, 1.0, 1.0).unwrap();
            rollout.trial.add(row).unwrap();
        }
    }
    rollout.trial.look();
    rollout
}

fn scoring(attempt: u32) -> Rollout {
    let batch = Some(Batch {
        rows: 50,
        attempt,
        not_before: Moment(0),
    });
    Rollout { batch, ..rollout() }
}

fn observed() -> Observed<'static> {
    Observed {
        champion: Some("arn/1"),
        challenger: Some("PendingManualApproval"),
        not_deployed: None,
        approves: true,
        serving: &Serving::Absent,
        job: Job::None,
        labels: Labels::default(),
        rewards: None,
        now: Moment(HOUR),
    }
}

fn asked(rollout: &Rollout, observed: Observed) -> Action {
    step(rollout, &observed, BATCHING)
}

fn labels(rows: u64, hours: i64) -> Observed<'static> {
    let labels = Labels {
        rows,
        oldest: (rows > 0).then_some(Moment(0)),
    };
    Observed {
        labels,
        now: Moment(hours * HOUR),
        ..observed()
    }
}

#[track_caller]
fn ends(step: &Action, expected: End) {
    match step {
        Action::Decide { end, .. } if *end == expected => {}
        other => panic!("{other:?} instead of {expected:?}"),
    }
}

#[test]
fn a_batch_is_as_large_as_it_should_be_or_a_day_old() {
    assert!(matches!(
        asked(&rollout(), labels(49, 23)),
        Action::Wait { .. }
    ));
    assert_eq!(asked(&rollout(), labels(50, 1)), Action::Take);
    assert_eq!(asked(&rollout(), labels(1, 24)), Action::Take);
    assert!(matches!(
        asked(&rollout(), labels(0, 24)),
        Action::Wait { .. }
    ));
    // The last of the budget's 400 rows wait for no more.
    assert_eq!(asked(&seen(0, 390, 0), labels(10, 1)), Action::Take);
}

#[test]
fn a_batch_is_scored_once_and_again_after_a_pause_where_its_job_failed() {
    let with = |attempt: u32, job: Job| asked(&scoring(attempt), Observed { job, ..observed() });
    let failed = || Job::Failed {
        reason: "out of memory".to_owned(),
    };
    assert_eq!(with(1, Job::None), Action::Score);
    assert!(matches!(with(1, Job::Running), Action::Wait { .. }));
    assert_eq!(with(1, Job::Completed), Action::Count);
    assert_eq!(with(2, failed()), Action::ScoreAgain);
    ends(&with(3, failed()), End::GivenUp);
    let mut paused = scoring(2);
    paused.batch.as_mut().unwrap().not_before = Moment(2 * HOUR);
    assert!(matches!(asked(&paused, observed()), Action::Wait { .. }));
    assert_eq!(asked(&paused, labels(0, 2)), Action::Score);
    // More labels wait for the batch that is under way.
    let more = labels(70, 30);
    assert_eq!(asked(&scoring(1), more), Action::Score);
}

#[test]
fn a_verdict_is_decided_and_then_applied() {
    let better = seen(60, 240, 0);
    ends(&asked(&better, observed()), End::Promoted);
    ends(&asked(&seen(0, 240, 60), observed()), End::RolledBack);
    ends(&asked(&seen(20, 360, 20), observed()), End::Inconclusive);
    assert!(matches!(
        asked(&seen(6, 190, 4), observed()),
        Action::Wait { .. }
    ));
    // Labels that come later change no verdict.
    ends(&asked(&better, labels(70, 30)), End::Promoted);
    let decided = better.decided(End::Promoted, "better".to_owned());
    assert_eq!(asked(&decided, observed()), Action::Apply);
    // Neither does what happens between the decision and the registry: the registry is looked at right before.
    let other = Observed {
        champion: Some("arn/7"),
        ..observed()
    };
    assert_eq!(asked(&decided, other), Action::Apply);
    let ended = decided.ended(End::Promoted, "better".to_owned(), Moment(HOUR));
    assert!(!ended.is_active());
}

#[test]
fn nothing_is_counted_against_a_champion_that_is_none_any_more() {
    for champion in [Some("arn/3"), None] {
        let changed = || Observed {
            champion,
            ..labels(70, 30)
        };
        ends(&asked(&rollout(), changed()), End::ChampionChanged);
        ends(&asked(&scoring(1), changed()), End::ChampionChanged);
        ends(&asked(&seen(60, 240, 0), changed()), End::ChampionChanged);
    }
}

#[test]
fn a_persons_decision_stands() {
    for challenger in [Some("Approved"), Some("Rejected"), None] {
        let decided = || Observed {
            challenger,
            ..labels(70, 30)
        };
        ends(&asked(&rollout(), decided()), End::DecidedByPerson);
        ends(&asked(&seen(60, 240, 0), decided()), End::DecidedByPerson);
    }
    let approved = Observed {
        champion: Some("arn/2"),
        challenger: Some("Approved"),
        ..observed()
    };
    ends(&asked(&rollout(), approved), End::DecidedByPerson);
}

#[test]
fn the_deadline_leaves_what_is_open_to_a_person_and_nothing_else() {
    let late = || Observed {
        now: Moment(100 * HOUR),
        ..observed()
    };
    ends(&asked(&rollout(), late()), End::Inconclusive);
    ends(&asked(&seen(6, 190, 4), late()), End::Inconclusive);
    ends(&asked(&seen(60, 240, 0), late()), End::Promoted);
    let open = seen(6, 190, 4).decided(End::Inconclusive, String::new());
    assert!(open.trial.verdict().is_final());
}

#[test]
fn labels_from_before_the_deadline_are_scored_and_later_ones_are_not() {
    assert_eq!(asked(&rollout(), labels(1, 100)), Action::Take);
    let mut later = labels(70, 101);
    later.labels.oldest = Some(Moment(100 * HOUR));
    ends(&asked(&rollout(), later), End::Inconclusive);
    let job = |job: Job| Observed {
        job,
        ..labels(0, 100)
    };
    assert!(matches!(
        asked(&scoring(1), job(Job::Running)),
        Action::Wait { .. }
    ));
    assert_eq!(asked(&scoring(1), job(Job::Completed)), Action::Count);
    // What cannot be scored in its time holds up no other comparison.
    ends(&asked(&scoring(1), job(Job::None)), End::GivenUp);
    let reason = "out of memory".to_owned();
    ends(
        &asked(&scoring(1), job(Job::Failed { reason })),
        End::GivenUp,
    );
}

#[test]
fn a_comparison_is_called_by_both_versions() {
    let rollout = rollout();
    let named = crate::id(rollout.champion.named(), rollout.challenger.named());
    assert_eq!(named, "00000002-2-over-00000001-1");
    let again = crate::id((1, 1), (2, 3));
    assert_ne!(named, again, "a package of a group that was made again");
}
