//! A model of one algorithm with its prior and its temperature.

use std::path::Path;

use anyhow::Result;

use super::model::Model;
use crate::algorithm::Algorithm;
use crate::calibration::Temperature;
use crate::calibration::prior::Prior;

pub struct Calibrated {
    pub model: Model,
    prior: Prior,
    pub temperature: Temperature,
}

impl Calibrated {
    pub fn load(folder: &Path, algorithm: Algorithm) -> Result<Calibrated> {
        let model = Model::load(folder, algorithm)?;
        Ok(Calibrated {
            prior: Prior::of(folder, model.labels().len())?,
            model,
            temperature: Temperature::of(folder)?,
        })
    }

    /// One probability per label for each text, in the order of the texts.
    pub fn probabilities<T: AsRef<str> + Sync>(&self, texts: &[T]) -> Result<Vec<Vec<f32>>> {
        let mut rows = self.model.probabilities(texts)?;
        for row in &mut rows {
            self.prior.apply(row);
            self.temperature.apply(row);
        }
        Ok(rows)
    }
}
