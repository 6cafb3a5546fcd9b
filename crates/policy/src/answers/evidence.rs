//! All that is asked of an answer: how probable its label is by the other voices about the text, its support.
//!
//! It is counted for every answer, also where nobody else has answered and only the labels' shares speak. A text is
//! asked again where its first answer was doubtful, so that answers which others can be compared with are worse
//! than the reviewer's others; the likelihood of all answers is free of that choice.

use super::beliefs::{Beliefs, Voice};
use super::estimate::estimate;
use super::read::Answers;

/// An answer of one reviewer: the label, and how probable it is by the others.
pub struct Seen {
    pub label: usize,
    pub support: f64,
}

impl Seen {
    /// How probable the answer is of somebody who is right so often and mistakes each label for each other alike.
    fn likelihood(&self, accuracy: f64, labels: usize) -> f64 {
        let others = labels.saturating_sub(1).max(1) as f64;
        accuracy * self.support + (1.0 - accuracy) * (1.0 - self.support) / others
    }
}

pub struct Evidence<'e, 'a> {
    pub answers: &'e Answers<'a>,
    pub set_aside: Vec<usize>,
    /// Without the answers of those who are set aside.
    beliefs: Beliefs,
}

impl<'e, 'a> Evidence<'e, 'a> {
    pub fn new(answers: &'e Answers<'a>, set_aside: Vec<usize>) -> Self {
        let mut kept = answers.clone();
        for text in &mut kept.texts {
            text.answers
                .retain(|answer| !set_aside.contains(&answer.reviewer));
        }
        let (beliefs, _) = estimate(&kept);
        Self {
            answers,
            set_aside,
            beliefs,
        }
    }

    /// The reviewer's answers beside all voices but his own, those set aside, and this one.
    pub fn seen(&self, reviewer: usize, without: Option<Voice>) -> Vec<Seen> {
        let mut silent: Vec<Voice> = self
            .set_aside
            .iter()
            .copied()
            .map(Voice::Reviewer)
            .collect();
        silent.push(Voice::Reviewer(reviewer));
        silent.extend(without);
        let texts = self.answers.texts.iter().filter_map(|text| {
            let mut answers = text.answers.iter();
            let label = answers.find(|answer| answer.reviewer == reviewer)?.label;
            let support = self.beliefs.posterior(text, &silent)[label];
            Some(Seen { label, support })
        });
        texts.collect()
    }
}

/// Of all answers together.
pub fn ln_likelihood(seen: &[Seen], accuracy: f64, labels: usize) -> f64 {
    seen.iter()
        .map(|seen| seen.likelihood(accuracy, labels).ln())
        .sum()
}

/// Of the numbers whose logarithms these are, the logarithm of their mean.
pub fn ln_mean(logarithms: &[f64]) -> f64 {
    let largest = logarithms.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let sum: f64 = logarithms.iter().map(|value| (value - largest).exp()).sum();
    largest + (sum / logarithms.len() as f64).ln()
}
