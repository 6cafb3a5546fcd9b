//! What a search is told once.

use crate::{Direction, Hyperband, Observation, Space};

/// SageMaker's `Strategy`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strategy {
    /// Points that fill the space evenly.
    Random,
    /// Every point of a finite space in order; then no more.
    Grid,
    /// Where a model of the results so far expects the largest improvement.
    Bayesian,
    /// As `Random`; trials are stopped by [`crate::Rule::Hyperband`].
    Hyperband(Hyperband),
}

/// A search, but for its trials.
#[derive(Clone, Debug, PartialEq)]
pub struct Study {
    pub space: Space,
    pub strategy: Strategy,
    pub direction: Direction,
    /// Results of other studies with the same objective, from which Bayesian search learns. What is not in the space is left
    /// aside; [`Space::point`] says why.
    pub warm: Vec<Observation>,
    pub seed: u64,
}
