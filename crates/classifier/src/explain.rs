//! `classifier explain`: what each word of a text added to the model's answer.
//!
//! ```text
//! classifier explain --model job/model --text "The fabric is lovely"
//! classifier explain --model job/model --format json reviews.txt      one text a line
//! ```
//!
//! What is explained is the label's logit less the mean of all labels' logits: what is added to all
//! of them changes no probability.
//!
//! For BERT by integrated gradients: the gradients of that logit by the token embeddings, averaged
//! along the path from a text whose words are masked to the text itself. Their sum must be the
//! difference of the two logits (completeness); each explanation reports whether it is. fastText and
//! a logistic regression are linear up to their softmax, so their words' shares are exact. An ensemble's logit is the
//! sum of its members', and so are its words' shares.

pub mod integrated_gradients;
pub mod linear;
mod part;
pub mod picture;
mod quadrature;
mod sum;
pub mod telling;
mod words;

#[cfg(test)]
mod tests;

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use clap::ValueEnum;
use contracts::explanation::Explanation;
use scores::most_likely;

use crate::trained_model::{Trained, TrainedModel};
use part::Part;
use picture::Picture;

/// What the command is given.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The model's folder.
    #[arg(long)]
    pub model: PathBuf,
    /// The text to explain.
    #[arg(long, conflicts_with = "file")]
    pub text: Option<String>,
    /// A file with one text a line; `-` reads the standard input.
    pub file: Option<PathBuf>,
    /// Explain this label, whatever is predicted.
    #[arg(long)]
    pub label: Option<String>,
    #[arg(long, value_enum, default_value_t = Format::Terminal)]
    pub format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Words with what they added, shaded where the terminal can.
    Terminal,
    /// One object a line.
    Json,
    /// A page of its own.
    Html,
}

/// Runs the command and prints its result.
pub fn run(arguments: &Arguments) -> Result<()> {
    let texts = texts(arguments)?;
    let model = TrainedModel::load(&arguments.model).context("load the model")?;
    let mut explainer = Explainer::new(&model, &arguments.model)?;
    let explanations = texts
        .iter()
        .enumerate()
        .map(|(place, text)| {
            explainer
                .explain(text, arguments.label.as_deref())
                .with_context(|| format!("explain text {}", place + 1))
        })
        .collect::<Result<Vec<Explanation>>>()?;
    let printed = match arguments.format {
        Format::Terminal => Picture::for_stdout().terminal(&texts, &explanations),
        Format::Json => json_lines(&explanations)?,
        Format::Html => picture::html(&texts, &explanations),
    };
    picture::print(&printed)
}

/// A model and what it takes to explain its answers.
pub struct Explainer<'a> {
    model: &'a TrainedModel,
    parts: Vec<Part<'a>>,
}

impl<'a> Explainer<'a> {
    /// `folder` is where the model was loaded from. A model whose answers cannot be attributed to
    /// words is refused.
    pub fn new(model: &'a TrainedModel, folder: &Path) -> Result<Explainer<'a>> {
        let parts = match model.trained() {
            Trained::One(one) => vec![Part::new(one, folder)?],
            Trained::Ensemble(ensemble) => {
                let members = ensemble.members().iter();
                members.map(Part::of_member).collect::<Result<_>>()?
            }
        };
        Ok(Explainer { model, parts })
    }

    /// The cost so far, in multiply-accumulates of the encoder (tokens times weights, forward and
    /// backward): unlike a time, it is the same on every machine.
    pub fn work(&self) -> u64 {
        self.parts.iter().map(Part::work).sum()
    }

    /// Explains the predicted label, or another one. A text without a word is refused.
    pub fn explain(&mut self, text: &str, label: Option<&str>) -> Result<Explanation> {
        ensure!(!text.trim().is_empty(), "the text is empty");
        let labels = self.model.labels();
        let probabilities = &self.model.probabilities(&[text])?[0];
        let class = match label {
            None => most_likely(probabilities),
            Some(label) => {
                let place = labels.iter().position(|known| known == label);
                place.with_context(|| {
                    format!(
                        "the model knows no label \"{label}\", only {}",
                        labels.join(", ")
                    )
                })?
            }
        };
        let parts = self.parts.iter_mut();
        let parts = parts.map(|part| part.explain(text, class));
        Ok(Explanation {
            label: labels[class].clone(),
            probability: f64::from(probabilities[class]),
            ..sum::of(text, parts.collect::<Result<_>>()?)
        })
    }
}

fn texts(arguments: &Arguments) -> Result<Vec<String>> {
    let lines = match (&arguments.text, &arguments.file) {
        (Some(text), _) => return Ok(vec![text.clone()]),
        (None, Some(file)) if file == Path::new("-") => {
            let mut text = String::new();
            let read = std::io::stdin().read_to_string(&mut text);
            read.context("read the standard input")?;
            text
        }
        (None, Some(file)) => {
            fs::read_to_string(file).with_context(|| format!("read {}", file.display()))?
        }
        (None, None) => bail!("nothing to explain: give --text or a file"),
    };
    let texts: Vec<String> = lines
        .lines()
        .filter(|line| !line.trim().is_empty())
        .map(str::to_owned)
        .collect();
    ensure!(!texts.is_empty(), "nothing to explain: every line is empty");
    Ok(texts)
}

fn json_lines(explanations: &[Explanation]) -> Result<String> {
    let mut lines = String::new();
    for explanation in explanations {
        lines.push_str(&serde_json::to_string(explanation)?);
        lines.push('\n');
    }
    Ok(lines)
}
