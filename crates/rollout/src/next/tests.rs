use super::*;
use crate::allocation::Rewards;

const HOLD: Verdict = Verdict::Hold { more: Some(1200) };
const PROMOTE: Verdict = Verdict::Promote { superior: false };

fn found(health: Health) -> Finding {
    Finding {
        guard: "errors".to_owned(),
        health,
        reason: "as said".to_owned(),
        measured: None,
    }
}

fn at(share: f64, minutes: u32, verdict: Verdict) -> Standing<'static> {
    Standing {
        verdict,
        findings: None,
        share,
        minutes,
        rewards: <_>::default(),
    }
}

#[track_caller]
fn asked(strategy: &str, standing: &Standing, health: Option<Health>) -> Next {
    let findings: Vec<Finding> = health.into_iter().map(found).collect();
    let findings = Some(&findings[..]);
    next(
        &strategy.parse().unwrap(),
        &Standing {
            findings,
            ..*standing
        },
    )
}

#[track_caller]
fn shifts(next: &Next, expected: f64) {
    match next {
        Next::Shift { share } if (share - expected).abs() < 1e-9 => {}
        other => panic!("{other:?} instead of {expected}"),
    }
}

#[track_caller]
fn waits(next: &Next, for_what: &str) {
    match next {
        Next::Wait { reason } if reason.contains(for_what) => {}
        other => panic!("{other:?} instead of waiting for {for_what}"),
    }
}

const FINE: Option<Health> = Some(Health::Fine);

#[test]
fn a_shadow_is_promoted_or_taken_back_by_its_verdict() {
    assert_eq!(asked("shadow", &at(0.0, 9, PROMOTE), FINE), Next::Promote);
    let back = asked("shadow", &at(0.0, 9, Verdict::RollBack), FINE);
    assert_eq!(back, Next::RollBack);
    waits(
        &asked("shadow", &at(0.0, 9, HOLD), FINE),
        "1200 more labels",
    );
    let doubt = Doubt::Budget;
    let asks = asked("shadow", &at(0.0, 9, Verdict::Inconclusive { doubt }), FINE);
    assert_eq!(asks, Next::Ask { doubt });
}

#[test]
fn a_shadow_variant_is_promoted_by_its_verdict_once_its_guardrails_are_fine() {
    let asked = |verdict, health| asked("shadow-variant", &at(0.0, 0, verdict), health);
    waits(&asked(PROMOTE, Some(Health::Unknown)), "errors: as said");
    waits(&asked(PROMOTE, None), "no guardrail has looked");
    waits(&asked(HOLD, FINE), "1200 more labels");
    assert_eq!(asked(PROMOTE, FINE), Next::Promote);
    assert_eq!(asked(Verdict::RollBack, None), Next::RollBack);
}

#[test]
fn a_breach_takes_it_away_at_every_strategy_and_verdict() {
    for strategy in [
        "shadow",
        "shadow-variant",
        "canary:5@30,50@30",
        "ab:50",
        "bandit",
    ] {
        for verdict in [
            HOLD,
            PROMOTE,
            Verdict::Inconclusive {
                doubt: Doubt::Deadline,
            },
        ] {
            for share in [0.0, 0.05, 0.5] {
                let next = asked(strategy, &at(share, 0, verdict), Some(Health::Breached));
                let breach = found(Health::Breached);
                assert_eq!(next, Next::Withdraw { breach }, "{strategy} {share}");
            }
        }
    }
}

#[test]
fn what_nobody_has_seen_advances_nothing() {
    for health in [Some(Health::Unknown), None] {
        for strategy in ["shadow", "canary:5@0,50@0", "ab:50", "bandit"] {
            for share in [0.05, 0.5] {
                let next = asked(strategy, &at(share, 999, PROMOTE), health);
                assert!(
                    matches!(next, Next::Wait { .. }),
                    "{strategy} {share}: {next:?}"
                );
            }
        }
    }
    // Where a job scores for the challenger, there is nothing to see.
    assert_eq!(next(&Strategy::Shadow, &at(0.0, 0, PROMOTE)), Next::Promote);
}

#[test]
fn a_canary_goes_step_by_step_and_is_promoted_at_the_end() {
    let steps = "canary:5@30,25@30,50@60";
    // Nothing can have been seen before the first step.
    shifts(
        &asked(steps, &at(0.0, 0, HOLD), Some(Health::Unknown)),
        0.05,
    );
    waits(
        &asked(steps, &at(0.05, 29, PROMOTE), FINE),
        "29 of 30 minutes",
    );
    shifts(&asked(steps, &at(0.05, 30, HOLD), FINE), 0.25);
    waits(
        &asked(steps, &at(0.05, 30, HOLD), Some(Health::Unknown)),
        "errors",
    );
    // As the endpoint gives it back.
    shifts(
        &asked(steps, &at(f64::from(0.25f32), 30, PROMOTE), FINE),
        0.5,
    );
    waits(&asked(steps, &at(0.5, 59, PROMOTE), FINE), "59 of 60");
    assert_eq!(asked(steps, &at(0.5, 60, PROMOTE), FINE), Next::Promote);
    waits(&asked(steps, &at(0.5, 60, HOLD), FINE), "1200 more labels");
}

#[test]
fn both_of_an_ab_test_answer_until_the_verdict() {
    shifts(
        &asked("ab:50", &at(0.0, 0, HOLD), Some(Health::Unknown)),
        0.5,
    );
    waits(&asked("ab:50", &at(0.5, 0, HOLD), FINE), "labels");
    assert_eq!(asked("ab:50", &at(0.5, 0, PROMOTE), FINE), Next::Promote);
}

#[test]
fn a_bandit_follows_rewards_and_leaves_nobody_without() {
    let bad = Rewards {
        rewarded: 1,
        unrewarded: 99,
    };
    let good = Rewards {
        rewarded: 60,
        unrewarded: 40,
    };
    let rewarded = |share: f64, minutes: u32, champion: Rewards, challenger: Rewards| {
        let rewards = Totals {
            champion,
            challenger,
        };
        let standing = Standing {
            rewards,
            ..at(share, minutes, HOLD)
        };
        asked("bandit", &standing, FINE)
    };
    // Before anybody knows of a fault, few meet it; then flat priors say half.
    shifts(&rewarded(0.0, 0, <_>::default(), <_>::default()), 0.05);
    waits(
        &rewarded(0.05, 29, <_>::default(), <_>::default()),
        "rewards",
    );
    shifts(&rewarded(0.05, 30, <_>::default(), <_>::default()), 0.5);
    waits(&rewarded(0.5, 29, bad, good), "1200 more rewards");
    shifts(&rewarded(0.5, 30, bad, good), 0.95);
    shifts(&rewarded(0.5, 30, good, bad), 0.05);
    waits(&rewarded(0.94, 30, bad, good), "rewards");
    // Rewards move the share as long as there is no verdict.
    let mut standing = at(0.5, 30, PROMOTE);
    standing.rewards.challenger = good;
    assert_eq!(asked("bandit", &standing, FINE), Next::Promote);
}
