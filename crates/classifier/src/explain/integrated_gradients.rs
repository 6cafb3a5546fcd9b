//! Integrated gradients (Sundararajan, Taly and Yan, arXiv:1703.01365) by word embedding.
//!
//! The gradients are those of the network that training uses. Points on the path from the baseline
//! to the text are no words of the vocabulary, so each token of each point becomes a row of a table
//! that stands in for the word embeddings during the pass: the token's gradient is then the row's.

use std::path::Path;

use anyhow::{Context, Result};
use bert::network::{Gradients, Network, Tape, Texts, Wanted};
use bert::tokenizer::Tokens;
use bert::{ModelFolder, TextEncoder};
use contracts::explanation::Completeness;

use super::quadrature::gauss_legendre;

/// Steps are doubled from the first number until the attributions add up, or to the last.
const STEPS: [usize; 6] = [8, 16, 32, 64, 128, 256];

/// A hundredth of the difference of the logits, or of one logit where there is hardly a difference.
const RELATIVE_BOUND: f64 = 0.01;
const ABSOLUTE_BOUND: f64 = 0.01;

/// Tokens of one pass: enough for every core.
const TOKENS_PER_PASS: usize = 2048;

/// What each token added to the logit of a class, less the mean of all logits.
pub struct Attributed {
    pub tokens: Vec<f64>,
    pub completeness: Completeness,
}

/// A model that can be differentiated by its input.
pub struct Differentiable {
    network: Network,
    encoder: TextEncoder,
    tape: Tape,
    gradients: Gradients,
    /// Weights of the layers: the multiply-accumulates of a token's forward pass.
    weights: u64,
    work: u64,
}

impl Differentiable {
    pub fn load(folder: &Path) -> Result<Differentiable> {
        Differentiable::new(&ModelFolder::read(folder, None)?)
            .with_context(|| format!("load {}", folder.display()))
    }

    pub fn new(folder: &ModelFolder) -> Result<Differentiable> {
        let mut network = Network::new(&folder.config, &folder.weights)?;
        let layers = network.parameters.layers.iter();
        let weights = layers
            .flat_map(|layer| layer.matrices().map(<[f32]>::len))
            .sum::<usize>();
        Ok(Differentiable {
            gradients: Gradients::new(&mut network.parameters, Wanted::WordEmbeddings),
            network,
            encoder: folder.encoder.clone(),
            tape: Tape::kept(),
            weights: weights as u64,
            work: 0,
        })
    }

    /// Multiply-accumulates so far, forward and backward.
    pub fn work(&self) -> u64 {
        self.work
    }

    pub fn tokens(&self, text: &str) -> Result<Tokens> {
        self.encoder.tokens(text)
    }

    /// The baseline is the same text with `[PAD]` in place of every token that is a piece of a word;
    /// the special tokens stay, so that the model still sees a text, of the same length.
    pub fn attribute(&mut self, tokens: &Tokens, class: usize) -> Attributed {
        let way = self.way(tokens);
        let logits = self.logits(&way, &[0.0, 1.0], class);
        let difference = logits[1] - logits[0];
        let mut attributed = Attributed {
            tokens: Vec::new(),
            completeness: Completeness {
                logit: logits[1],
                baseline_logit: logits[0],
                sum: 0.0,
                error: f64::INFINITY,
                bound: bound(difference),
                steps: 0,
            },
        };
        for steps in STEPS {
            attributed.tokens = self.attributions(&way, steps, class);
            let sum: f64 = attributed.tokens.iter().sum();
            let completeness = &mut attributed.completeness;
            (completeness.sum, completeness.steps) = (sum, steps);
            completeness.error = sum - difference;
            if completeness.holds() {
                break;
            }
        }
        attributed
    }

    fn way(&self, tokens: &Tokens) -> Way {
        let width = self.network.encoder.settings.hidden;
        let pad = self.encoder.pad_token_id();
        let words = &self.network.parameters.word_embeddings;
        let row = |id: u32| &words[id as usize * width..][..width];
        let (mut baseline, mut difference) = (Vec::new(), Vec::new());
        for (id, word) in tokens.ids.iter().zip(&tokens.words) {
            let start = row(if word.is_some() { pad } else { *id });
            baseline.extend_from_slice(start);
            difference.extend(row(*id).iter().zip(start).map(|(end, start)| end - start));
        }
        Way {
            length: tokens.ids.len(),
            baseline,
            difference,
        }
    }

    /// One number per token: the difference of its embeddings times the mean gradient.
    fn attributions(&mut self, way: &Way, steps: usize, class: usize) -> Vec<f64> {
        let width = self.network.encoder.settings.hidden;
        self.work += (steps * way.length) as u64 * self.weights;
        let mut mean = vec![0f64; way.difference.len()];
        let per_pass = (TOKENS_PER_PASS / way.length).clamp(1, steps);
        for points in gauss_legendre(steps).chunks(per_pass) {
            let places: Vec<f64> = points.iter().map(|(place, _)| *place).collect();
            self.logits(way, &places, class);
            let gradients = self.backward(way, places.len(), class);
            for (gradients, (_, weight)) in gradients.chunks_exact(mean.len()).zip(points) {
                for (mean, gradient) in mean.iter_mut().zip(gradients) {
                    *mean += weight * f64::from(*gradient);
                }
            }
        }
        let products = way.difference.iter().zip(mean);
        let products: Vec<f64> = products.map(|(d, mean)| f64::from(*d) * mean).collect();
        products
            .chunks_exact(width)
            .map(|token| token.iter().sum())
            .collect()
    }

    /// The class's logit less the mean of all, at some points of the path.
    fn logits(&mut self, way: &Way, places: &[f64], class: usize) -> Vec<f64> {
        let (table, encoder) = (way.at(places), &self.network.encoder);
        let width = encoder.settings.hidden;
        let words = |id: u32, row: &mut [f32]| {
            row.copy_from_slice(&table[id as usize * width..][..width]);
        };
        let texts = way.texts(places.len());
        let logits = encoder.logits(words, &texts, None, &mut self.tape);
        let labels = self.network.encoder.settings.labels;
        let centred = |row: &[f32]| {
            let mean = row.iter().copied().map(f64::from).sum::<f64>() / labels as f64;
            f64::from(row[class]) - mean
        };
        logits.chunks_exact(labels).map(centred).collect()
    }

    /// The gradients of that difference by the embeddings of the last pass [points, tokens,
    /// hidden].
    fn backward(&mut self, way: &Way, points: usize, class: usize) -> Vec<f32> {
        let labels = self.network.encoder.settings.labels;
        let mut of_logits = vec![-1.0 / labels as f32; points * labels];
        for row in of_logits.chunks_exact_mut(labels) {
            row[class] += 1.0;
        }
        let texts = way.texts(points);
        let hidden = self.network.encoder.settings.hidden;
        self.gradients.start(texts.input_ids.iter(), hidden);
        self.network
            .backward(&texts, &of_logits, &mut self.tape, &mut self.gradients);
        // The ids count from zero without a gap, so the rows lie as the tokens do.
        self.gradients.words.rows.clone()
    }
}

/// The largest error that is accepted.
pub fn bound(difference: f64) -> f64 {
    (RELATIVE_BOUND * difference.abs()).max(ABSOLUTE_BOUND)
}

/// The straight path from the baseline's word embeddings to the text's.
struct Way {
    length: usize,
    baseline: Vec<f32>,
    difference: Vec<f32>,
}

impl Way {
    /// The tables of several points, one after another.
    #[allow(
        clippy::cast_possible_truncation,
        reason = "embeddings are stored as f32"
    )]
    fn at(&self, places: &[f64]) -> Vec<f32> {
        let pairs = || self.baseline.iter().zip(&self.difference);
        places
            .iter()
            .flat_map(|place| pairs().map(move |(start, d)| start + *place as f32 * d))
            .collect()
    }

    /// A text per point, every token a row of its own.
    fn texts(&self, places: usize) -> Texts {
        Texts {
            input_ids: (0u32..).take(places * self.length).collect(),
            lengths: vec![self.length; places],
        }
    }
}
