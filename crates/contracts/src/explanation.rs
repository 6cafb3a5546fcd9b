//! Why a model answered as it did: what each word added to the answer's logit.
//!
//! A label's logit counts here less the mean of all labels' logits, because what is added to all of
//! them changes no probability.

use serde::{Deserialize, Serialize};

/// One prediction taken apart.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Explanation {
    /// The label whose logit is explained: the predicted one, unless another was asked for.
    pub label: String,
    /// Its probability as served.
    pub probability: f64,
    /// `integrated_gradients`, or `linear` where the logit is a sum over words anyway.
    pub method: String,
    /// In the order of the text; special tokens are not among them.
    pub words: Vec<WordAttribution>,
    /// Whether the text was longer than the model takes: the rest says nothing.
    pub truncated: bool,
    pub completeness: Completeness,
}

/// A word and what it added to the logit; below zero it spoke against the label.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WordAttribution {
    pub word: String,
    /// Bytes of the text.
    pub start: usize,
    pub end: usize,
    pub attribution: f64,
}

/// The attributions' sum ought to be the difference of two logits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Completeness {
    pub logit: f64,
    /// Of the baseline: the same text with every word blotted out.
    pub baseline_logit: f64,
    pub sum: f64,
    /// `sum` less the difference of the logits.
    pub error: f64,
    /// What the error's size was to stay under.
    pub bound: f64,
    /// Points on the way from baseline to text at which gradients were taken; 0 where none are.
    pub steps: usize,
}

impl Completeness {
    pub fn holds(&self) -> bool {
        self.error.abs() <= self.bound
    }
}

/// The words that spoke most for each label, over several predictions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TellingWords {
    pub method: String,
    /// Rows that were explained, the first by row hash, of how many.
    pub rows: u64,
    pub of_rows: u64,
    /// Words in fewer rows are left out: they say more about a row than about the label.
    pub minimum_rows: u64,
    /// Rows whose attributions do not add up within the bound; none is expected.
    pub incomplete_rows: u64,
    /// In the order of the labels.
    pub labels: Vec<LabelWords>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LabelWords {
    pub label: String,
    /// Explained rows that were predicted to have this label.
    pub rows: u64,
    /// The most telling first.
    pub words: Vec<TellingWord>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TellingWord {
    pub word: String,
    pub rows: u64,
    /// What it added to the label's logit, all rows together, and per row that has it.
    pub attribution: f64,
    pub mean_attribution: f64,
}
