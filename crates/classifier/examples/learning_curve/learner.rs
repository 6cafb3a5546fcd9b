//! The product's fastText, calibrated as `classifier train` does it.

use anyhow::Result;
use classifier::calibration::prior::{Prior, growth};
use classifier::calibration::{self, Temperature};
use classifier::channel::LabelledText;
use classifier::fasttext::Hyperparameters;
use classifier::fasttext::corpus::{by_falling_count, corpus};
use classifier::fasttext::fit::fit;
use classifier::fasttext::train::model;
use classifier::training::batches::epoch_rows;
use classifier::training::examples::{Examples, by_class, labels, number};
use contracts::dataset::SplitPart;
use fasttext::FastText;
use policy::split;
use scores::Confusion;

use super::reviews::{LABELS, Review};

#[derive(Clone, Copy)]
pub struct Labelled<'r> {
    pub review: &'r Review,
    /// A place in [`LABELS`].
    pub label: usize,
    /// A model's doubt chose it.
    pub chosen: bool,
}

pub struct Learner {
    model: FastText,
    prior: Prior,
    temperature: Temperature,
}

impl Learner {
    /// From texts and their labels, which the product's split shares between training and validation.
    pub fn train(labelled: &[Labelled], seed: u64) -> Result<Learner> {
        let row = |labelled: &Labelled| LabelledText {
            text: labelled.review.text.clone(),
            label: LABELS[labelled.label].to_owned(),
            chosen: labelled.chosen,
        };
        let (train, validation): (Vec<_>, Vec<_>) = labelled
            .iter()
            .map(row)
            .partition(|row| split::part(&row.text) == SplitPart::Train);
        let labels = by_falling_count(labels(&train)?, &train);
        let examples = Examples {
            train: number(&train, &labels)?,
            validation: number(&validation, &labels)?,
        };
        let by_class = by_class(&examples.train, labels.len());
        let defaults = Hyperparameters {
            seed,
            ..Hyperparameters::default()
        };
        let hyperparameters = defaults.for_rows(epoch_rows(&by_class, 0, true).len());
        let corpus = corpus(&examples, &labels, &hyperparameters);
        let fitted = fit(&corpus, &by_class, &hyperparameters)?;
        let model = model(corpus, &fitted, &hyperparameters)?;
        let texts: Vec<&str> = validation.iter().map(|row| row.text.as_str()).collect();
        let classes: Vec<usize> = examples.validation.iter().map(|row| row.class).collect();
        let fitted = calibration::fit(&model.probabilities(&texts), &classes, "validation")?;
        let rows = examples.train.iter().chain(&examples.validation);
        let rows = rows.map(|row| (row.class, row.chosen));
        let calibration = calibration::with_prior(fitted, &growth(rows, labels.len()));
        Ok(Learner {
            prior: Prior::new(calibration.prior)?,
            temperature: Temperature::new(calibration.temperature)?,
            model,
        })
    }

    /// Calibrated, in the order of [`LABELS`].
    pub fn probabilities(&self, reviews: &[&Review]) -> Vec<Vec<f64>> {
        let texts: Vec<&str> = reviews.iter().map(|review| review.text.as_str()).collect();
        let output = |label: &&str| self.model.labels().iter().position(|known| known == label);
        let outputs: Vec<usize> = LABELS.iter().filter_map(output).collect();
        let mut answers = self.model.probabilities(&texts);
        let answers = answers.iter_mut().map(|answer| {
            self.prior.apply(answer);
            self.temperature.apply(answer);
            outputs
                .iter()
                .map(|output| f64::from(answer[*output]))
                .collect()
        });
        answers.collect()
    }

    pub fn balanced_accuracy(&self, reviews: &[Review]) -> f64 {
        let mut confusion = Confusion::new(LABELS.len());
        let asked: Vec<&Review> = reviews.iter().collect();
        for (review, answer) in reviews.iter().zip(self.probabilities(&asked)) {
            confusion.add(review.truth, most_likely(&answer));
        }
        confusion.balanced_accuracy()
    }
}

/// The first of equals.
pub fn most_likely(probabilities: &[f64]) -> usize {
    (1..probabilities.len()).fold(0, |best, label| {
        if probabilities[label] > probabilities[best] {
            label
        } else {
            best
        }
    })
}
