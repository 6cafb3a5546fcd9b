//! How good a classifier's answers are: probabilities and true classes in, figures out.
//!
//! Training, calibration and evaluation use the same functions, so that a name (`val_accuracy`, `test_accuracy`,
//! `accuracy`) is one quantity everywhere. The intervals that have a closed form are `policy`'s.

pub mod bootstrap;
mod confusion;
pub mod loss;
pub mod reliability;
mod softmax;

pub use confusion::Confusion;
pub use softmax::{most_likely, softmax, softmax_in_f64};
