//! A result of a parent tuning job, as the one that starts warm keeps it: the parent may be deleted.

use serde::{Deserialize, Serialize};
use tuning::{Observation, Values};

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Inherited {
    pub tuning_job: String,
    pub training_job: String,
    /// Of the hyperparameters that the parent tuned.
    pub tuned: Values,
    /// Of all its hyperparameters: one that was static may be tuned now.
    pub values: Values,
    pub objective: f64,
    /// It was not stopped.
    pub is_complete: bool,
}

impl Inherited {
    pub fn observation(&self) -> Observation {
        Observation {
            values: self.values.clone(),
            objective: self.objective,
        }
    }
}
