use super::*;

/// Texts with answers of reviewers whose names do not matter.
fn answered(texts: &[&[&'static str]]) -> Vec<Task<'static>> {
    let names = ["ann", "bob", "cem", "dan"];
    let named = |labels: &&[&'static str]| {
        let given: Vec<_> = names.into_iter().zip(labels.iter().copied()).collect();
        task(&given)
    };
    texts.iter().map(named).collect()
}

#[track_caller]
fn alpha(texts: &[&[&'static str]], expected: f64) {
    let tasks = answered(texts);
    let found = agreement(&read(&tasks), 7).unwrap();
    close(found.alpha, expected);
}

#[test]
fn alpha_is_one_less_observed_over_expected_disagreement() {
    // Two ordered pairs differ of four; six of twelve would by chance.
    alpha(&[&["1", "1"], &["1", "0"]], 0.0);
    alpha(&[&["1", "1"], &["0", "0"]], 1.0);
    // All four differ; eight of twelve would by chance.
    alpha(&[&["1", "0"], &["1", "0"]], -0.5);
    // Krippendorff, "Computing Krippendorff's Alpha-Reliability", 2011, part A: ten units by two observers, 0.095.
    let (yes, no, mixed) = (&["1", "1"][..], &["0", "0"][..], &["0", "1"][..]);
    alpha(
        &[mixed, yes, mixed, no, no, mixed, no, no, mixed, no],
        1.0 - 19.0 * 8.0 / 168.0,
    );
}

#[test]
fn a_text_with_one_answer_is_compared_with_nothing() {
    let tasks = answered(&[&["1", "1"], &["1", "0"], &["-1"], &[]]);
    let found = agreement(&read(&tasks), 7).unwrap();
    assert_eq!(found.texts, 2);
    close(found.alpha, 0.0);
}

#[test]
fn without_two_labels_or_two_answers_there_is_no_agreement() {
    let texts: [Vec<&[&str]>; 3] = [vec![], vec![&["1"]], vec![&["1", "1"], &["1", "1", "1"]]];
    for texts in texts {
        let tasks = answered(&texts);
        assert_eq!(agreement(&read(&tasks), 7), None);
    }
}

#[test]
fn the_interval_is_repeated_by_its_seed_and_narrows_with_more_texts() {
    let few: Vec<&[&'static str]> = vec![
        &["1", "1"],
        &["0", "0"],
        &["1", "0"],
        &["-1", "-1", "0"],
        &["1", "1"],
    ];
    let many: Vec<&[&'static str]> = few.iter().copied().cycle().take(200).collect();
    let width = |texts: &[&[&'static str]], seed| {
        let tasks = answered(texts);
        let found = agreement(&read(&tasks), seed).unwrap();
        let interval = found.interval;
        assert!(interval.low <= found.alpha && found.alpha <= interval.high);
        interval.high - interval.low
    };
    close(width(&many, 7), width(&many, 7));
    let (first, second) = (width(&many, 7), width(&many, 8));
    assert!((first - second).abs() > 1e-12 && (first / second - 1.0).abs() < 0.15);
    assert!(width(&few, 7) > 4.0 * first);
}
