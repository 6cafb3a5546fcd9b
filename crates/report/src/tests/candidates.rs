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
