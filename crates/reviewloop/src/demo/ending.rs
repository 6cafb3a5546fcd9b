//! How a demo ended, in one or two sentences; text and report say the same.

use contracts::verdict::Decision;
use rollout::{End, Rollout, sentence};

use super::done::Done;
use super::turn::Turn;

pub fn ending(done: &Done) -> String {
    match (done.turns.as_slice(), &done.ended_early) {
        ([first], Some(_)) if first.verdict.decision != Decision::Approved => format!(
            "{} Nothing was deployed.{}",
            judged("first", first),
            too_few_rows(first)
        ),
        ([_, second], None) => second_model(done, second),
        ([_, second, third], None) => {
            format!(
                "{} {}",
                second_model(done, second),
                third_model(second, third)
            )
        }
        ([], _) => "No turn was completed.".to_owned(),
        ([_], Some(why)) => format!("The loop turned once: {why}."),
        (turns, Some(why)) => {
            let count = turns.len();
            format!("The loop ended early, after the verdict of turn {count}: {why}.")
        }
        (_, None) => "The loop turned once.".to_owned(),
    }
}

fn second_model(done: &Done, second: &Turn) -> String {
    if let Some(rollout) = &second.evidence.rollout {
        return format!(
            "The second model, trained on people's answers too, {}",
            tried_out(second, rollout, "first")
        );
    }
    if second.verdict.decision == Decision::Approved {
        return "The second model, trained on people's answers too, passed the gate and replaced the first.".to_owned();
    }
    let compared = by_comparison_alone(done, second);
    let said = match second.verdict.decision {
        Decision::Rejected if compared => {
            "The second model is worse than the first on the same rows; the gate rejected it, and the first keeps serving.".to_owned()
        }
        Decision::Inconclusive if compared => {
            "The second model is not clearly as good as the first on the same rows; the first keeps serving until a person decides.".to_owned()
        }
        Decision::Inconclusive => format!(
            "{} The first keeps serving until a person decides.",
            judged("second", second)
        ),
        _ => format!("{} The first keeps serving.", judged("second", second)),
    };
    said + &too_few_rows(second)
}

/// The third turn's file is the demo's own: its labels slipped by a row.
fn third_model(second: &Turn, third: &Turn) -> String {
    const TAUGHT: &str = "The third model, trained also on a file whose labels slipped by one row,";
    let promoted = |rollout: &Rollout| matches!(rollout.end(), Some((End::Promoted, _)));
    let champion = match &second.evidence.rollout {
        Some(rollout) if promoted(rollout) => "second",
        _ => "first",
    };
    match &third.evidence.rollout {
        Some(rollout) => format!("{TAUGHT} {}", tried_out(third, rollout, champion)),
        None => format!(
            "{TAUGHT} met no traffic: {} The {champion} keeps serving.",
            judged("third", third)
        ),
    }
}

/// A model's rollout, as far as the replayed answers took it.
fn tried_out(turn: &Turn, rollout: &Rollout, champion: &str) -> String {
    let gate = match turn.verdict.decision {
        Decision::Approved => "passed the gate",
        Decision::Rejected | Decision::Inconclusive => "was left open by the gate",
    };
    let seen = sentence::seen(rollout);
    let end = match rollout.end() {
        None => format!(
            "and is compared with the {champion}: {seen}. That decides nothing yet; missing: {}. The {champion} keeps serving.",
            sentence::missing(rollout)
        ),
        Some((End::Promoted, _)) => {
            format!("and its rollout promoted it: {seen}. It replaced the {champion}.")
        }
        Some(_) => format!(
            "and its rollout ended ({}): {seen}. The {champion} keeps serving.",
            sentence::stands(rollout)
        ),
    };
    format!("{gate} {end}")
}

/// Whether the comparison with the first model made the verdict what it is, and nothing else did.
fn by_comparison_alone(done: &Done, second: &Turn) -> bool {
    let champion = second.evidence.evaluation.champion.as_ref();
    let first = done.turns.first();
    champion.map(|champion| &champion.model_package_arn)
        == first.map(|first| &first.model_package_arn)
        && second
            .verdict
            .deciding()
            .all(|check| check.name == "champion")
}

/// The verdict with the reasons of the checks that decided, the first few.
fn judged(which: &str, turn: &Turn) -> String {
    const SHOWN: usize = 3;
    let said = match turn.verdict.decision {
        Decision::Approved => "approved",
        Decision::Rejected => "rejected",
        Decision::Inconclusive => "could not decide on",
    };
    let checks = turn.verdict.deciding();
    let mut reasons: Vec<String> = checks.map(|check| check.reason.clone()).collect();
    if let Some(more @ 1..) = reasons.len().checked_sub(SHOWN) {
        reasons.truncate(SHOWN);
        reasons.push(format!("{more} more checks"));
    }
    format!("The gate {said} the {which} model: {}.", reasons.join("; "))
}

fn too_few_rows(turn: &Turn) -> String {
    if turn
        .verdict
        .deciding()
        .any(|check| check.name == "test_rows")
    {
        let rows = turn.evidence.evaluation.challenger.rows;
        format!(
            " Give more rows, or let the gate decide on so few with --parameter MinimumTestRows={rows}."
        )
    } else {
        String::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::fixture;

    #[test]
    fn every_ending_is_said_plainly() {
        let ending = |decision| {
            let mut done = fixture::done();
            done.turns.push(compared(decision));
            ending(&done)
        };
        assert!(ending(Decision::Approved).contains("replaced the first"));
        let rejected = ending(Decision::Rejected);
        assert!(
            rejected.contains("is worse than the first on the same rows; the gate rejected it, and the first keeps serving."),
            "{rejected}"
        );
        let open = ending(Decision::Inconclusive);
        assert!(
            open.contains("is not clearly as good as the first"),
            "{open}"
        );
        assert!(open.ends_with("until a person decides."), "{open}");
    }

    /// A second turn whose verdict is the comparison's.
    fn compared(decision: Decision) -> Turn {
        let mut turn = fixture::turn(decision);
        turn.evidence.evaluation = crate::fixture::against(1);
        let champion = turn.evidence.evaluation.champion.as_mut().expect("set");
        champion
            .model_package_arn
            .clone_from(&fixture::turn(Decision::Approved).model_package_arn);
        "champion".clone_into(&mut turn.verdict.checks[1].name);
        turn
    }

    #[test]
    fn a_rollout_is_told_as_far_as_it_came() {
        let mut done = fixture::done();
        let mut second = compared(Decision::Approved);
        second.evidence.rollout = Some(crate::fixture::rollout(&[(5, 92, 3)]));
        done.turns.push(second);
        let open = ending(&done);
        assert!(
            open.contains("passed the gate and is compared with the first: on 100 labelled rows"),
            "{open}"
        );
        assert!(
            open.contains("more labels of the audit") && open.ends_with("The first keeps serving."),
            "{open}"
        );
        let rollout = crate::fixture::rollout(&[(60, 240, 2)]);
        let promoted = rollout.decided(End::Promoted, String::new());
        done.turns[1].evidence.rollout = Some(promoted);
        let promoted = ending(&done);
        assert!(
            promoted.contains("its rollout promoted it")
                && promoted.ends_with("It replaced the first."),
            "{promoted}"
        );

        let mut third = compared(Decision::Inconclusive);
        let rollout = crate::fixture::rollout(&[(60, 240, 2)]);
        let reason = String::new();
        third.evidence.rollout = Some(rollout.decided(End::RolledBack, reason));
        done.turns.push(third);
        let both = ending(&done);
        assert!(
            both.contains(
                "It replaced the first. The third model, trained also on a file whose labels slipped"
            ) && both.contains("was left open by the gate and its rollout ended (rejected)")
                && both.ends_with("The second keeps serving."),
            "{both}"
        );
        done.turns[2].evidence.rollout = None;
        let rejected = ending(&done);
        assert!(
            rejected.contains("met no traffic: The gate")
                && rejected.ends_with("The second keeps serving."),
            "{rejected}"
        );
    }

    #[test]
    fn a_second_model_that_was_not_deployed_replaced_nothing() {
        let mut done = fixture::done();
        done.turns.push(compared(Decision::Approved));
        done.ended_early = Some("the endpoint did not come".to_owned());
        assert_eq!(
            ending(&done),
            "The loop ended early, after the verdict of turn 2: the endpoint did not come."
        );
    }

    #[test]
    fn an_ending_claims_no_comparison_that_did_not_decide() {
        let mut done = fixture::done();
        done.turns.push(fixture::turn(Decision::Rejected));
        assert_eq!(
            ending(&done),
            "The gate rejected the second model: fine. The first keeps serving."
        );
        let mut second = compared(Decision::Inconclusive);
        second.verdict.checks[0].decision = Decision::Inconclusive;
        done.turns[1] = second;
        assert_eq!(
            ending(&done),
            "The gate could not decide on the second model: 480 rows; fine. \
             The first keeps serving until a person decides. \
             Give more rows, or let the gate decide on so few with --parameter MinimumTestRows=480."
        );
    }

    #[test]
    fn a_first_model_without_enough_test_rows_says_how_to_go_on() {
        let mut done = fixture::done();
        done.turns = vec![fixture::turn(Decision::Inconclusive)];
        done.ended_early = Some("x".to_owned());
        let checks = &mut done.turns[0].verdict.checks;
        checks.truncate(1);
        checks[0].decision = Decision::Inconclusive;
        assert_eq!(
            ending(&done),
            "The gate could not decide on the first model: 480 rows. Nothing was deployed. \
             Give more rows, or let the gate decide on so few with --parameter MinimumTestRows=480."
        );
    }
}
