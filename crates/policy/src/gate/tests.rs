use contracts::evaluation::{
    ClassScores, Evaluation, Incumbent, Interval, PairedDifference, Scores,
};
use contracts::verdict::Decision::{self, Approved, Inconclusive, Rejected};

use super::*;
use crate::intervals::{self, Paired, Recall};
use crate::split;

/// Scores of a model that gets `right[i]` of `rows` rows of each class right.
fn scores(right: &[u64], rows: u64) -> Scores {
    let recalls: Vec<Recall> = right.iter().map(|&right| Recall { right, rows }).collect();
    let (balanced_accuracy, balanced_accuracy_interval) = intervals::balanced_accuracy(&recalls);
    let total = rows * right.len() as u64;
    let classes = recalls
        .iter()
        .enumerate()
        .map(|(index, recall)| ClassScores {
            label: index.to_string(),
            support: rows,
            precision: recall.value(),
            recall: recall.value(),
            recall_interval: intervals::wilson(recall.right, rows),
            f1: recall.value(),
            ..ClassScores::default()
        });
    let confusion = right.iter().enumerate().map(|(truth, &right)| {
        let mut row = vec![0; recalls.len()];
        row[truth] = right;
        row[(truth + 1) % recalls.len()] = rows - right;
        row
    });
    Scores {
        rows: total,
        accuracy: balanced_accuracy,
        accuracy_interval: intervals::wilson(right.iter().sum(), total),
        balanced_accuracy,
        balanced_accuracy_interval,
        macro_f1: balanced_accuracy,
        classes: classes.collect(),
        confusion: confusion.collect(),
        mean_cross_entropy: 1.0,
        ..Scores::default()
    }
}

pub(crate) fn evaluation(right: &[u64], rows: u64) -> Evaluation {
    Evaluation {
        dataset_version_id: "v".into(),
        split_version: split::VERSION,
        labels: (0..right.len()).map(|n| n.to_string()).collect(),
        challenger: scores(right, rows),
        ..Evaluation::default()
    }
}

fn against(low: f64, high: f64) -> Evaluation {
    Evaluation {
        champion: Some(incumbent("old", low, high)),
        ..evaluation(&[140, 120, 150], 200)
    }
}

fn incumbent(arn: &str, low: f64, high: f64) -> Incumbent {
    Incumbent {
        model_package_arn: arn.into(),
        other_text_columns: Vec::new(),
        scores: scores(&[140, 120, 150], 200),
        difference: PairedDifference {
            value: f64::midpoint(low, high),
            interval: Interval { low, high },
            ..PairedDifference::default()
        },
    }
}

#[track_caller]
fn check(evaluation: &Evaluation, champion: Option<&str>, expected: Decision, because: &str) {
    let incumbents = Incumbents {
        champion: Ok(champion),
        anchor: Ok(champion),
    };
    decides(evaluation, incumbents, expected, because);
}

#[track_caller]
fn decides(evaluation: &Evaluation, incumbents: Incumbents, expected: Decision, because: &str) {
    let checks = judge(&Gate::default(), Ok(evaluation), incumbents);
    assert_eq!(decision(&checks), expected, "{checks:#?}");
    let deciding: Vec<_> = checks
        .iter()
        .filter(|c| c.decision == expected)
        .map(|c| c.name.as_str())
        .collect();
    assert!(deciding.contains(&because), "{deciding:?} lacks {because}");
}

#[test]
fn a_good_first_model_is_approved() {
    check(
        &evaluation(&[140, 120, 150], 200),
        None,
        Approved,
        "champion",
    );
}

#[test]
fn a_model_shown_to_be_near_chance_is_rejected_and_one_that_may_be_asks_a_person() {
    // The floor for three classes is 0.433.
    for (right, expected) in [
        ([70, 75, 70], Rejected),
        ([80, 85, 80], Inconclusive),
        ([90, 95, 90], Inconclusive),
        ([100, 105, 100], Approved),
    ] {
        let evaluation = evaluation(&right, 200);
        check(&evaluation, None, expected, "balanced_accuracy");
    }
}

#[test]
fn a_class_given_up_rejects_a_model_that_is_good_on_average() {
    check(&evaluation(&[195, 40, 195], 200), None, Rejected, "recall");
}

#[test]
fn a_class_of_which_nothing_or_little_was_seen_asks_a_person() {
    let mut unseen = evaluation(&[195, 0, 195], 200);
    let class = &mut unseen.challenger.classes[1];
    (class.support, class.recall_interval) = (0, intervals::wilson(0, 0));
    unseen.challenger.confusion[1] = vec![0; 3];
    unseen.challenger.rows = 400;
    let recalls = [(195, 200), (0, 0), (195, 200)];
    let recalls = recalls.map(|(right, rows)| Recall { right, rows });
    let (value, interval) = intervals::balanced_accuracy(&recalls);
    unseen.challenger.balanced_accuracy = value;
    unseen.challenger.balanced_accuracy_interval = interval;
    check(&unseen, None, Inconclusive, "balanced_accuracy");
    check(&unseen, None, Inconclusive, "recall");

    let mut seldom = evaluation(&[195, 150, 195], 200);
    let class = &mut seldom.challenger.classes[1];
    (class.recall, class.recall_interval) = (0.25, intervals::wilson(1, 4));
    check(&seldom, None, Inconclusive, "recall");
}

#[test]
fn too_few_rows_ask_a_person() {
    check(&evaluation(&[2, 2, 2], 10), None, Inconclusive, "test_rows");
    check(
        &evaluation(&[90, 90, 90], 99),
        None,
        Inconclusive,
        "test_rows",
    );
}

#[test]
fn the_paired_interval_approves_rejects_or_leaves_it_open() {
    check(&against(-0.01, 0.05), Some("old"), Approved, "champion");
    check(&against(-0.30, -0.05), Some("old"), Rejected, "champion");
    check(&against(-0.05, 0.03), Some("old"), Inconclusive, "champion");
    check(
        &against(f64::NAN, f64::NAN),
        Some("old"),
        Inconclusive,
        "champion",
    );
}

#[test]
fn a_champion_that_knows_other_text_columns_rejects_a_model_and_approves_none() {
    for (low, high, expected) in [
        (0.03, 0.08, Inconclusive),
        (-0.05, 0.01, Inconclusive),
        (-0.08, -0.03, Rejected),
    ] {
        let mut evaluation = against(low, high);
        let champion = evaluation.champion.as_mut().unwrap();
        champion.other_text_columns = vec!["Review Text".into()];
        check(&evaluation, Some("old"), expected, "champion");
        let incumbents = Incumbents {
            champion: Ok(Some("old")),
            anchor: Ok(None),
        };
        let checks = judge(&Gate::default(), Ok(&evaluation), incumbents);
        let champion = checks.iter().find(|check| check.name == "champion");
        let reason = &champion.unwrap().reason;
        assert!(reason.contains(r#"["Review Text"]"#), "{reason}");
    }
}

/// Newcombe's method 8, which this was before, gives a lower bound of -0.0193: an approval.
#[test]
fn two_models_that_agree_on_almost_every_row_are_not_shown_to_be_equal() {
    let cells = [(150, 2, 2, 16), (40, 2, 2, 36), (300, 3, 3, 50)];
    let classes = cells.map(|(both_right, only_first, only_second, both_wrong)| Paired {
        both_right,
        only_first,
        only_second,
        both_wrong,
    });
    let (_, interval) = intervals::paired_difference(&classes);
    assert!((interval.low + 0.0213).abs() < 5e-5, "{interval:?}");
    let evaluation = against(interval.low, interval.high);
    check(&evaluation, Some("old"), Inconclusive, "champion");
}

#[test]
fn an_open_question_says_how_many_rows_would_decide_it() {
    let reason = |evaluation: &Evaluation| {
        let incumbents = Incumbents {
            champion: Ok(Some("old")),
            anchor: Ok(Some("old")),
        };
        let mut checks = judge(&Gate::default(), Ok(evaluation), incumbents).into_iter();
        let check = checks.find(|check| check.name == "champion");
        check.expect("the champion's check").reason
    };
    let needed = "about 2400 test rows instead of 600 would decide";
    assert!(reason(&against(-0.04, 0.04)).contains(needed));
    assert!(!reason(&against(-0.01, 0.05)).contains("would decide"));
    let at_the_margin = reason(&against(-0.06, 0.02));
    assert!(at_the_margin.contains("no number of test rows"));
}

#[test]
fn a_champion_changed_since_asks_to_evaluate_again() {
    check(
        &against(0.01, 0.05),
        Some("other"),
        Inconclusive,
        "champion",
    );
    check(&against(0.01, 0.05), None, Inconclusive, "champion");
    check(
        &evaluation(&[140, 120, 150], 200),
        Some("other"),
        Inconclusive,
        "champion",
    );
}

#[test]
fn a_champion_or_an_anchor_that_is_not_known_leaves_the_question_open() {
    let better = against(0.01, 0.05);
    let no_champion = Incumbents {
        champion: Err("the pin names version 7, which is not approved"),
        anchor: Ok(None),
    };
    decides(&better, no_champion, Inconclusive, "champion");
    decides(&better, no_champion, Inconclusive, "anchor");
    let no_anchor = Incumbents {
        champion: Ok(Some("old")),
        anchor: Err("the anchor is not known"),
    };
    decides(&better, no_anchor, Inconclusive, "anchor");
    let checks = judge(&Gate::default(), Ok(&better), no_champion);
    assert!(summary(&checks, "s3://b/v.json").contains("the pin names version 7"));
}

#[test]
fn a_version_must_hold_against_the_anchor_as_well_as_against_the_champion() {
    let incumbents = |anchor| Incumbents {
        champion: Ok(Some("old")),
        anchor: Ok(Some(anchor)),
    };
    let measured = |low, high| Evaluation {
        anchor: Some(incumbent("best", low, high)),
        ..against(-0.01, 0.01)
    };
    for (low, high, expected) in [
        (-0.015, 0.02, Approved),
        (-0.05, 0.01, Inconclusive),
        (-0.05, -0.03, Rejected),
    ] {
        decides(&measured(low, high), incumbents("best"), expected, "anchor");
    }
    // The anchor is another one now, or it was given up for the champion.
    let shown = measured(-0.015, 0.02);
    decides(&shown, incumbents("other"), Inconclusive, "anchor");
    let worse = measured(-0.05, -0.03);
    decides(&worse, incumbents("old"), Approved, "anchor");
    let checks = judge(&Gate::default(), Ok(&worse), incumbents("old"));
    let anchor = checks.iter().find(|check| check.name == "anchor");
    let reason = &anchor.expect("it is always checked").reason;
    assert_eq!(
        reason,
        "the champion is the anchor: its check counts for both"
    );
    // Measured before there was an anchor.
    let unmeasured = against(-0.01, 0.01);
    decides(&unmeasured, incumbents("best"), Inconclusive, "anchor");
}

#[test]
fn unreadable_or_inconsistent_evidence_fails_closed() {
    let incumbents = Incumbents {
        champion: Ok(None),
        anchor: Ok(None),
    };
    let checks = judge(&Gate::default(), Err("no such key".into()), incumbents);
    assert_eq!(decision(&checks), Inconclusive);
    let mut fewer = evaluation(&[140, 120, 150], 200);
    fewer.challenger.rows += 1;
    check(&fewer, None, Inconclusive, "evidence");
    let mut older = evaluation(&[140, 120, 150], 200);
    older.split_version += 1;
    check(&older, None, Inconclusive, "evidence");
    let mut odd = evaluation(&[140, 120, 150], 200);
    odd.challenger.balanced_accuracy_interval.low = f64::NAN;
    check(&odd, None, Inconclusive, "balanced_accuracy");
    assert_eq!(decision(&[]), Inconclusive);
}

#[test]
fn a_summary_fits_and_keeps_the_address() {
    let check = Check {
        name: "x".into(),
        decision: Rejected,
        reason: "é".repeat(300),
    };
    let summary = summary(&vec![check; 9], "s3://bucket/verdicts/1.json");
    assert!(summary.chars().count() <= 1024);
    assert!(summary.ends_with("s3://bucket/verdicts/1.json"));
}
