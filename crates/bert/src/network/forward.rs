//! From token ids to logits: the forward pass of training and inference.

use kernels::product::{Left, Onto, Panels, product};
use kernels::rows::{add, gelu, layer_norm};
use rayon::prelude::*;

use super::blocks::{GELU_BLOCK, block_rows};
use super::encoder::{Encoder, LayerPanels};
use super::layer_pass::LayerPass;
use super::tape::{DropoutUse, LayerTape, Tape, dropout, sized};
use super::{Norm, Settings, Texts, attention};
use crate::family::HeadActivation;

/// Copies the word embedding of a token id into a row.
pub trait EmbeddingLookup: Fn(u32, &mut [f32]) + Sync {}
impl<F: Fn(u32, &mut [f32]) + Sync> EmbeddingLookup for F {}

impl Encoder {
    /// Logits [texts, labels]. With a `seed`, dropout is on; it must differ from pass to pass.
    /// The caller has checked that ids and lengths lie inside the tables.
    pub fn logits<'a>(
        &self,
        words: impl EmbeddingLookup,
        texts: &Texts,
        seed: Option<u64>,
        tape: &'a mut Tape,
    ) -> &'a [f32] {
        tape.start(self.layers.len(), seed);
        self.layers(words, texts, tape, true);
        self.head(texts, tape);
        &tape.logits
    }

    /// The last layer's output, a row per token.
    pub fn hidden_states<'a>(
        &self,
        words: impl EmbeddingLookup,
        texts: &Texts,
        tape: &'a mut Tape,
    ) -> &'a [f32] {
        tape.start(self.layers.len(), None);
        self.layers(words, texts, tape, false);
        &tape.hidden[tape.place_of_hidden(self.layers.len())]
    }

    /// Computes all layers. With `first_only` the last layer computes each text's first token
    /// alone, because the head reads no other.
    fn layers(
        &self,
        words: impl EmbeddingLookup,
        texts: &Texts,
        tape: &mut Tape,
        first_only: bool,
    ) {
        self.embed(words, texts, tape);
        for (place, layer) in self.layers.iter().enumerate() {
            let pass = LayerPass {
                settings: &self.settings,
                layer,
                texts,
                place,
                first_only: first_only && place + 1 == self.layers.len(),
                seed: tape.seed,
            };
            let (from, to) = (tape.place_of_hidden(place), tape.place_of_hidden(place + 1));
            let xs = std::mem::take(&mut tape.hidden[from]);
            let mut out = std::mem::take(&mut tape.hidden[to]);
            let of_layer = tape.place_of_layer(place);
            pass.forward(
                &xs,
                &mut tape.layers[of_layer],
                &mut tape.activated,
                &mut out,
            );
            (tape.hidden[from], tape.hidden[to]) = (xs, out);
        }
    }

    fn embed(&self, words: impl EmbeddingLookup, texts: &Texts, tape: &mut Tape) {
        let (hidden, tokens) = (self.settings.hidden, texts.tokens());
        let drop = dropout(tape.seed, &self.settings, DropoutUse::Embeddings);
        let normalised = sized(&mut tape.embeddings.normalised, tokens * hidden);
        let places: Vec<(&u32, usize)> = texts.input_ids.iter().zip(texts.positions()).collect();
        let rows = block_rows(tokens);
        normalised
            .par_chunks_mut(rows * hidden)
            .zip(places.par_chunks(rows))
            .zip(sized(&mut tape.embeddings.scales, tokens).par_chunks_mut(rows))
            .zip(sized(&mut tape.hidden[0], tokens * hidden).par_chunks_mut(rows * hidden))
            .enumerate()
            .for_each(|(block, (((normalised, places), scales), out))| {
                for (row, (id, position)) in normalised.chunks_exact_mut(hidden).zip(places) {
                    words(**id, row);
                    let position = self.settings.first_position + position;
                    let position = &self.positions[position * hidden..(position + 1) * hidden];
                    add(row, position);
                }
                self.settings
                    .norm(&self.embeddings_norm, normalised, scales, out);
                drop.apply(out, block * rows * hidden);
            });
    }

    fn head(&self, texts: &Texts, tape: &mut Tape) {
        let Settings { hidden, labels, .. } = self.settings;
        let dropout = |place| dropout(tape.seed, &self.settings, place);
        let (of_input, of_pooled) = (dropout(DropoutUse::HeadInput), dropout(DropoutUse::Pooled));
        let first = &tape.hidden[tape.place_of_hidden(self.layers.len())];
        let input = sized(&mut tape.head_input, texts.rows() * hidden);
        input.copy_from_slice(first);
        of_input.apply(input, 0);
        let pooled = sized(&mut tape.pooled, texts.rows() * hidden);
        linear(input, &self.pooler, pooled);
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
        linear(dropped, &self.classifier, logits);
    }
}

impl LayerPass<'_, LayerPanels> {
    fn forward(
        &self,
        xs: &[f32],
        tape: &mut LayerTape,
        activated: &mut Vec<f32>,
        out: &mut Vec<f32>,
    ) {
        let hidden = self.settings.hidden;
        if self.first_only {
            let first = sized(&mut tape.first, self.texts.rows() * hidden);
            for (row, start) in first.chunks_exact_mut(hidden).zip(self.texts.starts()) {
                row.copy_from_slice(&xs[start * hidden..(start + 1) * hidden]);
            }
        }
        let asking = if self.first_only { &tape.first } else { xs };
        let query = sized(&mut tape.query, asking.len());
        let (key, value) = (
            sized(&mut tape.key, xs.len()),
            sized(&mut tape.value, xs.len()),
        );
        rayon::join(
            || linear(asking, &self.layer.query, query),
            || {
                rayon::join(
                    || linear(xs, &self.layer.key, key),
                    || linear(xs, &self.layer.value, value),
                )
            },
        );
        self.attend(tape);
        self.feed_forward(xs, tape, activated, out);
    }

    fn attend(&self, tape: &mut LayerTape) {
        let shape = attention::Shape::new(self.settings, self.texts, self.first_only);
        let probabilities = sized(&mut tape.probabilities, shape.probabilities());
        let context = sized(&mut tape.context, tape.query.len());
        let heads: Vec<_> = shape
            .heads(&tape.query, &tape.key, &tape.value)
            .zip(shape.split_probabilities(probabilities))
            .zip(shape.split_queries(context))
            .collect();
        heads
            .into_par_iter()
            .for_each(|((head, probabilities), mut context)| {
                let drop = self.dropout(DropoutUse::Probabilities {
                    layer: self.place,
                    text: head.text,
                });
                attention::forward(&head, drop, probabilities, &mut context);
            });
    }

    /// From the attention's context to the layer's output.
    fn feed_forward(
        &self,
        xs: &[f32],
        tape: &mut LayerTape,
        activated: &mut Vec<f32>,
        out: &mut Vec<f32>,
    ) {
        let (layer, rows) = (self.layer, self.texts.queries(self.first_only));
        let size = rows * self.settings.hidden;
        let residual = if self.first_only { &tape.first } else { xs };
        let normalised = sized(&mut tape.attention_norm.normalised, size);
        linear(&tape.context, &layer.attention_output, normalised);
        let attended = sized(&mut tape.attended, size);
        self.normalise(
            DropoutUse::AttentionOutput { layer: self.place },
            residual,
            &layer.attention_norm,
            (normalised, sized(&mut tape.attention_norm.scales, rows)),
            attended,
        );
        let between = sized(&mut tape.intermediate, rows * self.settings.intermediate);
        linear(attended, &layer.intermediate, between);
        let activated = sized(activated, between.len());
        activated
            .par_chunks_mut(GELU_BLOCK)
            .zip(between.par_chunks(GELU_BLOCK))
            .for_each(|(out, xs)| gelu(xs, out));
        let normalised = sized(&mut tape.output_norm.normalised, size);
        linear(activated, &layer.output, normalised);
        self.normalise(
            DropoutUse::Output { layer: self.place },
            attended,
            &layer.output_norm,
            (normalised, sized(&mut tape.output_norm.scales, rows)),
            sized(out, size),
        );
    }

    /// Dropout, the residual and the norm, some rows at a time.
    fn normalise(
        &self,
        place: DropoutUse,
        residual: &[f32],
        norm: &Norm,
        (normalised, scales): (&mut [f32], &mut [f32]),
        out: &mut [f32],
    ) {
        let drop = self.dropout(place);
        let rows = block_rows(scales.len());
        let wide = rows * self.settings.hidden;
        normalised
            .par_chunks_mut(wide)
            .zip(scales.par_chunks_mut(rows))
            .zip(residual.par_chunks(wide))
            .zip(out.par_chunks_mut(wide))
            .enumerate()
            .for_each(|(block, (((normalised, scales), residual), out))| {
                drop.apply(normalised, block * wide);
                add(normalised, residual);
                self.settings.norm(norm, normalised, scales, out);
            });
    }
}

impl Settings {
    fn norm(&self, norm: &Norm, xs: &mut [f32], scales: &mut [f32], out: &mut [f32]) {
        layer_norm(xs, scales, &norm.weight, &norm.bias, self.eps, out);
    }
}

fn linear(xs: &[f32], weights: &Panels, out: &mut [f32]) {
    product(Left::rows(xs, weights.input()), weights, out, Onto::Replace);
}
