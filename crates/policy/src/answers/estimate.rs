//! Dawid and Skene's estimate: what the texts' labels are if the reviewers are so good, and how good the
//! reviewers are if the labels are these, in turns until nothing moves (expectation and maximisation).

use std::collections::BTreeMap;

use super::beliefs::{Beliefs, normalise, raised};
use super::read::{Answers, Text};
use super::smoothing::{SMOOTHED, Smoothing};

/// A bound on the time: EM moves slowly where the answers say little, and its last steps change no decision.
const MOST_ITERATIONS: usize = 60;
/// What changes no posterior by more than this has converged.
const CONVERGED: f64 = 1e-6;

/// Below so many answers in all nobody's quality can be told from another's.
const FEW_ANSWERS: usize = 30;

/// How much evidence the model's calibration is worth, in units of the curvature of its likelihood.
const CALIBRATION: f64 = 10.0;

/// The beliefs and the posteriors, by text and label, that fit each other.
pub fn estimate(answers: &Answers) -> (Beliefs, Vec<Vec<f64>>) {
    let mut beliefs = Beliefs::beforehand(answers, &SMOOTHED);
    let mut posteriors = expectation(answers, &beliefs);
    if answers.count() < FEW_ANSWERS {
        return (beliefs, posteriors);
    }
    for _ in 0..MOST_ITERATIONS {
        beliefs = maximisation(answers, &posteriors, beliefs.trust, &SMOOTHED);
        let next = expectation(answers, &beliefs);
        let moved = distance(&posteriors, &next);
        posteriors = next;
        if moved < CONVERGED {
            break;
        }
    }
    (beliefs, posteriors)
}

pub fn expectation(answers: &Answers, beliefs: &Beliefs) -> Vec<Vec<f64>> {
    let of = |text: &Text| beliefs.posterior(text, &[]);
    answers.texts.iter().map(of).collect()
}

pub fn maximisation(
    answers: &Answers,
    posteriors: &[Vec<f64>],
    trust: f64,
    smoothing: &Smoothing,
) -> Beliefs {
    let labels = answers.labels.len();
    let mut counts = vec![vec![vec![0.0; labels]; labels]; answers.reviewers.len()];
    let mut shares = BTreeMap::new();
    for (text, posterior) in answers.texts.iter().zip(posteriors) {
        let of_origin = shares
            .entry(text.origin)
            .or_insert_with(|| vec![smoothing.texts_by_label; labels]);
        add(of_origin, posterior);
        for answer in &text.answers {
            add(&mut counts[answer.reviewer][answer.label], posterior);
        }
    }
    for of_origin in shares.values_mut() {
        normalise(of_origin);
    }
    Beliefs {
        confusions: counts
            .iter()
            .map(|counts| (smoothing.confusion)(counts))
            .collect(),
        shares,
        trust: trusted(answers, posteriors, trust),
    }
}

/// One Newton step towards the exponent of the model's probabilities that fits the posteriors best, which EM
/// needs no more of. Never above 1: the model is not believed more than it says.
fn trusted(answers: &Answers, posteriors: &[Vec<f64>], trust: f64) -> f64 {
    let (mut slope, mut curvature) = (CALIBRATION * (1.0 - trust), CALIBRATION);
    for (text, posterior) in answers.texts.iter().zip(posteriors) {
        let Some(voice) = &text.voice else { continue };
        let said = raised(voice, trust);
        let mean = |weights: &[f64]| -> f64 { weights.iter().zip(voice).map(|(w, p)| w * p).sum() };
        let expected = mean(&said);
        let squares: f64 = said.iter().zip(voice).map(|(w, p)| w * p * p).sum();
        slope += mean(posterior) - expected;
        curvature += squares - expected * expected;
    }
    (trust + slope / curvature).clamp(0.0, 1.0)
}

fn add(sums: &mut [f64], values: &[f64]) {
    for (sum, value) in sums.iter_mut().zip(values) {
        *sum += value;
    }
}

fn distance(before: &[Vec<f64>], after: &[Vec<f64>]) -> f64 {
    let both = before.iter().flatten().zip(after.iter().flatten());
    both.map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
}
