//! Probabilities for texts: what evaluation and serving ask of a model.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use rayon::prelude::*;

use super::weights::Tensors;
use super::{BertConfig, Inference, ModelFolder, TextEncoder, folder};

/// Tokens that go through the model at a time: enough to keep a core busy, few enough to give every
/// core some and to stay in its cache.
const TOKENS_PER_PASS: usize = 128;

/// A model ready to answer.
pub struct Classifier {
    inference: Inference,
    encoder: TextEncoder,
    labels: Vec<String>,
}

impl Classifier {
    /// Loads a fine-tuned model; one without a label map cannot name its answers and is refused.
    pub fn load(path: &Path) -> Result<Classifier> {
        let (config, tensors) = folder::open(path)?;
        let card = ModelFolder::read_card(path)?;
        let (encoder, inference) = rayon::join(
            || folder::read_encoder(path, &config, card.as_ref(), None),
            || inference(&config, &tensors),
        );
        Ok(Classifier {
            inference: inference.with_context(|| format!("load {}", path.display()))?,
            encoder: encoder?,
            labels: config.labels()?,
        })
    }

    pub fn new(folder: &ModelFolder) -> Result<Classifier> {
        Ok(Classifier {
            inference: inference(&folder.config, &Tensors::of(&folder.weights))?,
            encoder: folder.encoder.clone(),
            labels: folder.config.labels()?,
        })
    }

    /// In the order of the classifier's outputs.
    pub fn labels(&self) -> &[String] {
        &self.labels
    }

    /// One probability per label for each text. Texts of like length share a pass; the answers
    /// come in the order of the texts.
    pub fn probabilities<T: AsRef<str> + Sync>(&self, texts: &[T]) -> Result<Vec<Vec<f32>>> {
        let encoded = self.encoder.encode(texts)?;
        let passes = passes(&encoded);
        let of_pass = |places: &Vec<usize>| {
            let ids: Vec<&[u32]> = places
                .iter()
                .map(|place| encoded[*place].as_slice())
                .collect();
            self.inference.logits(&ids)
        };
        let logits: Vec<Vec<Vec<f32>>> = passes.par_iter().map(of_pass).collect();
        let mut answers = vec![Vec::new(); encoded.len()];
        for (place, logits) in passes
            .concat()
            .into_iter()
            .zip(logits.into_iter().flatten())
        {
            answers[place] = probabilities_of(&logits);
        }
        Ok(answers)
    }
}

fn inference(config: &BertConfig, tensors: &Tensors) -> Result<Inference> {
    ensure!(
        !config.id2label.is_empty(),
        "config.json has no id2label: the model is not fine-tuned for classification"
    );
    Inference::new(config, tensors)
}

fn probabilities_of(logits: &[f32]) -> Vec<f32> {
    let largest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let powers: Vec<f32> = logits.iter().map(|logit| (logit - largest).exp()).collect();
    let sum: f32 = powers.iter().sum();
    powers.iter().map(|power| power / sum).collect()
}

/// Places of the rows, shortest first, in runs that fit into one pass.
pub(super) fn passes(encoded: &[Vec<u32>]) -> Vec<Vec<usize>> {
    let mut order: Vec<usize> = (0..encoded.len()).collect();
    order.sort_by_key(|place| encoded[*place].len());
    let mut passes = Vec::new();
    let mut rest = order.as_slice();
    while !rest.is_empty() {
        let fits = |size: &usize| size * encoded[rest[size - 1]].len() <= TOKENS_PER_PASS;
        let size = (1..=rest.len()).take_while(fits).last().unwrap_or(1);
        let (pass, later) = rest.split_at(size);
        passes.push(pass.to_vec());
        rest = later;
    }
    passes
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
