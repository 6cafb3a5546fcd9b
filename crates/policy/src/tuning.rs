//! A study: what is searched, which settings are compared, and what comes of it.
//!
//! The best of many validation scores is too high: it was chosen for being high. So the winner is trained again with
//! other seeds, the present settings with the same ones, and what decides is whether their means differ by more than
//! chance, row by row on the same validation rows.

mod adoption;
mod command;
mod comparison;
mod conditions;
mod hyperband;
mod mean;
mod paired;
mod plan;
mod predictions;
pub mod searchable;
mod settings;
mod space;

pub use adoption::{adopted, is_overtaken, parameters, waiting};
pub use command::command;
pub use comparison::{Repeated, compare};
pub use hyperband::max_resource;
pub use plan::{Bounds, Plan, Trained, plan};
pub use predictions::Predictions;
pub use settings::{SEED, seeds, tried};
pub use space::range;

use contracts::tuning::{Adopt, TuningVerdict};

pub fn is_adopted(adopt: Adopt, verdict: TuningVerdict) -> bool {
    adopt == Adopt::Always || verdict == TuningVerdict::Better
}

#[cfg(test)]
mod tests;
