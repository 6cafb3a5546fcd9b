//! How people are asked, how answers are counted, and what becomes of curves. The runs themselves need the real file.

use contracts::dataset::Origin;
use contracts::review::ReviewDay;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use super::asking::{Asking, DEFAULTS};
use super::crowd::{Asked, Labelling, decide};
use super::curves::Band;
use super::learner::most_likely;
use super::reviews::Review;

fn reviews(count: usize) -> Vec<Review> {
    let review = |number| Review {
        text: format!("review {number}"),
        truth: number % 3,
    };
    (0..count).map(review).collect()
}

fn questions(asking: Asking, traffic: &[&Review], said: &[Vec<f64>]) -> Vec<(usize, Origin)> {
    asking.questions(traffic, said, &mut ReviewDay::default())
}

#[test]
fn the_rule_passes_over_a_label_that_the_audit_met_often_and_knows_it_on_the_next_day() {
    let reviews = reviews(3000);
    let traffic: Vec<&Review> = reviews.iter().collect();
    let said = |place: usize| match place % 10 {
        0 => vec![0.6, 0.2, 0.2],
        1 => vec![0.2, 0.6, 0.2],
        _ => vec![0.2, 0.2, 0.6],
    };
    let said: Vec<Vec<f64>> = (0..3000).map(said).collect();
    let mut met = ReviewDay::default();
    let mut asked_of = |label: usize| {
        let asked = Asking::ByRule(DEFAULTS).questions(&traffic, &said, &mut met);
        let uncertain = asked
            .iter()
            .filter(|(_, origin)| *origin == Origin::Uncertain);
        uncertain
            .filter(|(place, _)| most_likely(&said[*place]) == label)
            .count()
    };
    let before_the_audit_met_any = asked_of(2);
    assert!(
        (1..400).contains(&before_the_audit_met_any),
        "{before_the_audit_met_any}"
    );
    assert_eq!(asked_of(2), 0, "the day before is known");
    assert!(asked_of(0) > 250 && asked_of(1) > 250);
}

#[test]
fn the_least_certain_are_asked_first_and_the_audit_before_them() {
    let reviews = reviews(400);
    let traffic: Vec<&Review> = reviews.iter().collect();
    let confidence = |place: usize| 0.4 + (place * 7 % 400) as f64 / 800.0;
    let probabilities = |place| vec![confidence(place), 1.0 - confidence(place), 0.0];
    let probabilities: Vec<Vec<f64>> = (0..400).map(probabilities).collect();
    let asked = questions(
        Asking::LeastCertainFirst(DEFAULTS),
        &traffic,
        &probabilities,
    );
    let audited = asked
        .iter()
        .filter(|(_, origin)| *origin == Origin::Audit)
        .count();
    assert!((1..30).contains(&audited), "{audited} of 400 at 2 %");
    let certain = |place: usize| probabilities[place].iter().copied().fold(0.0, f64::max);
    let uncertain: Vec<f64> = asked[audited..]
        .iter()
        .map(|(place, _)| certain(*place))
        .collect();
    assert!(uncertain.is_sorted(), "{uncertain:?}");
    assert!(uncertain.iter().all(|certain| *certain < 0.9));
    let mut by_doubt = questions(Asking::ByDoubtAlone(DEFAULTS), &traffic, &probabilities);
    assert!(by_doubt.is_sorted_by_key(|(place, _)| *place));
    let mut asked = asked;
    let key = |(place, _): &(usize, Origin)| *place;
    asked.sort_by_key(key);
    by_doubt.sort_by_key(key);
    assert_eq!(asked, by_doubt, "the same texts in another order");
}

#[test]
fn evenly_asks_as_many_of_each_label_until_one_has_no_more() {
    let reviews = reviews(30);
    let mut traffic: Vec<&Review> = reviews.iter().filter(|review| review.truth != 0).collect();
    traffic.insert(7, &reviews[0]);
    let asked = questions(Asking::EvenlyOverTruth, &traffic, &[]);
    let truths: Vec<usize> = asked
        .iter()
        .map(|(place, _)| traffic[*place].truth)
        .collect();
    assert_eq!(asked.len(), 21);
    assert_eq!(truths[3..].iter().filter(|truth| **truth == 1).count(), 9);
    let mut first = truths[..3].to_vec();
    first.sort_unstable();
    assert_eq!(first, [0, 1, 2]);
}

#[test]
fn one_answer_is_a_label_and_several_are_asked_for_until_they_agree() {
    let reviews = reviews(3);
    let mut chance = ChaCha8Rng::seed_from_u64(1);
    let even = vec![1.0 / 3.0; 3];
    let mut asked: Vec<Asked> = reviews
        .iter()
        .map(|review| Asked::new(review, Origin::Upload, even.clone()))
        .collect();
    asked
        .iter_mut()
        .for_each(|asked| asked.answer(0.0, &mut chance));
    decide(&mut asked, Labelling::AsTheProduct);
    assert!(
        asked.iter().all(Asked::is_open),
        "one answer alone is not sure enough"
    );
    for _ in 0..4 {
        asked
            .iter_mut()
            .for_each(|asked| asked.answer(0.0, &mut chance));
    }
    decide(&mut asked, Labelling::AsTheProduct);
    let labels: Vec<_> = asked.iter().map(Asked::label).collect();
    assert_eq!(labels, [Some(0), Some(1), Some(2)]);

    let mut doubted = [Asked::new(&reviews[1], Origin::Uncertain, even.clone())];
    doubted[0].answer(0.0, &mut chance);
    decide(&mut doubted, Labelling::AsTheProduct);
    assert_eq!(doubted[0].label(), Some(1), "doubt's texts have one answer");

    let mut once = [Asked::new(&reviews[1], Origin::Upload, even)];
    once[0].answer(1.0, &mut chance);
    decide(&mut once, Labelling::OneAnswer);
    assert!(
        matches!(once[0].label(), Some(0 | 2)),
        "an error is any other label"
    );
}

#[test]
fn a_band_lies_over_answers_that_all_spent_and_reaches_a_score_between_turns() {
    let curves = [
        vec![(200.0, 0.4), (400.0, 0.6)],
        vec![(200.0, 0.4), (300.0, 0.5), (390.0, 0.59)],
        vec![(200.0, 0.4), (400.0, 0.6)],
    ];
    let band = Band::of(&curves);
    let spent: Vec<f64> = band.0.iter().map(|point| point.x).collect();
    assert_eq!(spent, [200.0, 250.0, 300.0, 350.0]);
    assert!((band.median(300.0) - 0.5).abs() < 1e-9);
    assert!((band.reaches(0.475).unwrap() - 275.0).abs() < 1e-9);
    assert!((band.reaches(0.1).unwrap() - 200.0).abs() < 1e-9);
    assert_eq!(band.reaches(0.7), None);
}
