//! Who clicks at random: an explanation without the texts explains the answers far better than an honest reviewer's.

use super::beliefs::Voice;
use super::evidence::{Evidence, Seen, ln_likelihood, ln_mean};

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Suspicion<'a> {
    pub explanation: Explanation<'a>,
    /// By how many powers of ten the answers are more probable by the explanation than by an honest reviewer's.
    pub margin: f64,
}

/// How somebody answers who does not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Explanation<'a> {
    /// (Nearly) always this label.
    Always(&'a str),
    /// Every label equally often.
    Uniform,
    /// Every label as often as all reviewers together.
    AsOthers,
}

/// The margin at which a reviewer is accused. By Ville's inequality an honest one, drawn from `HONEST`, reaches it with a
/// probability of one in a hundred at most, however often one looks, if what is believed of the others is true.
/// `examples/reviewers` counts how often it happens.
const WIDE: f64 = 2.0;
/// An honest reviewer is right so often; how often is not known. Somebody who is right in 55 of 100 answers to three
/// labels is as far from the first as from chance.
const HONEST: [f64; 6] = [0.75, 0.80, 0.85, 0.90, 0.95, 0.99];
/// What is believed of the others in the first days is soon corrected, and so are accusations on so few answers.
const LEAST_ANSWERS: usize = 20;
/// Beside two others, one who clicks can make both honest ones look as if they did.
const LEAST_OTHERS: usize = 3;
/// Somebody who always gives one label gives it this often.
const ALWAYS: f64 = 0.95;

impl<'a> Evidence<'_, 'a> {
    /// The word of one other voice alone accuses nobody: of two who contradict each other, either may be the
    /// one who clicks. So the evidence has to be as wide without each of them, and of what is left two have to
    /// agree.
    pub fn suspicion(&self, reviewer: usize) -> Option<Suspicion<'a>> {
        let seen = self.seen(reviewer, None);
        if seen.len() < LEAST_ANSWERS {
            return None;
        }
        let suspicion = self.likeliest(&seen)?;
        let others = (0..self.answers.reviewers.len())
            .filter(|other| *other != reviewer && !self.set_aside.contains(other));
        let has_model = self.answers.texts.iter().any(|text| text.voice.is_some());
        let others: Vec<Voice> = others
            .map(Voice::Reviewer)
            .chain(has_model.then_some(Voice::Model))
            .collect();
        if others.len() < LEAST_OTHERS {
            return None;
        }
        others.into_iter().try_fold(suspicion, |least, other| {
            let without = self.likeliest(&self.seen(reviewer, Some(other)))?;
            Some(if without.margin < least.margin {
                without
            } else {
                least
            })
        })
    }

    /// The explanation that explains the answers best, if it does so widely better than honesty. Each explanation
    /// has its share of the probability, so that many accuse no more easily than one.
    fn likeliest(&self, seen: &[Seen]) -> Option<Suspicion<'a>> {
        let labels = self.answers.labels.len();
        if labels < 2 {
            return None;
        }
        let honest = ln_mean(&HONEST.map(|accuracy| ln_likelihood(seen, accuracy, labels)));
        let explanations = self.explanations();
        let number = explanations.len() as f64;
        let margins = explanations.into_iter().map(|(explanation, shares)| {
            let random: f64 = seen.iter().map(|seen| shares[seen.label].ln()).sum();
            let margin = (random - honest - number.ln()) / std::f64::consts::LN_10;
            Suspicion {
                explanation,
                margin,
            }
        });
        margins
            .max_by(|a, b| a.margin.total_cmp(&b.margin))
            .filter(|suspicion| suspicion.margin >= WIDE)
    }

    /// With the share of each label among the answers.
    fn explanations(&self) -> Vec<(Explanation<'a>, Vec<f64>)> {
        let labels = self.answers.labels.len();
        let always = |label: usize| {
            let mut shares = vec![(1.0 - ALWAYS) / (labels - 1) as f64; labels];
            shares[label] = ALWAYS;
            (Explanation::Always(self.answers.labels[label]), shares)
        };
        let mut all: Vec<_> = (0..labels).map(always).collect();
        all.push((Explanation::Uniform, vec![1.0 / labels as f64; labels]));
        let mut shares = vec![1.0; labels];
        let given = self.answers.texts.iter().flat_map(|text| &text.answers);
        given.for_each(|answer| shares[answer.label] += 1.0);
        let sum: f64 = shares.iter().sum();
        shares.iter_mut().for_each(|share| *share /= sum);
        all.push((Explanation::AsOthers, shares));
        all
    }
}
