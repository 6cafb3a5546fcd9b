use contracts::dataset::Origin;

use super::*;

fn labels() -> Vec<String> {
    ["-1", "0", "1"].map(str::to_owned).into()
}

fn given(worker: &str, label: &str) -> GivenAnswer {
    GivenAnswer {
        worker: worker.to_owned(),
        label: label.to_owned(),
        seconds: 4.0,
        submitted_at: String::new(),
    }
}

const NOW: i64 = 30 * 24 * 3600 * 1000;

fn text(hash: &str, answers: &[(&str, &str)]) -> AnsweredText {
    let answers = answers.iter().map(|(worker, label)| given(worker, label));
    AnsweredText {
        text_hash: hash.to_owned(),
        origin: Origin::Audit,
        answers: answers.collect(),
        probabilities: [].into(),
        answered_at: Moment(NOW),
    }
}

fn known(texts: &[AnsweredText]) -> AnsweredTexts {
    let texts = texts.to_vec();
    AnsweredTexts { texts }
}

fn decided(known: &AnsweredTexts, text: &AnsweredText, maximum_answers: usize) -> Decision {
    let bounds = Bounds {
        maximum_answers,
        is_last: false,
    };
    decide(known, text, &labels(), bounds).unwrap()
}

#[track_caller]
fn is_label(decision: &Decision, expected: &str) {
    assert!(
        matches!(decision, Decision::Label { label, .. } if label == expected),
        "{decision:?}"
    );
}

#[track_caller]
fn is_asked_again(decision: &Decision, expected: &str) {
    assert!(
        matches!(decision, Decision::AskAgain { reason } if reason.contains(expected)),
        "{decision:?}"
    );
}

#[test]
fn one_reviewers_answer_is_the_label_while_there_is_no_other_reviewer() {
    let mine = known(&[text("a", &[("ann", "1")])]);
    is_label(&decided(&mine, &text("b", &[("ann", "0")]), 5), "0");
    let both = known(&[text("a", &[("bob", "1")])]);
    is_asked_again(
        &decided(&both, &text("b", &[("ann", "0")]), 5),
        "after 1 answers",
    );
}

#[test]
fn a_reviewer_who_has_not_answered_for_a_week_is_not_waited_for() {
    let gone = AnsweredText {
        answered_at: Moment(NOW - PRESENT),
        ..text("a", &[("bob", "1")])
    };
    is_label(
        &decided(&known(&[gone]), &text("b", &[("ann", "0")]), 5),
        "0",
    );
}

#[test]
fn two_who_agree_make_a_label_and_two_who_do_not_are_followed_by_a_third() {
    let three = known(&[text("a", &[("ann", "1"), ("bob", "1"), ("cem", "1")])]);
    let agreed = decided(&three, &text("b", &[("ann", "0"), ("bob", "0")]), 5);
    let Decision::Label { posterior, .. } = agreed else {
        panic!("{agreed:?}")
    };
    assert!((LEAST_POSTERIOR..1.0).contains(&posterior));
    let torn = text("b", &[("ann", "0"), ("bob", "1")]);
    is_asked_again(&decided(&three, &torn, 5), "do not agree");
    // Nor does the bound make a label of them.
    assert_eq!(decided(&three, &torn, 2), Decision::Disputed);
}

#[test]
fn the_models_answer_decides_between_two_but_not_in_the_audit() {
    let two = known(&[text("a", &[("ann", "1"), ("bob", "1")])]);
    let probabilities = [("-1", 0.1), ("0", 0.2), ("1", 0.7)].map(|(l, p)| (l.to_owned(), p));
    let torn = |origin| AnsweredText {
        origin,
        probabilities: probabilities.clone().into(),
        ..text("b", &[("ann", "0"), ("bob", "1")])
    };
    is_label(&decided(&two, &torn(Origin::Uncertain), 5), "1");
    assert_eq!(decided(&two, &torn(Origin::Audit), 5), Decision::Disputed);
}

#[test]
fn what_doubt_chose_is_asked_once_and_what_may_judge_a_model_is_not() {
    let known = known(&[text("a", &[("bob", "1"), ("cem", "1")])]);
    let of = |origin| AnsweredText {
        origin,
        ..text("b", &[("ann", "0")])
    };
    is_label(&decided(&known, &of(Origin::Uncertain), 5), "0");
    is_asked_again(&decided(&known, &of(Origin::Audit), 5), "after 1 answers");
    is_asked_again(&decided(&known, &of(Origin::Upload), 5), "after 1 answers");
}

#[test]
fn the_bound_and_the_last_question_make_a_label_of_what_there_is() {
    let three = known(&[text("a", &[("bob", "1"), ("cem", "1")])]);
    let one = text("b", &[("ann", "0")]);
    is_asked_again(&decided(&three, &one, 2), "after 1 answers");
    is_label(&decided(&three, &one, 1), "0");
    let last = Bounds {
        maximum_answers: 5,
        is_last: true,
    };
    is_label(&decide(&three, &one, &labels(), last).unwrap(), "0");
    let none = text("b", &[]);
    is_asked_again(
        &decide(&three, &none, &labels(), last).unwrap(),
        "do not agree",
    );
}

#[test]
fn labels_and_models_that_the_stack_has_no_more_do_not_count() {
    let before = AnsweredText {
        probabilities: [("good".to_owned(), 1.0)].into(),
        ..text("a", &[("bob", "good"), ("cem", "1")])
    };
    let torn = text("b", &[("ann", "good"), ("cem", "0")]);
    is_label(&decided(&known(&[before]), &torn, 1), "0");
}

#[test]
fn of_each_reviewer_the_newest_answer_counts() {
    let (ann, bob) = (given("ann", "1"), given("bob", "0"));
    let again = given("ann", "-1");
    let newest = [bob.clone(), again.clone()];
    assert_eq!(gathered(&[&[ann], &newest]), [again.clone(), bob]);
    let old = GivenAnswer {
        submitted_at: "2026-11-14T17:37:36.740Z".into(),
        ..given("ann", "1")
    };
    let new = GivenAnswer {
        submitted_at: "2026-11-14T17:39:00.000Z".into(),
        ..again
    };
    assert_eq!(
        gathered(&[std::slice::from_ref(&new), &[old]]),
        [new],
        "it came late"
    );
}

#[test]
fn a_text_is_remembered_once_with_its_newest_answers_and_the_oldest_is_forgotten() {
    let one = text("a", &[("ann", "1")]);
    let two = text("a", &[("ann", "1"), ("bob", "1")]);
    let known = remember(AnsweredTexts::default(), &one);
    let later = AnsweredText {
        answered_at: Moment(NOW + 1),
        ..one.clone()
    };
    assert_eq!(remember(known.clone(), &later), known, "told twice");
    let mut known = remember(known, &two);
    assert_eq!(known.texts, [two]);
    for number in 0..REMEMBERED {
        known = remember(known, &text(&number.to_string(), &[("ann", "1")]));
    }
    assert_eq!(known.texts.len(), REMEMBERED);
    assert_eq!(known.texts[0].text_hash, "0");
}
