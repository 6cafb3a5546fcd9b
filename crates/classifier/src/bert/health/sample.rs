//! What the rules look at while the model learns.

/// What the rules look at of one layer in one update.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LayerSample {
    /// Mean magnitude of its weights' gradients; none if it is frozen.
    pub gradient: Option<f64>,
    pub largest_weight: f64,
    /// Share of the intermediate units that GELU shuts for every token of the sample.
    pub dead: f64,
}

#[derive(Clone, Debug)]
pub struct Sample {
    pub step: usize,
    pub loss: f64,
    pub gradient_norm: f64,
    pub layers: Vec<LayerSample>,
}

/// Updates from one sample to the next; the first is one.
pub const SAMPLE_EVERY: usize = 10;
