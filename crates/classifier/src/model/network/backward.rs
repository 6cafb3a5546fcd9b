//! From the logits' gradients to every parameter's.

use rayon::prelude::*;

use super::attention::{self, Projected, ProjectedMut};
use super::forward::SMALLEST_BLOCK;
use super::tape::{DropoutUse, LayerTape, Scratch, dropout, sized};
use super::texts::{split, split_mut, take};
use super::weight_gradients::{WeightTask, add_sums, linear_backward, weight_tasks};
use super::{Gradients, Layer, Linear, Network, Settings, Tape, Texts};
use crate::model::family::HeadActivation;
use crate::model::kernels::matmul::{Into, View, block_rows, matmul};
use crate::model::kernels::rows::{
    Dropout, add, add_column_sums, gelu_backward, layer_norm_backward, multiply,
};

impl Network {
    /// Adds to `gradients` what `logits`, the loss's gradient by logit, says of the pass that the
    /// tape holds. The tape is used up.
    pub fn backward(
        &self,
        texts: &Texts,
        logits: &[f32],
        tape: &mut Tape,
        gradients: &mut Gradients,
    ) {
        let mut gradient = std::mem::take(&mut tape.scratch.input);
        self.head_backward(logits, tape, gradients, &mut gradient);
        if !gradients.head_only {
            for (place, layer) in self.parameters.layers.iter().enumerate().rev() {
                let pass = LayerPass {
                    settings: &self.settings,
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
                    &mut gradients.dense.layers[place],
                    &mut tape.scratch,
                );
            }
            self.embed_backward(texts, &mut gradient, tape, gradients);
        }
        tape.scratch.input = gradient;
    }

    /// Leaves in `gradient` that of the texts' first tokens.
    fn head_backward(
        &self,
        logits: &[f32],
        tape: &mut Tape,
        gradients: &mut Gradients,
        gradient: &mut Vec<f32>,
    ) {
        let Settings { hidden, labels, .. } = self.settings;
        let (parameters, dense) = (&self.parameters, &mut gradients.dense);
        linear_backward(&mut dense.classifier, logits, &tape.dropped);
        let rows = logits.len() / labels;
        let mut pooled = vec![0f32; rows * hidden];
        let weight = View::new(&parameters.classifier.weight, hidden);
        matmul(
            &mut pooled,
            hidden,
            View::new(logits, labels),
            weight,
            Into::Replace,
        );
        dropout(tape.seed, &self.settings, DropoutUse::Pooled).apply(&mut pooled, 0);
        for (gradient, y) in pooled.iter_mut().zip(&tape.pooled) {
            *gradient *= match self.settings.family.head_activation() {
                HeadActivation::Tanh => 1.0 - y * y,
                HeadActivation::Relu if *y > 0.0 => 1.0,
                HeadActivation::Relu => 0.0,
            };
        }
        linear_backward(&mut dense.pooler, &pooled, &tape.head_input);
        if gradients.head_only {
            return;
        }
        let weight = View::new(&parameters.pooler.weight, hidden);
        let gradient = sized(gradient, rows * hidden);
        matmul(
            gradient,
            hidden,
            View::new(&pooled, hidden),
            weight,
            Into::Replace,
        );
        dropout(tape.seed, &self.settings, DropoutUse::HeadInput).apply(gradient, 0);
    }

    fn embed_backward(
        &self,
        texts: &Texts,
        gradient: &mut [f32],
        tape: &mut Tape,
        gradients: &mut Gradients,
    ) {
        let hidden = self.settings.hidden;
        dropout(tape.seed, &self.settings, DropoutUse::Embeddings).apply(gradient, 0);
        let mut sums = vec![0f32; 2 * hidden];
        layer_norm_backward(
            gradient,
            &tape.embeddings.normalised,
            &tape.embeddings.scales,
            &self.parameters.embeddings_norm.weight,
            &mut sums,
        );
        let dense = &mut gradients.dense;
        add_sums(&mut dense.embeddings_norm, &sums);
        let rows = gradient.chunks_exact(hidden).zip(&texts.input_ids);
        for ((gradient, id), position) in rows.zip(texts.positions()) {
            gradients.words.add(*id, gradient);
            let position = self.settings.first_position + position;
            add(
                &mut dense.position_embeddings[position * hidden..][..hidden],
                gradient,
            );
        }
        if self.settings.family.has_token_types() {
            add_column_sums(&mut dense.token_type_embeddings[..hidden], gradient, hidden);
        }
    }
}

struct LayerPass<'a> {
    settings: &'a Settings,
    layer: &'a Layer,
    texts: &'a Texts,
    place: usize,
    first_only: bool,
    seed: Option<u64>,
}

impl LayerPass<'_> {
    /// `gradient` is that of the layer's output, and becomes that of its input `xs`.
    fn backward(
        &self,
        xs: &[f32],
        tape: &mut LayerTape,
        gradient: &mut Vec<f32>,
        gradients: &mut Layer,
        scratch: &mut Scratch,
    ) {
        self.rows_backward(tape, gradient, gradients, scratch);
        self.attend_backward(tape, scratch);
        let asking = if self.first_only { &tape.first } else { xs };
        let mut tasks = Vec::new();
        for (gradients, gradient, xs) in [
            (&mut gradients.output, &scratch.output, &*scratch.activated),
            (
                &mut gradients.intermediate,
                &tape.intermediate,
                &tape.attended,
            ),
            (
                &mut gradients.attention_output,
                &scratch.attended,
                &tape.context,
            ),
            (&mut gradients.query, &scratch.query, asking),
            (&mut gradients.key, &scratch.key, xs),
            (&mut gradients.value, &scratch.value, xs),
        ] {
            weight_tasks(gradients, gradient, xs, &mut tasks);
        }
        tasks.into_par_iter().for_each(WeightTask::run);
        self.input_backward(gradient, scratch);
    }

    /// From the layer's output to the attention's context, block by block of rows.
    fn rows_backward(
        &self,
        tape: &mut LayerTape,
        gradient: &mut [f32],
        gradients: &mut Layer,
        scratch: &mut Scratch,
    ) {
        let (hidden, intermediate) = (self.settings.hidden, self.settings.intermediate);
        let all = self.texts.queries(self.first_only);
        let rows = block_rows(all, SMALLEST_BLOCK);
        let count = all.div_ceil(rows);
        scratch.norms.clear();
        let mut norms = sized(&mut scratch.norms, count * 4 * hidden);
        let mut output = sized(&mut scratch.output, all * hidden);
        let mut activated = sized(&mut scratch.activated, all * intermediate);
        let mut attended = sized(&mut scratch.attended, all * hidden);
        let mut context = sized(&mut scratch.context, all * hidden);
        let (mut gradient, mut between) = (gradient, tape.intermediate.as_mut_slice());
        let mut blocks = Vec::new();
        for start in (0..all).step_by(rows) {
            let rows = rows.min(all - start);
            let wide = start * hidden..(start + rows) * hidden;
            blocks.push(Block {
                place: start * hidden,
                gradient: take(&mut gradient, rows * hidden),
                second_normalised: &tape.output_norm.normalised[wide.clone()],
                second_scales: &tape.output_norm.scales[start..start + rows],
                first_normalised: &tape.attention_norm.normalised[wide],
                first_scales: &tape.attention_norm.scales[start..start + rows],
                intermediate: take(&mut between, rows * intermediate),
                output: take(&mut output, rows * hidden),
                activated: take(&mut activated, rows * intermediate),
                attended: take(&mut attended, rows * hidden),
                context: take(&mut context, rows * hidden),
                norms: take(&mut norms, 4 * hidden),
            });
        }
        blocks
            .into_par_iter()
            .for_each(|block| self.block_backward(block));
        for sums in scratch.norms.chunks_exact(4 * hidden) {
            let (second, first) = sums.split_at(2 * hidden);
            add_sums(&mut gradients.output_norm, second);
            add_sums(&mut gradients.attention_norm, first);
        }
    }

    fn block_backward(&self, block: Block) {
        let (layer, gradient) = (self.layer, block.gradient);
        let (hidden, intermediate) = (self.settings.hidden, self.settings.intermediate);
        let dropout = |place| dropout(self.seed, self.settings, place);
        let (second_sums, first_sums) = block.norms.split_at_mut(2 * hidden);
        layer_norm_backward(
            gradient,
            block.second_normalised,
            block.second_scales,
            &layer.output_norm.weight,
            second_sums,
        );
        block.output.copy_from_slice(gradient);
        let drop: Dropout = dropout(DropoutUse::Output { layer: self.place });
        drop.apply(block.output, block.place);
        gelu_backward(block.intermediate, block.activated);
        let mut activated = vec![0f32; block.activated.len()];
        let weight = View::new(&layer.output.weight, intermediate);
        let output = View::new(block.output, hidden);
        matmul(&mut activated, intermediate, output, weight, Into::Replace);
        multiply(block.intermediate, &activated);
        let weight = View::new(&layer.intermediate.weight, hidden);
        let between = View::new(block.intermediate, intermediate);
        matmul(gradient, hidden, between, weight, Into::Add);
        layer_norm_backward(
            gradient,
            block.first_normalised,
            block.first_scales,
            &layer.attention_norm.weight,
            first_sums,
        );
        block.attended.copy_from_slice(gradient);
        let drop: Dropout = dropout(DropoutUse::AttentionOutput { layer: self.place });
        drop.apply(block.attended, block.place);
        let weight = View::new(&layer.attention_output.weight, hidden);
        let attended = View::new(block.attended, hidden);
        matmul(block.context, hidden, attended, weight, Into::Replace);
    }

    fn attend_backward(&self, tape: &LayerTape, scratch: &mut Scratch) {
        let hidden = self.settings.hidden;
        let lengths = || self.texts.lengths.iter().copied();
        let queries = || lengths().map(|length| if self.first_only { 1 } else { length });
        let queries_wide = || queries().map(|queries| queries * hidden);
        let keys_wide = || lengths().map(|keys| keys * hidden);
        let sizes = queries().zip(lengths());
        let sizes = sizes.map(|(queries, keys)| self.settings.heads * queries * keys);
        let Scratch {
            context,
            query,
            key,
            value,
            ..
        } = scratch;
        let query = sized(query, tape.query.len());
        let (key, value) = (sized(key, tape.key.len()), sized(value, tape.value.len()));
        let projected = split(&tape.query, queries_wide())
            .into_iter()
            .zip(split(&tape.key, keys_wide()))
            .zip(split(&tape.value, keys_wide()))
            .map(|((query, key), value)| Projected { query, key, value });
        let gradients = split_mut(query, queries_wide())
            .into_iter()
            .zip(split_mut(key, keys_wide()))
            .zip(split_mut(value, keys_wide()))
            .map(|((query, key), value)| ProjectedMut { query, key, value });
        let texts: Vec<_> = projected
            .zip(gradients)
            .zip(split(&tape.probabilities, sizes))
            .zip(split(context, queries_wide()))
            .collect();
        let of_texts = texts.into_par_iter().enumerate();
        of_texts.for_each(
            |(text, (((projected, mut gradients), probabilities), context))| {
                let place = DropoutUse::Probabilities {
                    layer: self.place,
                    text,
                };
                let dropout = dropout(self.seed, self.settings, place);
                attention::backward(
                    self.settings,
                    projected,
                    dropout,
                    probabilities,
                    context,
                    &mut gradients,
                );
            },
        );
    }

    /// Adds to the residual's gradient what came through queries, keys and values.
    fn input_backward(&self, gradient: &mut Vec<f32>, scratch: &mut Scratch) {
        let hidden = self.settings.hidden;
        let through = |gradient: &mut [f32], parts: &[(&[f32], &Linear)], into: Into| {
            let rows = block_rows(gradient.len() / hidden, SMALLEST_BLOCK) * hidden;
            let blocks = gradient.par_chunks_mut(rows).enumerate();
            blocks.for_each(|(block, gradient)| {
                let mut into = into;
                for (part, dense) in parts {
                    let part = &part[block * rows..block * rows + gradient.len()];
                    let weight = View::new(&dense.weight, hidden);
                    matmul(gradient, hidden, View::new(part, hidden), weight, into);
                    into = Into::Add;
                }
            });
        };
        let layer = self.layer;
        let query: (&[f32], _) = (&scratch.query, &layer.query);
        let (key, value): ((&[f32], _), (&[f32], _)) =
            ((&scratch.key, &layer.key), (&scratch.value, &layer.value));
        if !self.first_only {
            through(gradient, &[query, key, value], Into::Add);
            return;
        }
        through(gradient, &[query], Into::Add);
        let mut all = std::mem::take(&mut scratch.all);
        through(
            sized(&mut all, scratch.key.len()),
            &[key, value],
            Into::Replace,
        );
        for (first, start) in gradient.chunks_exact(hidden).zip(self.texts.starts()) {
            add(&mut all[start * hidden..(start + 1) * hidden], first);
        }
        scratch.all = std::mem::replace(gradient, all);
    }
}

/// Rows of everything between output and context.
struct Block<'a> {
    /// Of the first value among all rows'.
    place: usize,
    gradient: &'a mut [f32],
    second_normalised: &'a [f32],
    second_scales: &'a [f32],
    first_normalised: &'a [f32],
    first_scales: &'a [f32],
    intermediate: &'a mut [f32],
    output: &'a mut [f32],
    activated: &'a mut [f32],
    attended: &'a mut [f32],
    context: &'a mut [f32],
    /// Sums for the second norm's weight and bias, then for the first's.
    norms: &'a mut [f32],
}
