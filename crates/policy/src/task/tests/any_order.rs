//! What holds whatever workers do.

use proptest::prelude::*;

use super::*;

#[derive(Debug, Clone)]
enum Act {
    Take,
    GiveBack,
    Skip,
    Submit,
    Stop,
    Expire,
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        6 => Just(Act::Take),
        1 => Just(Act::GiveBack),
        1 => Just(Act::Skip),
        4 => Just(Act::Submit),
        1 => Just(Act::Expire),
        1 => prop::bool::weighted(0.1).prop_map(|stops| if stops { Act::Stop } else { Act::Take }),
    ]
}

proptest! {
    /// Whatever workers do in whichever order: an answer completes the task, nobody answers who may not, a
    /// claim is one worker's, and an end is for ever.
    #[test]
    fn whatever_is_done_a_task_stays_in_order(
        except in 0usize..4,
        acts in prop::collection::vec((act(), 0usize..4, 0i32..20_000), 1..60),
    ) {
        let excepted = worker(&except.to_string());
        let mut task = Task { except: vec![excepted.id.clone()], ..task("t") };
        let mut now = START;
        for (act, who, seconds) in acts {
            now = after(now, seconds);
            let worker = worker(&who.to_string());
            let before = task.clone();
            let done = match act {
                Act::Take => take(&before, &worker, now),
                Act::GiveBack => give_back(&before, &worker, now),
                Act::Skip => skip(&before, &worker, "why", now),
                Act::Submit => submit(&before, &worker, &label("1"), now),
                Act::Stop => Ok(stop(&before, now)),
                Act::Expire => Ok(expire(&before, now)),
            };
            let Ok(after) = done else { continue };
            if before.end.is_some() {
                prop_assert_eq!(&after, &before);
            }
            let is_completed = matches!(&after.end, Some(end) if end.status == EndStatus::Completed);
            prop_assert_eq!(after.answer.is_some(), is_completed);
            let people = after.answer.iter().map(|answer| &answer.worker);
            let mut people: Vec<&str> = people
                .chain(after.skips.iter().map(|skip| &skip.worker))
                .map(|worker| worker.sub.as_str())
                .collect();
            people.sort_unstable();
            let count = people.len();
            people.dedup();
            prop_assert_eq!(people.len(), count, "nobody answers or skips twice");
            if let Some(claim) = &after.claim {
                prop_assert!(after.end.is_none() && claim.until <= after.deadline);
                prop_assert!(!people.contains(&claim.worker.sub.as_str()));
                prop_assert!(claim.worker.id != excepted.id);
            }
            if let Some(answer) = &after.answer {
                prop_assert!(answer.worker.id != excepted.id);
                prop_assert!(answer.taken_at <= answer.submitted_at);
                prop_assert!(answer.submitted_at < after.deadline);
            }
            task = after;
        }
    }
}
