//! Reviewers who err, and the label that is made of their answers.

use contracts::dataset::Origin;
use policy::answers::{Answers, Next, Rule, Task, consolidate};
use policy::labelling::has_several;
use rand::Rng;
use rand::seq::IndexedRandom;
use rand_chacha::ChaCha8Rng;

use super::reviews::{LABELS, Review};

const REVIEWERS: [&str; 8] = ["a", "b", "c", "d", "e", "f", "g", "h"];

/// As the product asks again.
const ADAPTIVE: Rule = Rule {
    least_posterior: 0.95,
    maximum_answers: 5,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Labelling {
    OneAnswer,
    /// A text that doubt chose has one answer, another as many as make its label sure enough.
    AsTheProduct,
}

/// A text that people were asked about.
pub struct Asked<'r> {
    pub review: &'r Review,
    pub origin: Origin,
    /// Of the model that was live then.
    pub probabilities: Vec<f64>,
    /// Reviewer and label.
    answers: Vec<(&'static str, &'static str)>,
    decided: Option<Option<usize>>,
}

impl<'r> Asked<'r> {
    pub fn new(review: &'r Review, origin: Origin, probabilities: Vec<f64>) -> Asked<'r> {
        Asked {
            review,
            origin,
            probabilities,
            answers: Vec::new(),
            decided: None,
        }
    }

    pub fn is_open(&self) -> bool {
        self.decided.is_none()
    }

    /// `None` while it is open, and where the answers ended in a tie.
    pub fn label(&self) -> Option<usize> {
        self.decided.flatten()
    }

    /// One more answer, of somebody who has not given one.
    pub fn answer(&mut self, errors: f64, chance: &mut ChaCha8Rng) {
        let is_free = |reviewer: &&str| self.answers.iter().all(|(other, _)| other != reviewer);
        let free: Vec<&str> = REVIEWERS.into_iter().filter(is_free).collect();
        let reviewer = free.choose(chance).expect("more reviewers than answers");
        let label = answer(self.review, errors, chance);
        self.answers.push((reviewer, LABELS[label]));
    }
}

/// An error is any other label.
pub fn answer(review: &Review, errors: f64, chance: &mut ChaCha8Rng) -> usize {
    if chance.random_bool(errors) {
        (review.truth + chance.random_range(1..LABELS.len())) % LABELS.len()
    } else {
        review.truth
    }
}

/// Decides what is open and can be decided. What is decided is never opened again.
pub fn decide(asked: &mut [Asked], labelling: Labelling) {
    let place = |label: &str| LABELS.iter().position(|known| *known == label);
    let is_once = |origin| labelling == Labelling::OneAnswer || !has_several(origin);
    let open = asked.iter_mut().filter(|asked| asked.is_open());
    for asked in open.filter(|asked| is_once(asked.origin)) {
        asked.decided = Some(asked.answers.first().and_then(|(_, label)| place(label)));
    }
    if labelling == Labelling::OneAnswer {
        return;
    }
    let task = |asked: &Asked| Task {
        answers: asked.answers.clone(),
        origin: asked.origin,
        probabilities: Some(asked.probabilities.clone()),
    };
    let tasks: Vec<Task> = asked.iter().map(task).collect();
    let answers = Answers::new(&LABELS, &tasks).expect("all answers are labels");
    for (asked, consensus) in asked.iter_mut().zip(consolidate(&answers, ADAPTIVE)) {
        if asked.is_open() && consensus.next == Next::Done {
            asked.decided = Some(consensus.label.and_then(place));
        }
    }
}
