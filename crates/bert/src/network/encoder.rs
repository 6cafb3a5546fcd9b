//! The parameters as a forward pass reads them: weights packed for matrix products.

use kernels::product::Panels;
use kernels::rows::add;
use rayon::prelude::*;

use super::{Layer, Linear, Norm, Parameters, Settings};

/// A model without its word embeddings, of which a text reads a few rows only.
pub struct Encoder {
    pub settings: Settings,
    pub layers: Vec<LayerPanels>,
    pub pooler: Panels,
    pub classifier: Panels,
    /// With the embedding of token type 0 added, where the family has token types.
    pub positions: Vec<f32>,
    pub embeddings_norm: Norm,
}

#[derive(Clone, Default)]
pub struct LayerPanels {
    pub query: Panels,
    pub key: Panels,
    pub value: Panels,
    pub attention_output: Panels,
    pub attention_norm: Norm,
    pub intermediate: Panels,
    pub output: Panels,
    pub output_norm: Norm,
}

impl Encoder {
    pub fn new(settings: Settings, parameters: &Parameters) -> Encoder {
        let mut encoder = Encoder {
            settings,
            layers: vec![LayerPanels::default(); parameters.layers.len()],
            pooler: Panels::default(),
            classifier: Panels::default(),
            positions: Vec::new(),
            embeddings_norm: Norm::default(),
        };
        encoder.lay_out(parameters);
        encoder
    }

    /// Copies and packs parameters that have changed.
    pub fn lay_out(&mut self, parameters: &Parameters) {
        self.positions.clone_from(&parameters.position_embeddings);
        if self.settings.family.has_token_types() {
            // Every token is of type 0: one text, no pair.
            let first = &parameters.token_type_embeddings[..self.settings.hidden];
            for row in self.positions.chunks_exact_mut(first.len()) {
                add(row, first);
            }
        }
        self.embeddings_norm.clone_from(&parameters.embeddings_norm);
        let layers = self.layers.par_iter_mut().zip(&parameters.layers);
        layers.for_each(|(layer, parameters)| layer.lay_out(parameters));
        self.lay_out_head(parameters);
    }

    /// The same where only the head's parameters have changed.
    pub fn lay_out_head(&mut self, parameters: &Parameters) {
        lay_out(&mut self.pooler, &parameters.pooler);
        lay_out(&mut self.classifier, &parameters.classifier);
    }
}

impl LayerPanels {
    fn lay_out(&mut self, parameters: &Layer) {
        lay_out(&mut self.query, &parameters.query);
        lay_out(&mut self.key, &parameters.key);
        lay_out(&mut self.value, &parameters.value);
        lay_out(&mut self.attention_output, &parameters.attention_output);
        self.attention_norm.clone_from(&parameters.attention_norm);
        lay_out(&mut self.intermediate, &parameters.intermediate);
        lay_out(&mut self.output, &parameters.output);
        self.output_norm.clone_from(&parameters.output_norm);
    }
}

fn lay_out(panels: &mut Panels, linear: &Linear) {
    panels.set_linear(&linear.weight, &linear.bias);
}
