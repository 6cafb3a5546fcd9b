//! What is believed of the reviewers, the model and the traffic, and what it says of a text.

use std::collections::BTreeMap;

use contracts::dataset::Origin;

use super::read::{Answers, Text};
use super::smoothing::Smoothing;

/// Whom to leave out, to see what is known without them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Voice {
    Reviewer(usize),
    Model,
}

/// What is believed of the reviewers, the model and the traffic.
#[derive(Debug, Clone)]
pub struct Beliefs {
    /// By reviewer, answer and truth: the probability of the answer given the truth.
    pub confusions: Vec<Vec<Vec<f64>>>,
    /// The labels' shares by the texts' origin: doubtful texts have others than the traffic.
    pub shares: BTreeMap<Origin, Vec<f64>>,
    /// The exponent of the model's probabilities: 1 if they are calibrated, less if they claim too much.
    pub trust: f64,
}

impl Beliefs {
    /// Before anything is known: everybody counts alike, every label is as likely as the others, and without the
    /// model's voice the label is the majority's.
    pub fn beforehand(answers: &Answers, smoothing: &Smoothing) -> Self {
        let labels = answers.labels.len();
        let unseen = vec![vec![0.0; labels]; labels];
        let uniform = vec![1.0 / labels as f64; labels];
        let origins = answers.texts.iter().map(|text| text.origin);
        Self {
            confusions: vec![(smoothing.confusion)(&unseen); answers.reviewers.len()],
            shares: origins.map(|origin| (origin, uniform.clone())).collect(),
            trust: 1.0,
        }
    }

    /// How likely each label is, by all voices about the text but these.
    pub fn posterior(&self, text: &Text, without: &[Voice]) -> Vec<f64> {
        let mut weights = match &text.voice {
            Some(voice) if !without.contains(&Voice::Model) => raised(voice, self.trust),
            _ => self.shares[&text.origin].clone(),
        };
        for answer in &text.answers {
            if without.contains(&Voice::Reviewer(answer.reviewer)) {
                continue;
            }
            let of_truth = &self.confusions[answer.reviewer][answer.label];
            for (weight, probability) in weights.iter_mut().zip(of_truth) {
                *weight *= probability;
            }
            // Each time, because the product of many probabilities leaves f64.
            normalise(&mut weights);
        }
        weights
    }
}

/// Probabilities, from their logarithms, to this power.
pub fn raised(logarithms: &[f64], power: f64) -> Vec<f64> {
    let mut weights: Vec<f64> = logarithms.iter().map(|p| (power * p).exp()).collect();
    normalise(&mut weights);
    weights
}

pub fn normalise(weights: &mut [f64]) {
    let sum: f64 = weights.iter().sum();
    weights.iter_mut().for_each(|weight| *weight /= sum);
}
