//! The bars, at seeds that take a second in all. What many seeds say is in the tables.

use super::*;

const AUDIT: Plan = Plan {
    crowd: &HONEST,
    origin: Origin::Audit,
    with_voice: false,
    days: 10,
    texts_a_day: 30,
};
const ANY: Plan = Plan {
    origin: Origin::Upload,
    with_voice: true,
    ..AUDIT
};

#[test]
fn fewer_answers_than_three_make_better_labels_than_the_majority_of_three() {
    let uncertain = Plan {
        origin: Origin::Uncertain,
        ..AUDIT
    };
    for (plan, answers) in [(AUDIT, 2.0), (uncertain, 2.7), (ANY, 1.6)] {
        let labels = measure::labels(plan, 4);
        assert!(labels.share(labels.answers) < answers, "{labels:?}");
        assert!(labels.right > labels.right_by_majority, "{labels:?}");
    }
}

#[test]
fn labels_are_as_often_right_as_they_are_said_to_be() {
    for plan in [AUDIT, ANY] {
        let labels = measure::labels(plan, 4);
        let (said, right) = (labels.said, labels.right as f64);
        assert!(
            (said - right).abs() < 0.015 * labels.texts as f64,
            "{labels:?}"
        );
    }
}

#[test]
fn one_who_clicks_is_found_and_spoils_no_labels() {
    let crowd = with(&HONEST, Reviewer::Uniform);
    for plan in [AUDIT, ANY] {
        let plan = Plan {
            crowd: &crowd,
            ..plan
        };
        let counted = measure::reviewers(plan, 6);
        assert_eq!(counted.found_by_100, 6, "{counted:?}");
        assert!(counted.found_by_30 >= 4, "{counted:?}");
        assert_eq!(counted.wronged, 0, "{counted:?}");
        let labels = measure::labels(plan, 4);
        assert!(labels.share(labels.right) > 0.96, "{labels:?}");
    }
}

/// So it is no measure of a reviewer, and `policy::survey` has none of the kind.
#[test]
fn texts_that_the_others_make_certain_are_mostly_those_that_a_reviewer_got_wrong() {
    let known = measure::known(AUDIT, 2);
    assert!(known.texts > 50, "{known:?}");
    assert!(share(known.right, known.texts) < 0.4, "{known:?}");
    assert!(share(known.right_in_all, known.answers) > 0.8, "{known:?}");
}

#[test]
fn the_interval_holds_an_honest_reviewers_accuracy() {
    let plan = Plan { days: 14, ..AUDIT };
    let counted = measure::reviewers(plan, 8);
    assert!(counted.with_50 > 55, "{counted:?}");
    assert!(
        share(counted.covered, counted.with_50) > 0.88,
        "{counted:?}"
    );
    assert_eq!(counted.wronged, 0, "{counted:?}");
}
