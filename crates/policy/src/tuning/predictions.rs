//! A training's predictions of the validation rows.

use crate::intervals::{Recall, balanced_accuracy};

/// By row: its label, and whether it was predicted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Predictions {
    names: Vec<String>,
    /// Places among the names, which stand in the order in which the rows have them.
    labels: Vec<u32>,
    right: Vec<bool>,
}

impl Predictions {
    pub fn add(&mut self, label: &str, predicted: &str) {
        let place = self.names.iter().position(|name| name == label);
        let place = place.unwrap_or_else(|| {
            self.names.push(label.to_owned());
            self.names.len() - 1
        });
        let place = u32::try_from(place).expect("fewer labels than rows fit into memory");
        self.labels.push(place);
        self.right.push(label == predicted);
    }

    pub fn rows(&self) -> u64 {
        self.labels.len() as u64
    }

    pub fn is_of_rows_of(&self, other: &Self) -> bool {
        (&self.names, &self.labels) == (&other.names, &other.labels)
    }

    pub fn number_of_labels(&self) -> usize {
        self.names.len()
    }

    /// Of each row.
    pub fn labels(&self) -> impl Iterator<Item = usize> {
        self.labels.iter().map(|label| *label as usize)
    }

    pub fn is_right(&self, row: usize) -> bool {
        self.right[row]
    }

    /// Of each label that has rows.
    pub fn recalls(&self) -> Vec<Recall> {
        let mut recalls = vec![Recall { right: 0, rows: 0 }; self.names.len()];
        for (label, right) in self.labels().zip(&self.right) {
            recalls[label].rows += 1;
            recalls[label].right += u64::from(*right);
        }
        recalls
    }

    pub fn balanced_accuracy(&self) -> f64 {
        balanced_accuracy(&self.recalls()).0
    }
}
