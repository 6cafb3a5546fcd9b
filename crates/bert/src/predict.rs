//! Probabilities for texts, for evaluation and serving.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use scores::softmax;

use super::passes::in_passes;
use super::weights::Tensors;
use super::{BertConfig, Inference, ModelFolder, TextEncoder, folder};

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
        let mut logits = in_passes(&encoded, |ids| self.inference.logits(ids));
        // Weights that overflow f32 show here, and damaged word embeddings, which are not checked
        // when the file is opened.
        ensure!(
            logits.iter().flatten().all(|logit| logit.is_finite()),
            "the model's answer is no number: its weights are damaged or too large"
        );
        logits.iter_mut().for_each(|logits| softmax(logits));
        Ok(logits)
    }
}

fn inference(config: &BertConfig, tensors: &Tensors) -> Result<Inference> {
    ensure!(
        !config.id2label.is_empty(),
        "config.json has no id2label: the model is not fine-tuned for classification"
    );
    Inference::new(config, tensors)
}
