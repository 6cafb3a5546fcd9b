//! The candidates of an AutoML job, in the order of their training.

use super::request::{CreateRequest, Mode};

/// Hyperparameters, besides those that all candidates have.
pub type Candidate = &'static [(&'static str, &'static str)];

/// The mean of several models is an ensemble.
const ENSEMBLE: Candidate = &[("algorithm", "automl")];

const ALL: [Candidate; 5] = [
    &[("algorithm", "ngrams")],
    &[("algorithm", "fasttext")],
    ENSEMBLE,
    &[("algorithm", "ngrams"), ("word_ngrams", "3")],
    &[
        ("algorithm", "fasttext"),
        ("word_ngrams", "3"),
        ("learning_rate", "0.5"),
    ],
];

/// At most `MaxCandidates`.
pub fn candidates(request: &CreateRequest) -> Vec<Candidate> {
    let is_of_mode = |candidate: &Candidate| match request.mode() {
        Mode::Auto => true,
        Mode::Ensembling => *candidate == ENSEMBLE,
        Mode::HyperparameterTuning => *candidate != ENSEMBLE,
    };
    let most = request.completion_criteria().max_candidates;
    let most = most.map_or(usize::MAX, |most| most as usize);
    ALL.into_iter().filter(is_of_mode).take(most).collect()
}
