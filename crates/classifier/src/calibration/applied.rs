//! What stands between a model's own probabilities and those that are served.

use std::path::Path;

use anyhow::Result;

use super::Temperature;
use super::prior::Prior;

/// A model folder's prior and temperature; without its file they change nothing.
#[derive(Clone, Debug, Default)]
pub struct Applied {
    pub prior: Prior,
    pub temperature: Temperature,
}

impl Applied {
    /// For this many outputs.
    pub fn of(folder: &Path, outputs: usize) -> Result<Applied> {
        Ok(Applied {
            prior: Prior::of(folder, outputs)?,
            temperature: Temperature::of(folder)?,
        })
    }

    /// Probabilities that sum to one, to probabilities that do.
    pub fn apply(&self, probabilities: &mut [f32]) {
        self.prior.apply(probabilities);
        self.temperature.apply(probabilities);
    }
}
