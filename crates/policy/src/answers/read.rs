//! Answers as they are given, and as they are counted: labels and reviewers become numbers.

use std::collections::BTreeSet;

use contracts::dataset::Origin;

/// A text and who answered what.
#[derive(Debug, Clone, PartialEq)]
pub struct Task<'a> {
    /// Reviewer and label; each reviewer once, in any order.
    pub answers: Vec<(&'a str, &'a str)>,
    /// In the audit the model has no voice.
    pub origin: Origin,
    /// The model's calibrated probabilities in the labels' order.
    pub probabilities: Option<Vec<f64>>,
}

/// Why answers are not looked at. A reviewer is not named: the message may reach a log.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Refused {
    #[error("the label {0:?} is listed twice")]
    LabelTwice(String),
    #[error("task {task} (from 0) has the answer {label:?}, which is none of {labels:?}")]
    UnknownLabel {
        task: usize,
        label: String,
        labels: Vec<String>,
    },
    #[error("task {task} (from 0) has two answers of one reviewer")]
    AnsweredTwice { task: usize },
    #[error("task {task} (from 0) has {probabilities:?}, not {labels} probabilities that sum to 1")]
    NoProbabilities {
        task: usize,
        probabilities: Vec<f64>,
        labels: usize,
    },
}

/// Answers that can be counted.
#[derive(Debug, Clone, PartialEq)]
pub struct Answers<'a> {
    pub(super) labels: Vec<&'a str>,
    /// In alphabetical order, so that nothing depends on who answered first.
    pub(super) reviewers: Vec<&'a str>,
    pub(super) texts: Vec<Text>,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Text {
    pub answers: Vec<Answer>,
    pub origin: Origin,
    /// Logarithms of the model's probabilities, where it has a voice.
    pub voice: Option<Vec<f64>>,
}

/// By their places in [`Answers`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Answer {
    pub reviewer: usize,
    pub label: usize,
}

/// A model that was never wrong on a thousand rows may still be wrong: its voice is no veto.
const LEAST_PROBABILITY: f64 = 1e-3;

/// Probabilities are stored as f32, and there may be many.
const ROUNDING: f64 = 1e-3;

/// Whether these sum to 1, but for rounding.
pub fn are_probabilities(values: &[f64]) -> bool {
    let sum: f64 = values.iter().sum();
    let all = values.iter().all(|p| (0.0..=1.0 + ROUNDING).contains(p));
    all && (sum - 1.0).abs() <= ROUNDING
}

impl<'a> Answers<'a> {
    pub fn new(labels: &[&'a str], tasks: &[Task<'a>]) -> Result<Self, Refused> {
        let mut seen = BTreeSet::new();
        if let Some(twice) = labels.iter().find(|label| !seen.insert(**label)) {
            return Err(Refused::LabelTwice((*twice).to_owned()));
        }
        let given = tasks.iter().flat_map(|task| &task.answers);
        let reviewers: BTreeSet<&str> = given.map(|(reviewer, _)| *reviewer).collect();
        let mut answers = Self {
            labels: labels.to_vec(),
            reviewers: reviewers.into_iter().collect(),
            texts: Vec::with_capacity(tasks.len()),
        };
        for (number, task) in tasks.iter().enumerate() {
            let text = answers.text(number, task)?;
            answers.texts.push(text);
        }
        Ok(answers)
    }

    fn text(&self, number: usize, task: &Task) -> Result<Text, Refused> {
        let answer = |&(reviewer, label): &(&str, &str)| {
            let unknown = || Refused::UnknownLabel {
                task: number,
                label: label.to_owned(),
                labels: self.labels.iter().map(|&label| label.to_owned()).collect(),
            };
            let label = self.labels.iter().position(|known| *known == label);
            Ok(Answer {
                reviewer: self
                    .reviewers
                    .binary_search(&reviewer)
                    .expect("every task's reviewers are among them"),
                label: label.ok_or_else(unknown)?,
            })
        };
        let mut answers: Vec<Answer> = task.answers.iter().map(answer).collect::<Result<_, _>>()?;
        answers.sort();
        if answers
            .windows(2)
            .any(|two| two[0].reviewer == two[1].reviewer)
        {
            return Err(Refused::AnsweredTwice { task: number });
        }
        let voice = match &task.probabilities {
            Some(probabilities) => Some(self.voice(number, probabilities)?),
            None => None,
        };
        Ok(Text {
            answers,
            origin: task.origin,
            voice: voice.filter(|_| task.origin != Origin::Audit),
        })
    }

    fn voice(&self, task: usize, probabilities: &[f64]) -> Result<Vec<f64>, Refused> {
        if probabilities.len() != self.labels.len() || !are_probabilities(probabilities) {
            return Err(Refused::NoProbabilities {
                task,
                probabilities: probabilities.to_vec(),
                labels: self.labels.len(),
            });
        }
        Ok(probabilities
            .iter()
            .map(|p| p.max(LEAST_PROBABILITY).ln())
            .collect())
    }

    /// All answers.
    pub(super) fn count(&self) -> usize {
        self.texts.iter().map(|text| text.answers.len()).sum()
    }
}
