use contracts::dataset::Origin;
use serde_json::json;

use super::*;
use crate::naming;

mod any_order;

const START: Moment = Moment(1_000_000);

fn worker(sub: &str) -> Worker {
    Worker {
        id: naming::worker("pool", sub),
        issuer: "pool".into(),
        sub: sub.into(),
    }
}

fn task(name: &str) -> Task {
    let input = HumanLoopInput {
        task_object: "so so".into(),
        context: Vec::new(),
        initial_value: String::new(),
        labels: ["0", "1"].map(str::to_owned).into(),
        origin: Origin::Audit,
        text_hash: "t".into(),
    };
    new(name, "review-portal/s", input, Vec::new(), START)
}

fn at(seconds: i32) -> Moment {
    after(START, seconds)
}

fn label(label: &str) -> Value {
    json!({"sentiment": {"label": label}, "comment": "kept as it is"})
}

fn answered(task: &Task, sub: &str, now: Moment) -> Task {
    let taken = take(task, &worker(sub), now).unwrap();
    submit(&taken, &worker(sub), &label("1"), now).unwrap()
}

#[test]
fn an_answer_completes_a_task_and_keeps_who_gave_it_and_when() {
    let taken = take(&task("t"), &worker("a"), at(5)).unwrap();
    let done = submit(&taken, &worker("a"), &label("0"), at(9)).unwrap();
    assert_eq!(
        done.answer,
        Some(Answer {
            worker: worker("a"),
            content: label("0"),
            taken_at: at(5),
            submitted_at: at(9),
        })
    );
    let end = done.end.unwrap();
    assert_eq!((end.at, end.status), (at(9), EndStatus::Completed));
    assert_eq!(done.claim, None);
}

#[test]
fn a_task_is_one_workers_at_a_time_until_the_lease_is_over() {
    let taken = take(&task("t"), &worker("a"), at(0)).unwrap();
    let over = at(LEASE_SECONDS);
    assert_eq!(
        take(&taken, &worker("b"), Moment(over.0 - 1)),
        Err(Refusal::Taken)
    );
    let lost = take(&taken, &worker("b"), over).unwrap();
    // Whoever has lost the lease is told who may answer now.
    assert_eq!(
        submit(&lost, &worker("a"), &label("1"), over),
        Err(Refusal::Taken)
    );
    assert!(submit(&lost, &worker("b"), &label("1"), over).is_ok());
}

#[test]
fn an_answer_under_a_lease_that_is_over_does_not_count_although_nobody_else_has_the_task() {
    let taken = take(&task("t"), &worker("a"), at(0)).unwrap();
    let late = at(LEASE_SECONDS);
    for refused in [
        submit(&taken, &worker("a"), &label("1"), late),
        give_back(&taken, &worker("a"), late),
    ] {
        assert_eq!(refused, Err(Refusal::LeaseOver));
    }
    let skipped = skip(&taken, &worker("a"), "too long", late);
    assert!(skipped.is_ok(), "what was typed is kept: {skipped:?}");
    let again = take(&taken, &worker("a"), late).unwrap();
    let done = submit(&again, &worker("a"), &label("1"), late).unwrap();
    assert_eq!(done.answer.unwrap().taken_at, late);
}

#[test]
fn without_taking_it_a_worker_changes_nothing() {
    let other = take(&task("t"), &worker("b"), at(0)).unwrap();
    let over = at(LEASE_SECONDS);
    for (task, now) in [(task("t"), at(1)), (other, over)] {
        let a = worker("a");
        assert_eq!(submit(&task, &a, &label("1"), now), Err(Refusal::NotTaken));
        assert_eq!(give_back(&task, &a, now), Err(Refusal::NotTaken));
        assert_eq!(skip(&task, &a, "why", now), Err(Refusal::NotTaken));
    }
}

#[test]
fn a_task_taken_again_is_the_same_claim() {
    let taken = take(&task("t"), &worker("a"), at(0)).unwrap();
    assert_eq!(take(&taken, &worker("a"), at(60)), Ok(taken.clone()));
}

#[test]
fn no_lease_lasts_longer_than_the_task() {
    let soon = at(LIFETIME_SECONDS - 10);
    let taken = take(&task("t"), &worker("a"), soon).unwrap();
    let until = |task: &Task| task.claim.as_ref().unwrap().until;
    assert_eq!(until(&taken), taken.deadline);
}

#[test]
fn an_answer_counts_before_the_deadline_only() {
    let deadline = at(LIFETIME_SECONDS);
    let late = Moment(deadline.0 - 1);
    let taken = take(&task("t"), &worker("a"), late).unwrap();
    assert!(submit(&taken, &worker("a"), &label("1"), late).is_ok());
    let refused = submit(&taken, &worker("a"), &label("1"), deadline);
    assert_eq!(refused, Err(Refusal::Overdue));
    assert_eq!(
        take(&task("t"), &worker("a"), deadline),
        Err(Refusal::Overdue)
    );
}

#[test]
fn whoever_answered_about_the_text_before_is_not_asked_again() {
    let again = Task {
        except: vec![worker("a").id],
        ..task("t")
    };
    assert_eq!(take(&again, &worker("a"), at(1)), Err(Refusal::Answered));
    assert!(take(&again, &worker("b"), at(1)).is_ok());
    let done = answered(&again, "b", at(1));
    assert_eq!(take(&done, &worker("b"), at(2)), Err(Refusal::Answered));
}

#[test]
fn whoever_skipped_a_task_never_gets_it_again() {
    let taken = take(&task("t"), &worker("b"), at(1)).unwrap();
    let skipped = skip(&taken, &worker("b"), "  another language\n", at(2)).unwrap();
    assert_eq!(
        skipped.skips,
        [Skip {
            worker: worker("b"),
            reason: "another language".into(),
            at: at(2),
        }]
    );
    assert_eq!(take(&skipped, &worker("b"), at(3)), Err(Refusal::Skipped));
    assert!(take(&skipped, &worker("c"), at(3)).is_ok(), "it is free");
}

#[test]
fn a_skip_says_why() {
    let taken = take(&task("t"), &worker("a"), at(0)).unwrap();
    assert_eq!(
        skip(&taken, &worker("a"), " \n", at(1)),
        Err(Refusal::NoReason)
    );
    let long = "x".repeat(MOST_LETTERS + 1);
    let letters = MOST_LETTERS + 1;
    assert_eq!(
        skip(&taken, &worker("a"), &long, at(1)),
        Err(Refusal::LongReason { letters })
    );
}

#[test]
fn a_task_that_is_given_back_is_free_for_everybody() {
    let taken = take(&task("t"), &worker("a"), at(0)).unwrap();
    let free = give_back(&taken, &worker("a"), at(1)).unwrap();
    assert_eq!(free, task("t"));
    for sub in ["a", "b"] {
        assert!(take(&free, &worker(sub), at(2)).is_ok());
    }
}

#[test]
fn an_answer_names_one_of_the_tasks_labels() {
    let taken = take(&task("t"), &worker("a"), at(0)).unwrap();
    let submit = |content: Value| submit(&taken, &worker("a"), &content, at(1));
    let label = "2".to_owned();
    assert_eq!(
        submit(self::label("2")),
        Err(Refusal::UnknownLabel { label })
    );
    for empty in [
        json!({}),
        json!(null),
        json!({"sentiment": "1"}),
        json!({"sentiment": null}),
    ] {
        assert_eq!(submit(empty), Err(Refusal::NoLabel));
    }
}

#[test]
fn an_overdue_task_fails_and_any_other_stays_as_it_is() {
    let taken = take(&task("t"), &worker("a"), at(0)).unwrap();
    let deadline = at(LIFETIME_SECONDS);
    assert_eq!(expire(&taken, Moment(deadline.0 - 1)), taken);
    let expired = expire(&taken, deadline);
    let status = EndStatus::Failed {
        code: "Expired".into(),
        reason: "no answer came in time".into(),
    };
    assert_eq!(
        expired.end,
        Some(End {
            at: deadline,
            status
        })
    );
    let done = answered(&task("t"), "b", at(1));
    assert_eq!(expire(&done, deadline), done);
}

#[test]
fn a_stopped_task_takes_no_answer() {
    let taken = take(&task("t"), &worker("b"), at(1)).unwrap();
    let stopped = stop(&taken, at(2));
    assert_eq!(
        submit(&stopped, &worker("b"), &label("1"), at(3)),
        Err(Refusal::Stopped)
    );
    assert_eq!(stop(&stopped, at(9)), stopped);
    assert_eq!(expire(&stopped, at(LIFETIME_SECONDS)), stopped);
    let done = answered(&task("t"), "b", at(1));
    assert_eq!(stop(&done, at(2)), done);
    assert_eq!(take(&done, &worker("c"), at(3)), Err(Refusal::Completed));
}

#[test]
fn a_refusal_is_a_sentence_for_the_worker_and_names_nobody() {
    let taken = take(&task("t"), &worker("alice"), at(0)).unwrap();
    let refused = take(&taken, &worker("b"), at(1)).unwrap_err();
    assert_eq!(refused.to_string(), "another reviewer has this task now");
    let label = "2".to_owned();
    let unknown = Refusal::UnknownLabel { label }.to_string();
    assert_eq!(unknown, "\"2\" is not one of this task's labels");
}

#[test]
fn an_answer_counts_without_the_lease_and_once_however_often_it_is_sent() {
    let (a, b) = (worker("a"), worker("b"));
    let late = at(LEASE_SECONDS + 1);
    let taken = take(&task("t"), &a, at(0)).unwrap();
    let of_b = take(&taken, &b, late).unwrap();
    assert_eq!(answer(&of_b, &a, &label("1"), late), Err(Refusal::Taken));
    let done = answer(&taken, &a, &label("1"), late).unwrap();
    assert_eq!(answer(&done, &a, &label("1"), late), Ok(done.clone()));
    let other = answer(&done, &a, &label("0"), after(late, CHANGE_SECONDS));
    assert_eq!(other, Err(Refusal::TooLate));
}

#[test]
fn an_answer_may_be_changed_by_its_worker_for_ten_minutes() {
    let done = answered(&task("t"), "a", at(5));
    let (a, over) = (worker("a"), at(5 + CHANGE_SECONDS));
    assert_eq!(changeable(&done, &a, at(6)), Ok(over));
    let changed = change(&done, &a, &label("0"), at(60)).unwrap();
    let kept = changed.answer.as_ref().unwrap();
    assert_eq!((&kept.content, kept.submitted_at), (&label("0"), at(60)));
    assert_eq!((kept.taken_at, &changed.end), (at(5), &done.end));
    // A change does not make the time longer, and the same answer is none.
    let last = Moment(over.0 - 1);
    assert!(change(&changed, &a, &label("1"), last).is_ok());
    assert_eq!(
        change(&changed, &a, &label("1"), over),
        Err(Refusal::TooLate)
    );
    assert_eq!(change(&changed, &a, &label("0"), over), Ok(changed.clone()));
    // Two in one moment are told apart.
    let again = change(&changed, &a, &label("1"), at(60)).unwrap();
    assert!(again.answer.unwrap().submitted_at > at(60));
}

#[test]
fn nobody_changes_another_workers_answer_or_one_that_was_not_given() {
    let done = answered(&task("t"), "a", at(5));
    let (a, b) = (worker("a"), worker("b"));
    let change = |task: &Task, worker| change(task, worker, &label("0"), at(6));
    assert_eq!(change(&done, &b), Err(Refusal::NotAnswered));
    assert_eq!(change(&task("t"), &a), Err(Refusal::NotAnswered));
    let stopped = stop(&task("t"), at(5));
    assert_eq!(change(&stopped, &a), Err(Refusal::NotAnswered));
    let wrong = super::change(&done, &a, &label("2"), at(6));
    assert!(
        matches!(wrong, Err(Refusal::UnknownLabel { .. })),
        "{wrong:?}"
    );
}
