use super::*;
use crate::values::Candidate;

fn candidate(name: &str, weight: f64, value: Option<f64>) -> Candidate {
    Candidate {
        name: name.to_owned(),
        weight,
        balanced_accuracy: value.map(interval),
        gain: value.map(|_| interval(0.012)),
        seconds: 5.0,
        parameters: 12_345,
        hyperparameters: Vec::new(),
        epochs: Vec::new(),
        failure: value
            .is_none()
            .then(|| "an <epoch> would take 90 s".to_owned()),
    }
}

#[test]
fn a_leaderboard_has_the_average_each_candidate_and_why_one_is_missing() {
    let without = render(&report());
    assert!(!without.contains("Leaderboard"));
    let mut with = report();
    let turn = with.turns.last_mut().expect("a turn");
    turn.candidates = vec![
        candidate("ngrams", 0.65, Some(0.79)),
        candidate("fasttext", 0.35, Some(0.78)),
        candidate("bert", 0.0, None),
    ];
    let page = render(&with);
    for value in [
        "Leaderboard of",
        "the average",
        "65.0 %",
        "79.0 %",
        "+1.2 points",
        "12,345",
        "an &lt;epoch&gt; would take 90 s",
    ] {
        assert!(page.contains(value), "{value}");
    }
    // The average and the two candidates that have a model.
    let dots = |page: &str| page.matches("<circle class=\"end turn-2\"").count();
    assert_eq!(dots(&page) - dots(&without), 3);
}

#[test]
fn each_candidate_has_its_hyperparameters_and_its_curves_folded() {
    let mut with = report();
    with.turns[1].candidates = trained_candidates();
    let page = render(&with);
    for value in [
        "<summary>How ngrams was trained</summary>",
        "<summary>How fasttext was trained</summary>",
        "<code>word_ngrams</code></th><td>&lt;0.5&gt;</td>",
        "Epoch 2 of 2 was kept.",
        "fasttext: epoch 2 was kept, with 74.3 % on the validation rows",
        "id=\"candidate-2-loss-title\"",
        "id=\"candidate-2-epochs-title\"",
    ] {
        assert!(page.contains(value), "{value}");
    }
    assert!(!page.contains("candidate-1-loss"), "one fit has no curve");
    with.turns[1].candidates = vec![candidate("ngrams", 1.0, Some(0.79))];
    assert!(!render(&with).contains("was trained</summary>"));
}
