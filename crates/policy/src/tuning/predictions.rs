//! A training's predictions of the validation rows.

use crate::intervals::{Recall, balanced_accuracy};

/// By row: its label, and whether it was predicted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Predictions {
    names: Vec<String>,
    /// Places among the names. Trainings that have read the same rows number them alike.
    pub(super) labels: Vec<usize>,
    pub(super) right: Vec<bool>,
}

impl Predictions {
    pub fn add(&mut self, label: &str, predicted: &str) {
        let place = self.names.iter().position(|name| name == label);
        let place = place.unwrap_or_else(|| {
            self.names.push(label.to_owned());
            self.names.len() - 1
        });
        self.labels.push(place);
        self.right.push(label == predicted);
    }

    pub fn balanced_accuracy(&self) -> f64 {
        let mut recalls = vec![Recall { right: 0, rows: 0 }; self.names.len()];
        for (label, right) in self.labels.iter().zip(&self.right) {
            recalls[*label].rows += 1;
            recalls[*label].right += u64::from(*right);
        }
        balanced_accuracy(&recalls).0
    }

    pub fn rows(&self) -> u64 {
        self.labels.len() as u64
    }

    pub(super) fn number_of_labels(&self) -> usize {
        self.names.len()
    }
}
