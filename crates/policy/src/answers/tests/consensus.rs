use super::*;

const RULE: Rule = Rule {
    least_posterior: 0.95,
    maximum_answers: 3,
};

#[track_caller]
fn one<'a>(task: Task<'a>, rule: Rule) -> Consensus<'a> {
    consolidate(&read(&[task]), rule).remove(0)
}

/// With few answers everybody is right with 0.76 and gives each other label with 0.12.
#[test]
fn few_answers_are_counted_alike() {
    for (answers, label, agreeing, posterior, next) in [
        (&["1"][..], Some("1"), 1, 0.76, Next::AskAgain),
        // 0.76² / (0.76² + 2 · 0.12²)
        (&["1", "1"], Some("1"), 2, 0.5776 / 0.6064, Next::Done),
        // 0.76 · 0.12 / (2 · 0.76 · 0.12 + 0.12²): a tie.
        (&["1", "0"], None, 0, 0.0912 / 0.1968, Next::AskAgain),
        // 0.76² · 0.12 / (0.76² · 0.12 + 0.76 · 0.12² + 0.12³)
        (
            &["1", "0", "1"],
            Some("1"),
            2,
            0.069_312 / 0.081_984,
            Next::Done,
        ),
        (&["1", "0", "-1"], None, 0, 1.0 / 3.0, Next::Done),
    ] {
        let names = ["ann", "bob", "cem"];
        let given: Vec<(&str, &str)> = names.into_iter().zip(answers.iter().copied()).collect();
        let consensus = one(task(&given), RULE);
        assert_eq!(consensus.label, label, "{answers:?}");
        assert_eq!(consensus.agreeing, agreeing, "{answers:?}");
        assert_eq!(consensus.next, next, "{answers:?}");
        close(consensus.posterior, posterior);
    }
}

#[test]
fn the_model_has_a_voice_but_not_about_a_text_of_the_audit() {
    let said = Task {
        probabilities: Some(vec![0.1, 0.2, 0.7]),
        ..task(&[("ann", "1")])
    };
    // 0.7 · 0.76 / (0.7 · 0.76 + 0.3 · 0.12)
    close(one(said.clone(), RULE).posterior, 0.532 / 0.568);
    let audited = Task {
        origin: Origin::Audit,
        ..said
    };
    close(one(audited, RULE).posterior, 0.76);
}

#[test]
fn a_label_is_one_that_somebody_gave_however_sure_the_model_is_of_another() {
    let doubted = Task {
        probabilities: Some(vec![0.0, 0.01, 0.99]),
        ..task(&[("ann", "0")])
    };
    let consensus = one(doubted.clone(), RULE);
    assert_eq!(consensus.label, Some("0"));
    assert!(consensus.posterior < 0.1, "{consensus:?}");
    assert_eq!(consensus.next, Next::AskAgain);
    let unanswered = Task {
        answers: Vec::new(),
        ..doubted
    };
    let consensus = one(unanswered, RULE);
    assert_eq!((consensus.label, consensus.agreeing), (None, 0));
    assert_eq!(consensus.next, Next::AskAgain);
}

#[test]
fn asking_ends_with_the_last_answer_that_may_be_asked_for() {
    for (maximum_answers, next) in [(0, Next::Done), (1, Next::Done), (2, Next::AskAgain)] {
        let rule = Rule {
            maximum_answers,
            ..RULE
        };
        assert_eq!(one(task(&[("ann", "1")]), rule).next, next);
    }
    let never = Rule {
        least_posterior: f64::NAN,
        ..RULE
    };
    let agreed = task(&[("ann", "1"), ("bob", "1")]);
    assert_eq!(one(agreed, never).next, Next::AskAgain);
}

#[test]
fn one_label_alone_is_certain() {
    let answers = Answers::new(&["1"], &[task(&[("ann", "1")])]).unwrap();
    let consensus = &consolidate(&answers, RULE)[0];
    assert_eq!(consensus.label, Some("1"));
    close(consensus.posterior, 1.0);
}

/// Two good reviewers agree about forty texts; the third contradicts them about all.
#[test]
fn a_reviewer_who_was_seen_to_be_wrong_counts_less() {
    let mut tasks: Vec<Task> = (0..40)
        .map(|number| {
            let (right, wrong) = if number % 2 == 0 {
                ("1", "0")
            } else {
                ("0", "1")
            };
            task(&[("ann", right), ("bob", right), ("wim", wrong)])
        })
        .collect();
    tasks.push(task(&[("ann", "1"), ("wim", "0")]));
    tasks.push(task(&[("new", "-1")]));
    let found = consolidate(&read(&tasks), RULE);
    assert_eq!(found[40].label, Some("1"));
    assert!(found[40].posterior > 0.95, "{:?}", found[40]);
    // Nothing is known of the new one, and the label that nobody else gives is rare.
    assert!(found[41].posterior < 0.76, "{:?}", found[41]);
}

/// A model that is always sure and often contradicted is believed less.
#[test]
fn a_model_that_claims_too_much_is_not_believed() {
    let tasks = |wrong: usize| -> Vec<Task> {
        let sure = Some(vec![0.005, 0.005, 0.99]);
        let answered = |number: usize| {
            let label = if number % 10 < wrong { "0" } else { "1" };
            task(&[("ann", label), ("bob", label), ("cem", label)])
        };
        let mut all: Vec<Task> = (0..50).map(answered).collect();
        all.push(task(&[("ann", "0")]));
        let with_voice = |task| Task {
            probabilities: sure.clone(),
            ..task
        };
        all.into_iter().map(with_voice).collect()
    };
    let last = |wrong| consolidate(&read(&tasks(wrong)), RULE)[50].posterior;
    assert!(last(0) < 0.3, "{}", last(0));
    assert!(last(5) > 0.7, "{}", last(5));
}
