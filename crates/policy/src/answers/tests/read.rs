use super::*;

#[track_caller]
fn refused(labels: &[&str], tasks: &[Task], words: &str) {
    let refused = Answers::new(labels, tasks).unwrap_err().to_string();
    assert_eq!(refused, words);
}

#[test]
fn what_cannot_be_counted_is_refused_by_name() {
    let good = task(&[("ann", "1")]);
    refused(
        &LABELS,
        &[good.clone(), task(&[("ann", "1"), ("bob", "5")])],
        r#"task 1 (from 0) has the answer "5", which is none of ["-1", "0", "1"]"#,
    );
    refused(
        &LABELS,
        &[task(&[("ann", "1"), ("bob", "1"), ("ann", "0")])],
        "task 0 (from 0) has two answers of one reviewer",
    );
    refused(&["1", "0", "1"], &[], r#"the label "1" is listed twice"#);
    for probabilities in [
        vec![],
        vec![0.5, 0.5],
        vec![0.5, 0.5, 0.1],
        vec![1.5, -0.5, 0.0],
        vec![f64::NAN, 0.5, 0.5],
    ] {
        let words =
            format!("task 0 (from 0) has {probabilities:?}, not 3 probabilities that sum to 1");
        let bad = Task {
            probabilities: Some(probabilities),
            ..good.clone()
        };
        refused(&LABELS, &[bad], &words);
    }
}

#[test]
fn probabilities_of_the_audit_are_held_to_the_same_though_they_have_no_voice() {
    let audited = Task {
        origin: Origin::Audit,
        probabilities: Some(vec![0.9]),
        ..task(&[])
    };
    assert!(Answers::new(&LABELS, &[audited]).is_err());
}

#[test]
fn where_there_is_nothing_there_is_nothing_to_say() {
    let rule = Rule {
        least_posterior: 0.95,
        maximum_answers: 3,
    };
    for labels in [&[][..], &["1"], &LABELS] {
        let none = Answers::new(labels, &[]).unwrap();
        assert_eq!(consolidate(&none, rule), []);
        assert_eq!(reviewers(&none), []);
        assert_eq!(agreement(&none, 7), None);
        let unanswered = Answers::new(labels, &[task(&[])]).unwrap();
        let consensus = &consolidate(&unanswered, rule)[0];
        assert_eq!((consensus.label, consensus.next), (None, Next::AskAgain));
        assert_eq!(agreement(&unanswered, 7), None);
    }
}
