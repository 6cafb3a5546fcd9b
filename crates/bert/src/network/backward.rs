//! The backward pass: from the gradient with respect to the logits to those with respect to the
//! parameters.

use kernels::product::{Left, Onto, Panels, product};
use kernels::rows::{add, add_column_sums, gelu_backward, layer_norm_backward};
use rayon::prelude::*;

use super::attention::{self, HeadMut};
use super::blocks::{GELU_BLOCK, block_rows};
use super::layer_pass::LayerPass;
use super::tape::{DropoutUse, LayerTape, NormTape, Scratch, dropout, sized};
use super::weight_gradients::{linear_backward, norm_backward};
use super::{Gradients, Layer, Linear, Network, Norm, Settings, Tape, Texts, Wanted};
use crate::family::HeadActivation;

impl Network {
    /// Backpropagates through the pass that `tape` recorded, and accumulates the parameters'
    /// gradients in `gradients`. `logits` is the loss's gradient with respect to the logits. The
    /// tape's buffers are overwritten.
    pub fn backward(
        &self,
        texts: &Texts,
        logits: &[f32],
        tape: &mut Tape,
        gradients: &mut Gradients,
    ) {
        assert!(tape.is_kept(), "the tape does not hold every layer");
        let mut gradient = std::mem::take(&mut tape.scratch.input);
        self.head_backward(logits, tape, gradients, &mut gradient);
        if gradients.wanted != Wanted::Head {
            for (place, layer) in self.parameters.layers.iter().enumerate().rev() {
                let pass = LayerPass {
                    settings: &self.encoder.settings,
                    layer,
                    texts,
                    place,
                    first_only: place + 1 == self.parameters.layers.len(),
                    seed: tape.seed,
                };
                pass.backward(
                    &tape.hidden[place],
                    &mut tape.layers[place],
                    &mut gradient,
                    (&mut gradients.dense.layers[place], gradients.onto),
                    &mut tape.scratch,
                );
            }
            self.embed_backward(texts, &mut gradient, tape, gradients);
        }
        gradients.onto = Onto::Add;
        tape.scratch.input = gradient;
    }

    /// On return `gradient` is with respect to the last hidden states of the texts' first tokens.
    fn head_backward(
        &self,
        logits: &[f32],
        tape: &mut Tape,
        gradients: &mut Gradients,
        gradient: &mut Vec<f32>,
    ) {
        let settings = &self.encoder.settings;
        let hidden = settings.hidden;
        let onto = gradients.onto;
        let dense = &mut gradients.dense;
        head_weights_backward(&mut dense.classifier, logits, &tape.dropped, onto);
        let mut pooled = vec![0f32; logits.len() / settings.labels * hidden];
        let weights = &mut tape.scratch.weights;
        through(
            logits,
            &self.parameters.classifier,
            &mut pooled,
            Onto::Replace,
            weights,
        );
        dropout(tape.seed, settings, DropoutUse::Pooled).apply(&mut pooled, 0);
        for (gradient, y) in pooled.iter_mut().zip(&tape.pooled) {
            *gradient *= match settings.family.head_activation() {
                HeadActivation::Tanh => 1.0 - y * y,
                HeadActivation::Relu if *y > 0.0 => 1.0,
                HeadActivation::Relu => 0.0,
            };
        }
        head_weights_backward(&mut dense.pooler, &pooled, &tape.head_input, onto);
        if gradients.wanted == Wanted::Head {
            return;
        }
        let gradient = sized(gradient, pooled.len());
        through(
            &pooled,
            &self.parameters.pooler,
            gradient,
            Onto::Replace,
            weights,
        );
        dropout(tape.seed, settings, DropoutUse::HeadInput).apply(gradient, 0);
    }

    fn embed_backward(
        &self,
        texts: &Texts,
        gradient: &mut [f32],
        tape: &mut Tape,
        gradients: &mut Gradients,
    ) {
        let settings = &self.encoder.settings;
        let hidden = settings.hidden;
        dropout(tape.seed, settings, DropoutUse::Embeddings).apply(gradient, 0);
        let dense = &mut gradients.dense;
        let norm = &self.parameters.embeddings_norm;
        let norms = &mut tape.scratch.norms;
        normalise_backward(
            norm,
            gradient,
            &tape.embeddings,
            norms,
            &mut dense.embeddings_norm,
        );
        let rows = gradient.chunks_exact(hidden).zip(&texts.input_ids);
        for ((gradient, id), position) in rows.zip(texts.positions()) {
            gradients.words.add(*id, gradient);
            let position = settings.first_position + position;
            if let Some(row) = dense.position_embeddings.get_mut(position * hidden..) {
                add(row, gradient);
            }
        }
        if let Some(first) = dense.token_type_embeddings.get_mut(..hidden) {
            add_column_sums(first, gradient, hidden);
        }
    }
}

impl LayerPass<'_, Layer> {
    /// `gradient` is with respect to the layer's output, and on return with respect to its input
    /// `xs`.
    fn backward(
        &self,
        xs: &[f32],
        tape: &mut LayerTape,
        gradient: &mut Vec<f32>,
        (gradients, onto): (&mut Layer, Onto),
        scratch: &mut Scratch,
    ) {
        self.feed_forward_backward(tape, gradient, gradients, scratch);
        self.attend_backward(tape, scratch);
        self.weights_backward(xs, tape, (gradients, onto), scratch);
        self.input_backward(gradient, scratch);
    }

    /// Backpropagates from the layer's output to the attention's context.
    fn feed_forward_backward(
        &self,
        tape: &mut LayerTape,
        gradient: &mut [f32],
        gradients: &mut Layer,
        scratch: &mut Scratch,
    ) {
        let (layer, size) = (self.layer, gradient.len());
        let (norms, tapes) = (
            &mut scratch.norms,
            (&tape.output_norm, &tape.attention_norm),
        );
        normalise_backward(
            &layer.output_norm,
            gradient,
            tapes.0,
            norms,
            &mut gradients.output_norm,
        );
        let output = sized(&mut scratch.output, size);
        self.drop_into(output, gradient, DropoutUse::Output { layer: self.place });
        let between = tape.intermediate.as_mut_slice();
        let activated = sized(&mut scratch.activated, between.len());
        let weights = &mut scratch.weights;
        through(output, &layer.output, activated, Onto::Replace, weights);
        // Reuses the buffers: afterwards `activated` holds the GELU's output, which the weight's
        // gradient needs, and `between` the gradient with respect to the GELU's input.
        between
            .par_chunks_mut(GELU_BLOCK)
            .zip(activated.par_chunks_mut(GELU_BLOCK))
            .for_each(|(xs, gradient)| gelu_backward(xs, gradient));
        through(between, &layer.intermediate, gradient, Onto::Add, weights);
        let norm = &layer.attention_norm;
        normalise_backward(
            norm,
            gradient,
            tapes.1,
            norms,
            &mut gradients.attention_norm,
        );
        let attended = sized(&mut scratch.attended, size);
        self.drop_into(
            attended,
            gradient,
            DropoutUse::AttentionOutput { layer: self.place },
        );
        let context = sized(&mut scratch.context, size);
        through(
            attended,
            &layer.attention_output,
            context,
            Onto::Replace,
            weights,
        );
    }

    fn drop_into(&self, out: &mut [f32], gradient: &[f32], place: DropoutUse) {
        let drop = self.dropout(place);
        let block = block_rows(self.texts.queries(self.first_only)) * self.settings.hidden;
        let blocks = out.par_chunks_mut(block).zip(gradient.par_chunks(block));
        blocks.enumerate().for_each(|(place, (out, gradient))| {
            out.copy_from_slice(gradient);
            drop.apply(out, place * block);
        });
    }

    fn attend_backward(&self, tape: &LayerTape, scratch: &mut Scratch) {
        let shape = attention::Shape::new(self.settings, self.texts, self.first_only);
        let query = sized(&mut scratch.query, tape.query.len());
        let key = sized(&mut scratch.key, tape.key.len());
        let value = sized(&mut scratch.value, tape.value.len());
        let gradients = shape
            .split_queries(query)
            .zip(shape.split_keys(key))
            .zip(shape.split_keys(value))
            .map(|((query, key), value)| HeadMut { query, key, value });
        let heads: Vec<_> = shape
            .heads(&tape.query, &tape.key, &tape.value)
            .zip(shape.read_probabilities(&tape.probabilities))
            .zip(shape.read_context(&scratch.context))
            .zip(gradients)
            .collect();
        let heads = heads.into_par_iter();
        heads.for_each(|(((head, probabilities), context), mut gradients)| {
            let place = DropoutUse::Probabilities {
                layer: self.place,
                text: head.text,
            };
            let drop = self.dropout(place);
            attention::backward(&head, drop, probabilities, context, &mut gradients);
        });
    }

    fn weights_backward(
        &self,
        xs: &[f32],
        tape: &LayerTape,
        (gradients, onto): (&mut Layer, Onto),
        scratch: &mut Scratch,
    ) {
        if gradients.output.bias.is_empty() {
            return;
        }
        let Settings {
            hidden,
            intermediate,
            ..
        } = *self.settings;
        // Empty where all rows have queries.
        let first: &[f32] = if self.first_only { &tape.first } else { &[] };
        let given: [(&[f32], usize); 5] = [
            (xs, hidden),
            (first, hidden),
            (&tape.context, hidden),
            (&tape.attended, hidden),
            (&scratch.activated, intermediate),
        ];
        let buffers = scratch.given.par_iter_mut().zip(given);
        buffers.for_each(|(buffer, (rows, width))| buffer.set_rows(rows, width, width));
        let [all, first, context, attended, activated] = &scratch.given;
        let with_queries = if self.first_only { first } else { all };
        let maps: [(&mut Linear, &[f32], &Panels); 6] = [
            (&mut gradients.output, &scratch.output, activated),
            (&mut gradients.intermediate, &tape.intermediate, attended),
            (&mut gradients.attention_output, &scratch.attended, context),
            (&mut gradients.query, &scratch.query, with_queries),
            (&mut gradients.key, &scratch.key, all),
            (&mut gradients.value, &scratch.value, all),
        ];
        maps.into_par_iter()
            .for_each(|(gradients, gradient, given)| {
                linear_backward(gradients, gradient, given, onto);
            });
    }

    /// Adds the gradients through queries, keys and values to the residual's gradient.
    fn input_backward(&self, gradient: &mut Vec<f32>, scratch: &mut Scratch) {
        let (layer, weights) = (self.layer, &mut scratch.weights);
        through(&scratch.query, &layer.query, gradient, Onto::Add, weights);
        if !self.first_only {
            through(&scratch.key, &layer.key, gradient, Onto::Add, weights);
            through(&scratch.value, &layer.value, gradient, Onto::Add, weights);
            return;
        }
        let (hidden, mut all) = (self.settings.hidden, std::mem::take(&mut scratch.all));
        let of_all = sized(&mut all, scratch.key.len());
        through(&scratch.key, &layer.key, of_all, Onto::Replace, weights);
        through(&scratch.value, &layer.value, of_all, Onto::Add, weights);
        for (first, start) in gradient.chunks_exact(hidden).zip(self.texts.starts()) {
            add(&mut all[start * hidden..(start + 1) * hidden], first);
        }
        scratch.all = std::mem::replace(gradient, all);
    }
}

fn head_weights_backward(gradients: &mut Linear, gradient: &[f32], given: &[f32], onto: Onto) {
    if let Some(width) = gradients.weight.len().checked_div(gradients.bias.len()) {
        let given = Panels::rows(given, width, width);
        linear_backward(gradients, gradient, &given, onto);
    }
}

/// From the gradient with respect to a linear layer's output to the one with respect to its input.
/// `weights` is a scratch buffer.
fn through(
    result: &[f32],
    linear: &Linear,
    gradient: &mut [f32],
    onto: Onto,
    weights: &mut Panels,
) {
    let output = linear.bias.len();
    let input = linear.weight.len() / output;
    weights.set_rows(&linear.weight, input, input);
    product(Left::rows(result, output), weights, gradient, onto);
}

/// Backpropagates through a layer norm, and accumulates the gradients of its parameters.
fn normalise_backward(
    norm: &Norm,
    gradient: &mut [f32],
    tape: &NormTape,
    sums: &mut Vec<f32>,
    gradients: &mut Norm,
) {
    let width = norm.weight.len();
    let rows = block_rows(tape.scales.len());
    sums.clear();
    let sums = sized(sums, tape.scales.len().div_ceil(rows) * 2 * width);
    gradient
        .par_chunks_mut(rows * width)
        .zip(tape.normalised.par_chunks(rows * width))
        .zip(tape.scales.par_chunks(rows))
        .zip(sums.par_chunks_exact_mut(2 * width))
        .for_each(|(((gradient, normalised), scales), sums)| {
            layer_norm_backward(gradient, normalised, scales, &norm.weight, sums);
        });
    norm_backward(gradients, sums);
}
