//! The leaderboard of an AutoML training: the test rows' scores beside what the training noted.

use contracts::evaluation::{CandidateScores, Evaluation};
use contracts::training;
use report::Candidate;

use super::training::{by_name, epochs};
use crate::numbers::interval;

/// The best first; those without a model last.
pub fn candidates(evaluation: &Evaluation) -> Vec<Candidate> {
    let tried = evaluation.training.iter().flat_map(|card| &card.candidates);
    let scores = |name: &str| evaluation.candidates.iter().find(|one| one.name == name);
    let mut candidates: Vec<Candidate> = tried
        .map(|tried| candidate(tried, scores(&tried.name)))
        .collect();
    let score = |one: &Candidate| one.balanced_accuracy.map_or(f64::MIN, |score| score.value);
    candidates.sort_by(|a, b| score(b).total_cmp(&score(a)));
    candidates
}

fn candidate(tried: &training::Candidate, scores: Option<&CandidateScores>) -> Candidate {
    Candidate {
        name: tried.name.clone(),
        weight: tried.weight,
        balanced_accuracy: scores.map(|one| {
            let scores = &one.scores;
            interval(scores.balanced_accuracy, &scores.balanced_accuracy_interval)
        }),
        gain: scores.map(|one| interval(one.difference.value, &one.difference.interval)),
        seconds: tried.seconds,
        parameters: tried.parameters,
        hyperparameters: by_name(&tried.hyperparameters),
        epochs: epochs(&tried.epochs, tried.best_epoch),
        failure: tried.failure.clone(),
    }
}
