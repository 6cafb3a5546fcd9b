//! Probabilities for texts: what evaluation and serving ask of a model.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use candle_nn::ops::softmax;
use rayon::prelude::*;

use super::{Batch, BertForSequenceClassification, Mode, ModelFolder, TextEncoder};

/// Tokens, padding included, that one forward pass on one thread takes at most: enough to keep a
/// core busy, few enough to give every core some and to stay in its cache.
const TOKENS_PER_BATCH: usize = 1024;

/// A model ready to answer.
pub struct Classifier {
    model: BertForSequenceClassification,
    encoder: TextEncoder,
    labels: Vec<String>,
}

impl Classifier {
    /// Loads a fine-tuned model; one without a label map cannot name its answers and is refused.
    pub fn load(folder: &Path) -> Result<Classifier> {
        Classifier::new(&ModelFolder::read(folder, None)?)
    }

    pub fn new(folder: &ModelFolder) -> Result<Classifier> {
        let labels = folder.config.labels()?;
        ensure!(
            !labels.is_empty(),
            "config.json has no id2label: the model is not fine-tuned for classification"
        );
        Ok(Classifier {
            model: folder.build()?,
            encoder: folder.encoder.clone(),
            labels,
        })
    }

    /// In the order of the classifier's outputs.
    pub fn labels(&self) -> &[String] {
        &self.labels
    }

    /// One probability per label for each text. Texts of like length share a batch; the answers
    /// come in the order of the texts.
    pub fn probabilities<T: AsRef<str> + Sync>(&self, texts: &[T]) -> Result<Vec<Vec<f32>>> {
        probabilities(
            &self.model,
            &self.encoder.encode(texts)?,
            self.encoder.pad_token_id(),
        )
    }
}

/// The same for token ids.
pub fn probabilities(
    model: &BertForSequenceClassification,
    encoded: &[Vec<u32>],
    pad_token_id: u32,
) -> Result<Vec<Vec<f32>>> {
    let mut order: Vec<usize> = (0..encoded.len()).collect();
    order.sort_by_key(|place| encoded[*place].len());
    let mut batches = Vec::new();
    let mut rest = order.as_slice();
    while !rest.is_empty() {
        let (batch, later) = rest.split_at(batch_size(rest, encoded));
        batches.push(batch);
        rest = later;
    }
    let rows_of = |places: &&[usize]| {
        let ids: Vec<&[u32]> = places
            .iter()
            .map(|place| encoded[*place].as_slice())
            .collect();
        let logits = model
            .forward(&Batch::new(&ids, pad_token_id), &Mode::Serving)
            .context("forward pass")?;
        anyhow::Ok(softmax(&logits, 1)?.to_vec2::<f32>()?)
    };
    let rows = batches
        .par_iter()
        .map(rows_of)
        .collect::<Result<Vec<_>>>()?;
    let mut answers = vec![Vec::new(); encoded.len()];
    for (place, row) in order.iter().zip(rows.into_iter().flatten()) {
        answers[*place] = row;
    }
    Ok(answers)
}

/// How many of the rows, which come shortest first, fit into one pass.
fn batch_size(places: &[usize], encoded: &[Vec<u32>]) -> usize {
    let fits = |size: &usize| size * encoded[places[size - 1]].len() <= TOKENS_PER_BATCH;
    (1..=places.len()).take_while(fits).last().unwrap_or(1)
}

/// The place of the largest probability; the first of equals.
pub fn most_likely(probabilities: &[f32]) -> usize {
    let mut best = 0;
    for (place, probability) in probabilities.iter().enumerate() {
        if *probability > probabilities[best] {
            best = place;
        }
    }
    best
}
