//! From token ids to logits.

use rayon::prelude::*;

use super::attention::{self, Projected};
use super::tape::{DropoutUse, LayerTape, dropout, sized};
use super::texts::{split, split_mut, take};
use super::{Layer, Linear, Network, Norm, Settings, Tape, Texts};
use crate::model::family::HeadActivation;
use crate::model::kernels::matmul::{Into, View, block_rows, matmul};
use crate::model::kernels::rows::{Dropout, add, add_bias, bias_gelu, layer_norm};

/// Rows that share a product: fewer, and preparing the weights for it would cost as much.
pub const SMALLEST_BLOCK: usize = 64;

impl Network {
    /// Logits [texts, labels]. With a `seed`, dropout is on; it must differ from pass to pass.
    /// The caller has checked that ids and lengths lie inside the tables.
    pub fn forward<'a>(&self, texts: &Texts, seed: Option<u64>, tape: &'a mut Tape) -> &'a [f32] {
        let layers = &self.parameters.layers;
        tape.start(layers.len(), seed);
        self.embed(texts, tape);
        for (place, layer) in layers.iter().enumerate() {
            let pass = LayerPass {
                settings: &self.settings,
                layer,
                texts,
                place,
                first_only: place + 1 == layers.len(),
                seed,
            };
            let (before, after) = tape.hidden.split_at_mut(place + 1);
            pass.forward(&before[place], &mut tape.layers[place], &mut after[0]);
        }
        self.head(texts, tape);
        &tape.logits
    }

    fn embed(&self, texts: &Texts, tape: &mut Tape) {
        let (hidden, tokens) = (self.settings.hidden, texts.tokens());
        let parameters = &self.parameters;
        let row = |place: usize| place * hidden..(place + 1) * hidden;
        let normalised = sized(&mut tape.embeddings.normalised, tokens * hidden);
        let ids = texts.input_ids.iter().zip(texts.positions());
        for (out, (id, position)) in normalised.chunks_exact_mut(hidden).zip(ids) {
            out.copy_from_slice(&parameters.word_embeddings[row(*id as usize)]);
            let position = self.settings.first_position + position;
            add(out, &parameters.position_embeddings[row(position)]);
            if self.settings.family.has_token_types() {
                // Every token is of type 0: one text, no pair.
                add(out, &parameters.token_type_embeddings[row(0)]);
            }
        }
        let dropout = dropout(tape.seed, &self.settings, DropoutUse::Embeddings);
        let rows = block_rows(tokens, 16);
        let scales = sized(&mut tape.embeddings.scales, tokens);
        normalised
            .par_chunks_mut(rows * hidden)
            .zip(scales.par_chunks_mut(rows))
            .zip(sized(&mut tape.hidden[0], tokens * hidden).par_chunks_mut(rows * hidden))
            .enumerate()
            .for_each(|(block, ((normalised, scales), out))| {
                normalise(
                    &parameters.embeddings_norm,
                    self.settings.eps,
                    normalised,
                    scales,
                    out,
                );
                dropout.apply(out, block * rows * hidden);
            });
    }

    fn head(&self, texts: &Texts, tape: &mut Tape) {
        let Settings { hidden, labels, .. } = self.settings;
        let dropout = |place| dropout(tape.seed, &self.settings, place);
        let (of_input, of_pooled) = (dropout(DropoutUse::HeadInput), dropout(DropoutUse::Pooled));
        let first = tape.hidden.last().expect("one more than layers");
        let input = sized(&mut tape.head_input, texts.rows() * hidden);
        input.copy_from_slice(first);
        of_input.apply(input, 0);
        let pooled = sized(&mut tape.pooled, texts.rows() * hidden);
        linear(pooled, input, &self.parameters.pooler);
        for x in pooled.iter_mut() {
            *x = match self.settings.family.head_activation() {
                HeadActivation::Tanh => x.tanh(),
                HeadActivation::Relu => x.max(0.0),
            };
        }
        let dropped = sized(&mut tape.dropped, texts.rows() * hidden);
        dropped.copy_from_slice(pooled);
        of_pooled.apply(dropped, 0);
        let logits = sized(&mut tape.logits, texts.rows() * labels);
        linear(logits, dropped, &self.parameters.classifier);
    }
}

struct LayerPass<'a> {
    settings: &'a Settings,
    layer: &'a Layer,
    texts: &'a Texts,
    place: usize,
    /// Whether only the texts' first tokens ask.
    first_only: bool,
    seed: Option<u64>,
}

impl LayerPass<'_> {
    fn forward(&self, xs: &[f32], tape: &mut LayerTape, out: &mut Vec<f32>) {
        let hidden = self.settings.hidden;
        if self.first_only {
            let first = sized(&mut tape.first, self.texts.rows() * hidden);
            for (row, start) in first.chunks_exact_mut(hidden).zip(self.texts.starts()) {
                row.copy_from_slice(&xs[start * hidden..(start + 1) * hidden]);
            }
        }
        self.project(xs, tape);
        self.attend(tape);
        self.finish(xs, tape, out);
    }

    /// Queries, keys and values.
    fn project(&self, xs: &[f32], tape: &mut LayerTape) {
        let hidden = self.settings.hidden;
        let asking = if self.first_only { &tape.first } else { xs };
        let products = [
            (&mut tape.query, asking, &self.layer.query),
            (&mut tape.key, xs, &self.layer.key),
            (&mut tape.value, xs, &self.layer.value),
        ];
        let mut blocks = Vec::new();
        for (out, xs, dense) in products {
            let rows = block_rows(xs.len() / hidden, SMALLEST_BLOCK);
            let out = sized(out, xs.len()).chunks_mut(rows * hidden);
            blocks.extend(
                out.zip(xs.chunks(rows * hidden))
                    .map(|(out, xs)| (out, xs, dense)),
            );
        }
        blocks
            .into_par_iter()
            .for_each(|(out, xs, dense)| linear(out, xs, dense));
    }

    fn attend(&self, tape: &mut LayerTape) {
        let hidden = self.settings.hidden;
        let lengths = || self.texts.lengths.iter().copied();
        let queries = || lengths().map(|length| if self.first_only { 1 } else { length });
        let queries_wide = || queries().map(|queries| queries * hidden);
        let keys_wide = || lengths().map(|keys| keys * hidden);
        let sizes = || {
            let pairs = queries().zip(lengths());
            pairs.map(|(queries, keys)| self.settings.heads * queries * keys)
        };
        let probabilities = sized(&mut tape.probabilities, sizes().sum());
        let context = sized(&mut tape.context, tape.query.len());
        let texts: Vec<_> = split_mut(probabilities, sizes())
            .into_iter()
            .zip(split_mut(context, queries_wide()))
            .zip(split(&tape.query, queries_wide()))
            .zip(split(&tape.key, keys_wide()))
            .zip(split(&tape.value, keys_wide()))
            .collect();
        let of_texts = texts.into_par_iter().enumerate();
        of_texts.for_each(
            |(text, ((((probabilities, context), query), key), value))| {
                let place = DropoutUse::Probabilities {
                    layer: self.place,
                    text,
                };
                let dropout = dropout(self.seed, self.settings, place);
                let projected = Projected { query, key, value };
                attention::forward(self.settings, projected, dropout, probabilities, context);
            },
        );
    }

    /// From the attention's context to the layer's output, block by block of rows.
    fn finish(&self, xs: &[f32], tape: &mut LayerTape, out: &mut Vec<f32>) {
        let (hidden, intermediate) = (self.settings.hidden, self.settings.intermediate);
        let all = self.texts.queries(self.first_only);
        let residual = if self.first_only { &tape.first } else { xs };
        let mut first_normalised = sized(&mut tape.attention_norm.normalised, all * hidden);
        let mut first_scales = sized(&mut tape.attention_norm.scales, all);
        let mut attended = sized(&mut tape.attended, all * hidden);
        let mut between = sized(&mut tape.intermediate, all * intermediate);
        let mut second_normalised = sized(&mut tape.output_norm.normalised, all * hidden);
        let mut second_scales = sized(&mut tape.output_norm.scales, all);
        let mut out = sized(out, all * hidden);
        let rows = block_rows(all, SMALLEST_BLOCK);
        let mut blocks = Vec::new();
        for start in (0..all).step_by(rows) {
            let rows = rows.min(all - start);
            let wide = start * hidden..(start + rows) * hidden;
            blocks.push(Block {
                place: start * hidden,
                context: &tape.context[wide.clone()],
                residual: &residual[wide],
                first_normalised: take(&mut first_normalised, rows * hidden),
                first_scales: take(&mut first_scales, rows),
                attended: take(&mut attended, rows * hidden),
                intermediate: take(&mut between, rows * intermediate),
                second_normalised: take(&mut second_normalised, rows * hidden),
                second_scales: take(&mut second_scales, rows),
                out: take(&mut out, rows * hidden),
            });
        }
        blocks
            .into_par_iter()
            .for_each(|block| self.finish_block(block));
    }

    fn finish_block(&self, block: Block) {
        let (layer, eps) = (self.layer, self.settings.eps);
        let dropout = |place| dropout(self.seed, self.settings, place);
        let drop: Dropout = dropout(DropoutUse::AttentionOutput { layer: self.place });
        linear(
            block.first_normalised,
            block.context,
            &layer.attention_output,
        );
        drop.apply(block.first_normalised, block.place);
        add(block.first_normalised, block.residual);
        normalise(
            &layer.attention_norm,
            eps,
            block.first_normalised,
            block.first_scales,
            block.attended,
        );
        product(block.intermediate, block.attended, &layer.intermediate);
        let mut activated = vec![0f32; block.intermediate.len()];
        bias_gelu(block.intermediate, &layer.intermediate.bias, &mut activated);
        linear(block.second_normalised, &activated, &layer.output);
        let drop: Dropout = dropout(DropoutUse::Output { layer: self.place });
        drop.apply(block.second_normalised, block.place);
        add(block.second_normalised, block.attended);
        normalise(
            &layer.output_norm,
            eps,
            block.second_normalised,
            block.second_scales,
            block.out,
        );
    }
}

/// Rows of everything between context and output.
struct Block<'a> {
    /// Of the first value among all rows'.
    place: usize,
    context: &'a [f32],
    residual: &'a [f32],
    first_normalised: &'a mut [f32],
    first_scales: &'a mut [f32],
    attended: &'a mut [f32],
    intermediate: &'a mut [f32],
    second_normalised: &'a mut [f32],
    second_scales: &'a mut [f32],
    out: &'a mut [f32],
}

/// `out = xs · weightᵀ + bias`.
fn linear(out: &mut [f32], xs: &[f32], dense: &Linear) {
    product(out, xs, dense);
    add_bias(out, &dense.bias);
}

fn product(out: &mut [f32], xs: &[f32], dense: &Linear) {
    let (output, input) = (dense.bias.len(), dense.weight.len() / dense.bias.len());
    let weight = View::new(&dense.weight, input).transposed();
    matmul(out, output, View::new(xs, input), weight, Into::Replace);
}

fn normalise(norm: &Norm, eps: f32, xs: &mut [f32], scales: &mut [f32], out: &mut [f32]) {
    layer_norm(xs, scales, &norm.weight, &norm.bias, eps, out);
}
