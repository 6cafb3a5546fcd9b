//! The product's fastText, calibrated as `classifier train` does it.

use anyhow::Result;
use classifier::calibration::{self, Temperature};
use classifier::channel::LabelledText;
use classifier::evaluate::confusion::Confusion;
use classifier::fasttext::corpus::{Corpus, by_falling_count};
use classifier::fasttext::fit::fit;
use classifier::fasttext::train::model;
use classifier::fasttext::{FastText, Hyperparameters};
use classifier::train::examples::{Examples, by_class, labels, number};
use contracts::dataset::SplitPart;
use policy::split;

use super::reviews::{LABELS, Review};

/// Passes over the rows are this many, divided by the root of an epoch's rows: about 108 for the first 200 labels, 34 for
/// 2,000 random ones. Of the numbers of passes that were tried it taught most by random labels; the default of 20 teaches
/// little from so few, because an epoch sees of each class as many texts as the rarest has.
const PASSES: f64 = 800.0;

pub struct Learner {
    model: FastText,
    temperature: Temperature,
}

impl Learner {
    /// From texts and their labels, which the product's split shares between training and validation.
    pub fn train(labelled: &[(&Review, usize)], seed: u64) -> Result<Learner> {
        let row = |&(review, label): &(&Review, usize)| LabelledText {
            text: review.text.clone(),
            label: LABELS[label].to_owned(),
        };
        let (train, validation): (Vec<_>, Vec<_>) = labelled
            .iter()
            .map(row)
            .partition(|row| split::part(&row.text) == SplitPart::Train);
        let labels_of = |label| train.iter().filter(|row| row.label == label).count();
        let rarest = LABELS.map(labels_of).into_iter().min().unwrap_or(0).max(1);
        let epoch_rows = (LABELS.len() * rarest) as f64;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "from 1 to 800"
        )]
        let epochs = (PASSES / epoch_rows.sqrt()).ceil() as u32;
        let hyperparameters = Hyperparameters {
            seed,
            epochs,
            ..Hyperparameters::default()
        };
        let labels = by_falling_count(labels(&train)?, &train);
        let examples = Examples {
            train: number(&train, &labels)?,
            validation: number(&validation, &labels)?,
        };
        let corpus = Corpus::new(&examples, &labels, &hyperparameters);
        let by_class = by_class(&examples.train, labels.len());
        let fitted = fit(&corpus, &by_class, &hyperparameters)?;
        let model = model(corpus, &fitted, &hyperparameters)?;
        let texts: Vec<&str> = validation.iter().map(|row| row.text.as_str()).collect();
        let classes: Vec<usize> = examples.validation.iter().map(|row| row.class).collect();
        let calibration = calibration::fit(&model.probabilities(&texts), &classes, "validation")?;
        Ok(Learner {
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
