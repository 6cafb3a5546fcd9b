//! What the candidates have in common, without the training rows: each candidate reads those itself, and holds them alone.

use anyhow::Result;
use contracts::training::Inputs;
use serde_json::{Value, json};

use super::Hyperparameters;
use crate::channel::Columns;
use crate::container::Container;
use crate::training::batches::epoch_rows;
use crate::training::examples::{Data, Example, by_class, labels};
use crate::training::inputs;

/// Eight batches of the default size.
const PROBED: usize = 256;

pub struct Rows {
    /// In the order of the ensemble's outputs.
    pub labels: Vec<String>,
    pub validation: Vec<Example>,
    pub test: Vec<Example>,
    pub train_rows: usize,
    /// Rows of an epoch, balanced if the hyperparameters say so.
    pub epoch_rows: usize,
    /// Of every class as many as another, chosen by their content: a file may be sorted by label or length.
    pub probed: Vec<Value>,
    pub inputs: Inputs,
}

impl Rows {
    pub fn read(container: &Container, hyperparameters: &Hyperparameters) -> Result<Rows> {
        let columns = Columns {
            text: hyperparameters.text_column.clone(),
            label: hyperparameters.label_column.clone(),
        };
        let data = Data::read(container, &columns, labels)?;
        let by_class = by_class(&data.examples.train, data.labels.len());
        let of_class = PROBED / data.labels.len().clamp(1, PROBED);
        let probed = by_class.iter().flat_map(|rows| rows.iter().take(of_class));
        let probed = probed.map(|place| {
            let row = &data.train[*place];
            json!({ &columns.text: row.text, &columns.label: row.label })
        });
        Ok(Rows {
            train_rows: data.train.len(),
            epoch_rows: epoch_rows(&by_class, 0, hyperparameters.balance).len(),
            probed: probed.collect(),
            inputs: inputs::of(container, &data.train, &data.validation, None)?,
            validation: data.examples.validation,
            test: data.test,
            labels: data.labels,
        })
    }

    pub fn texts(&self) -> Vec<&str> {
        self.validation.iter().map(|row| &*row.text).collect()
    }

    pub fn classes(&self) -> Vec<usize> {
        self.validation.iter().map(|row| row.class).collect()
    }
}
