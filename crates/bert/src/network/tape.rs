//! What a forward pass records for the backward pass, in buffers that are reused.

use super::{Settings, Texts};
use kernels::product::Panels;
use kernels::rows::{Dropout, resize};
use policy::random::seed_of;

/// Of `tokens × width` values each; the last layer has one row per text instead of one per token.
#[derive(Default)]
pub struct Tape {
    /// Whether every layer has buffers of its own, as a backward pass needs them.
    keep: bool,
    /// The layers' inputs, and the last one's output.
    pub hidden: Vec<Vec<f32>>,
    pub embeddings: NormTape,
    pub layers: Vec<LayerTape>,
    /// What the head reads of the last layer, after dropout where the family has one there.
    pub head_input: Vec<f32>,
    /// The pooler's output, and the same after dropout.
    pub pooled: Vec<f32>,
    pub dropped: Vec<f32>,
    pub logits: Vec<f32>,
    /// GELU of a layer's `intermediate`.
    pub(super) activated: Vec<f32>,
    pub(super) seed: Option<u64>,
    pub(super) scratch: Scratch,
}

/// Normalised rows and their reciprocal standard deviations.
#[derive(Default)]
pub struct NormTape {
    pub normalised: Vec<f32>,
    pub scales: Vec<f32>,
}

#[derive(Default)]
pub struct LayerTape {
    /// Each text's first row of the layer's input, where only those rows have queries.
    pub first: Vec<f32>,
    pub query: Vec<f32>,
    pub key: Vec<f32>,
    pub value: Vec<f32>,
    /// Text by text [heads, queries, keys].
    pub probabilities: Vec<f32>,
    pub context: Vec<f32>,
    pub attention_norm: NormTape,
    pub attended: Vec<f32>,
    /// Before GELU; the backward pass overwrites it.
    pub intermediate: Vec<f32>,
    pub output_norm: NormTape,
}

/// Scratch buffers of the backward pass: gradients with respect to one layer's activations, and
/// packed operands.
#[derive(Default)]
pub struct Scratch {
    /// With respect to the layer's input; `all` has every token's rows, where `input` has those of
    /// the first tokens alone.
    pub input: Vec<f32>,
    pub all: Vec<f32>,
    pub output: Vec<f32>,
    pub activated: Vec<f32>,
    pub attended: Vec<f32>,
    pub context: Vec<f32>,
    pub query: Vec<f32>,
    pub key: Vec<f32>,
    pub value: Vec<f32>,
    pub norms: Vec<f32>,
    /// Packed operands of products: a layer's weights, and the layers' inputs.
    pub weights: Panels,
    pub given: [Panels; 5],
}

/// Where dropout is used.
#[derive(Clone, Copy)]
pub enum DropoutUse {
    Embeddings,
    Probabilities { layer: usize, text: usize },
    AttentionOutput { layer: usize },
    Output { layer: usize },
    HeadInput,
    Pooled,
}

impl Tape {
    /// A tape that a backward pass can read. The default tape is for inference, where layers share
    /// their buffers.
    pub fn kept() -> Tape {
        Tape {
            keep: true,
            ..Tape::default()
        }
    }

    pub fn is_kept(&self) -> bool {
        self.keep
    }

    /// Prepares the tape for a pass; without a seed there is no dropout.
    pub(super) fn start(&mut self, layers: usize, seed: Option<u64>) {
        self.seed = seed;
        self.hidden.resize_with(layers + 1, Vec::new);
        self.layers.resize_with(layers, LayerTape::default);
    }

    /// Where the input of the layer at `place` lies, or after the last one its output.
    pub(super) fn place_of_hidden(&self, place: usize) -> usize {
        if self.keep { place } else { place % 2 }
    }

    pub(super) fn place_of_layer(&self, place: usize) -> usize {
        if self.keep { place } else { 0 }
    }
}

/// The dropout of one place in one pass.
pub fn dropout(seed: Option<u64>, settings: &Settings, place: DropoutUse) -> Dropout {
    let (use_number, probability) = match place {
        DropoutUse::Embeddings => (0, settings.hidden_dropout),
        DropoutUse::Pooled => (1, settings.classifier_dropout),
        DropoutUse::HeadInput => (1 << 31, settings.head_input_dropout()),
        DropoutUse::AttentionOutput { layer } => (2 + 2 * layer, settings.hidden_dropout),
        DropoutUse::Output { layer } => (3 + 2 * layer, settings.hidden_dropout),
        DropoutUse::Probabilities { layer, text } => {
            ((layer + 1) << 32 | text, settings.attention_dropout)
        }
    };
    match seed {
        Some(seed) => Dropout::new(probability, seed_of(seed, use_number as u64)),
        None => Dropout::new(0.0, 0),
    }
}

/// Resizes the buffer to `size` values, which the caller overwrites.
pub fn sized(buffer: &mut Vec<f32>, size: usize) -> &mut [f32] {
    if buffer.len() < size {
        buffer.clear();
    }
    resize(buffer, size);
    buffer
}

impl Texts {
    /// How many rows a layer has: all tokens, or in the last one a row per text.
    pub(super) fn queries(&self, first_only: bool) -> usize {
        if first_only {
            self.rows()
        } else {
            self.tokens()
        }
    }
}
