//! Several reviewers' answers to the same texts: the label that they make together, how good each reviewer
//! is, and how much they agree.
//!
//! Nobody knows the truth, so the texts' labels and the reviewers' quality are estimated from each other (Dawid
//! and Skene, Applied Statistics 28, 1979). The model's calibrated probabilities are one more voice (Goh,
//! Tkachenko and Mueller, "CROWDLAB", arXiv 2210.06812), but never about a text of the audit: there the model
//! is what is measured.
//!
//! [`Answers`] are read once and refused as a whole; all that follows is total. The work grows with the
//! number of answers and is bounded (`MOST_ITERATIONS` of `estimate`).

mod agreement;
mod beliefs;
mod consensus;
mod estimate;
mod evidence;
mod read;
mod reviewers;
mod smoothing;
mod suspicion;

pub use agreement::{Agreement, agreement};
pub use consensus::{Consensus, Next, Rule, consolidate};
pub use read::{Answers, Refused, Task, are_probabilities};
pub use reviewers::{Quality, reviewers};
pub use suspicion::{Explanation, Suspicion};

#[cfg(test)]
mod tests;
