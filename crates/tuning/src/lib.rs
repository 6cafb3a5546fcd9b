//! The search of a hyperparameter tuning job: what to try next, and what to stop.
//!
//! Everything is a function of the trials so far. Nothing here does I/O or reads a clock, the environment or
//! randomness: a job that is interrupted asks again with the same trials and continues with the same suggestion.
//!
//! [`Space`] holds the ranges, [`Study`] what a search is told once. [`Study::suggest`] answers with the values of the
//! next trials, [`Rule::should_stop`] ends one early, [`best`] names the winner, [`importance`] says which parameters
//! mattered. Strategies, scalings and limits are SageMaker's.

mod bayesian;
mod cholesky;
mod finite;
mod gaussian_process;
mod importance;
mod improvement;
mod random;
mod range;
mod scaling;
mod space;
mod stopping;
mod study;
mod suggest;
mod trial;

pub use importance::importance;
pub use range::{Outside, Parameter, Range};
pub use scaling::Scaling;
pub use space::{InvalidSpace, Space, Values};
pub use stopping::{Hyperband, Rule};
pub use study::{Strategy, Study};
pub use trial::{Direction, Observation, State, Trial, best};
