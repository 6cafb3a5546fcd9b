//! Updates: a forward pass, a backward pass and a step of the optimiser.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use bert::digest::Digest;
use bert::loss::cross_entropy;
use bert::network::{Gradients, Layer, LayerTape, Network, Tape, Texts, Wanted};
use bert::optimizer::{AdamW, norm};
use kernels::statistics::{dead_units, largest_magnitude, mean_magnitude};
use policy::random::seed_of;
use scores::loss::of_probability;
use scores::{Confusion, most_likely, softmax_in_f64};

use super::health::LayerSample;
use super::schedule::Schedule;

/// Tokens of one pass. They bound the tape's memory, however large the batch. The number is fixed,
/// so that sums are added in the same order on every machine.
const TOKENS_PER_PASS: usize = 1024;

/// Rows as the model takes them.
pub struct Encoded {
    pub input_ids: Vec<Vec<u32>>,
    pub classes: Vec<usize>,
}

impl Encoded {
    /// Another digest for other rows, and for the same rows in another order.
    pub fn digest(&self) -> String {
        let mut digest = Digest::default();
        for (ids, class) in self.input_ids.iter().zip(&self.classes) {
            ids.iter().for_each(|id| digest.add(u64::from(*id)));
            digest.add(u64::MAX - *class as u64);
        }
        format!("{} with digest {}", self.classes.len(), digest.hex())
    }

    fn texts(&self, rows: &[usize]) -> Texts {
        let ids: Vec<&[u32]> = rows
            .iter()
            .map(|row| self.input_ids[*row].as_slice())
            .collect();
        Texts::new(&ids)
    }
}

pub struct Trainer {
    pub network: Network,
    pub optimizer: AdamW,
    pub class_weights: Vec<f32>,
    pub schedule: Schedule,
    pub max_grad_norm: f64,
    pub seed: u64,
    /// Updates done.
    pub step: usize,
    tokens_per_pass: usize,
    gradients: Gradients,
    tape: Tape,
}

/// What one update did.
#[derive(Clone, Debug, Default)]
pub struct Update {
    /// Mean over its rows, by class weight, before the update.
    pub loss: f64,
    /// Of all gradients together, before clipping.
    pub gradient_norm: f64,
    /// Packing the batch.
    pub data: Duration,
    pub forward: Duration,
    pub backward: Duration,
    pub optimizer: Duration,
    /// Of each layer, where asked for.
    pub layers: Vec<LayerSample>,
}

impl Trainer {
    pub fn new(
        mut network: Network,
        class_weights: Vec<f32>,
        schedule: Schedule,
        hyperparameters: &super::Hyperparameters,
    ) -> Trainer {
        let head_only = hyperparameters.freeze_bert_layer;
        let wanted = if head_only {
            Wanted::Head
        } else {
            Wanted::Everything
        };
        Trainer {
            optimizer: AdamW::new(
                &mut network.parameters,
                hyperparameters.weight_decay,
                head_only,
            ),
            gradients: Gradients::new(&mut network.parameters, wanted),
            network,
            class_weights,
            schedule,
            max_grad_norm: hyperparameters.max_grad_norm,
            seed: hyperparameters.seed,
            step: 0,
            tokens_per_pass: TOKENS_PER_PASS,
            tape: Tape::kept(),
        }
    }

    /// One update with these rows. If `sampled`, it records statistics of every layer.
    pub fn update(&mut self, train: &Encoded, rows: &[usize], sampled: bool) -> Result<Update> {
        let hidden = self.network.encoder.settings.hidden;
        let tokens = rows.iter().flat_map(|row| &train.input_ids[*row]);
        self.gradients.start(tokens, hidden);
        self.optimizer
            .touch(&mut self.network.parameters, &self.gradients.words);
        let weights = rows
            .iter()
            .map(|row| self.class_weights[train.classes[*row]]);
        let total = weights.map(f64::from).sum();
        let mut update = Update::default();
        let mut gradient = Vec::new();
        for (pass, rows) in passes(rows, train, self.tokens_per_pass)
            .into_iter()
            .enumerate()
        {
            let started = Instant::now();
            let texts = train.texts(rows);
            let classes: Vec<usize> = rows.iter().map(|row| train.classes[*row]).collect();
            update.data += started.elapsed();
            let started = Instant::now();
            let seed = seed_of(self.seed, ((self.step as u64) << 16) + pass as u64);
            let logits = self.network.forward(&texts, Some(seed), &mut self.tape);
            update.loss +=
                cross_entropy(logits, &classes, &self.class_weights, total, &mut gradient);
            update.forward += started.elapsed();
            if sampled && pass == 0 {
                update.layers = self.layer_samples();
            }
            let started = Instant::now();
            self.network
                .backward(&texts, &gradient, &mut self.tape, &mut self.gradients);
            update.backward += started.elapsed();
        }
        if sampled {
            self.add_gradients(&mut update.layers);
        }
        let started = Instant::now();
        self.apply(&mut update)?;
        update.optimizer = started.elapsed();
        Ok(update)
    }

    /// Statistics of each layer after a forward pass.
    fn layer_samples(&self) -> Vec<LayerSample> {
        let width = self.network.encoder.settings.intermediate;
        let layers = self.tape.layers.iter().zip(&self.network.parameters.layers);
        let sample = |(tape, layer): (&LayerTape, &Layer)| LayerSample {
            gradient: None,
            largest_weight: largest_magnitude(&layer.matrices()).into(),
            dead: dead_units(&tape.intermediate, width),
        };
        layers.map(sample).collect()
    }

    fn add_gradients(&self, layers: &mut [LayerSample]) {
        if self.gradients.wanted == Wanted::Head {
            return;
        }
        for (sample, layer) in layers.iter_mut().zip(&self.gradients.dense.layers) {
            sample.gradient = Some(mean_magnitude(&layer.matrices()));
        }
    }

    fn apply(&mut self, update: &mut Update) -> Result<()> {
        let (step, rate) = (self.step + 1, self.schedule.rate(self.step));
        update.gradient_norm = norm(&mut self.gradients);
        let (loss, norm) = (update.loss, update.gradient_norm);
        if !loss.is_finite() || !norm.is_finite() {
            bail!(
                "step {step} has loss {loss} and gradient norm {norm} at learning rate {rate:e}: lower learning_rate or raise warmup_ratio"
            );
        }
        let scale = if norm > self.max_grad_norm {
            self.max_grad_norm / norm
        } else {
            1.0
        };
        self.optimizer.step(
            &mut self.network.parameters,
            &mut self.gradients,
            rate,
            scale,
        );
        self.network.lay_out(self.gradients.wanted);
        self.step += 1;
        Ok(())
    }

    /// Mean loss and confusion over every row, with the weights after the last update: no batch is
    /// dropped. The batch size changes no result.
    pub fn validate(&mut self, rows: &Encoded, batch_size: usize) -> (f64, Confusion) {
        self.optimizer.settle(&mut self.network.parameters);
        let mut confusion = Confusion::new(self.network.encoder.settings.labels);
        let mut loss = 0f64;
        let all: Vec<usize> = (0..rows.classes.len()).collect();
        for batch in all.chunks(batch_size) {
            for pass in passes(batch, rows, self.tokens_per_pass) {
                loss += self.score(rows, pass, &mut confusion);
            }
        }
        (loss / rows.classes.len() as f64, confusion)
    }

    /// The sum of losses of one pass.
    fn score(&mut self, rows: &Encoded, pass: &[usize], confusion: &mut Confusion) -> f64 {
        let texts = rows.texts(pass);
        let logits = self.network.forward(&texts, None, &mut self.tape);
        let labels = self.network.encoder.settings.labels;
        let mut loss = 0f64;
        for (logits, row) in logits.chunks_exact(labels).zip(pass) {
            let class = rows.classes[*row];
            loss += of_probability(softmax_in_f64(logits)[class]);
            confusion.add(class, most_likely(logits));
        }
        loss
    }
}

/// Cuts rows into runs of at most `most` tokens; a longer row goes alone.
fn passes<'a>(mut rows: &'a [usize], encoded: &Encoded, most: usize) -> Vec<&'a [usize]> {
    let mut passes = Vec::new();
    while !rows.is_empty() {
        let mut tokens = 0;
        let fits = rows.iter().take_while(|row| {
            tokens += encoded.input_ids[**row].len();
            tokens <= most
        });
        let (pass, rest) = rows.split_at(fits.count().max(1));
        passes.push(pass);
        rows = rest;
    }
    passes
}

#[cfg(test)]
mod tests;
