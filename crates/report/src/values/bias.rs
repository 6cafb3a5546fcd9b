//! Bias of one facet after the other.

/// A facet before or after training.
#[derive(Clone, Debug, PartialEq)]
pub struct BiasSection {
    pub title: String,
    pub metrics: Vec<BiasPicture>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct BiasPicture {
    pub title: String,
    pub caption: String,
    /// The value without bias, where a line stands.
    pub neutral: f64,
    pub values: Vec<BiasValue>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct BiasValue {
    pub name: String,
    /// None where the metric has no value.
    pub value: Option<f64>,
    /// 95 %.
    pub interval: Option<(f64, f64)>,
    /// After balancing.
    pub after: Option<f64>,
    pub state: BiasState,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BiasState {
    /// The interval holds the value without bias.
    Fair,
    /// It does not.
    Biased,
    TooFew,
}
