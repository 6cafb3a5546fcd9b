//! One algorithm, trained as its own job would.

use std::time::Instant;

use anyhow::{Context, Result, bail};
use contracts::training::{Candidate, TrainingCard, ValidationScores};
use policy::intervals::{self, Recall};
use scores::{Confusion, most_likely};

use super::Hyperparameters;
use super::budget::Budget;
use super::folder::Own;
use super::probe;
use super::rows::Rows;
use super::weights::loss;
use crate::algorithm::Algorithm;
use crate::container::Container;
use crate::trained_model::TrainedModel;
use crate::trained_model::ensemble::{Loaded, Member};
use crate::{bert, fasttext, ngrams};

/// A candidate that has a model, which lies in its folder.
pub struct Tried {
    pub card: TrainingCard,
    /// To the validation rows, in the order of the ensemble's labels.
    pub answers: Vec<Vec<f32>>,
    /// Of its training before this attempt of the job.
    pub seconds_before: f64,
}

/// Trains it in a folder of its own below the container's. One that fails is a candidate without a model.
pub fn train(
    container: &Container,
    algorithm: Algorithm,
    rows: &Rows,
    hyperparameters: &Hyperparameters,
    budget: Budget,
) -> (Candidate, Option<Tried>) {
    let started = Instant::now();
    let name = algorithm.name().to_owned();
    match attempt(container, algorithm, rows, hyperparameters, budget) {
        Ok(tried) => {
            let validation = score(&tried.answers, &rows.classes(), hyperparameters.balance);
            let card = &tried.card;
            tracing::info!("{}", metrics(algorithm, &validation, card.seconds));
            let candidate = Candidate {
                name,
                validation: Some(validation),
                hyperparameters: card.hyperparameters.clone(),
                epochs: card.epochs.clone(),
                best_epoch: card.best_epoch,
                parameters: card.parameters,
                seconds: card.seconds,
                ..Candidate::default()
            };
            (candidate, Some(tried))
        }
        Err(reason) => {
            tracing::warn!("candidate {name} has no model: {reason:#}");
            let candidate = Candidate {
                name,
                seconds: started.elapsed().as_secs_f64(),
                failure: Some(format!("{reason:#}")),
                ..Candidate::default()
            };
            (candidate, None)
        }
    }
}

fn attempt(
    container: &Container,
    algorithm: Algorithm,
    rows: &Rows,
    hyperparameters: &Hyperparameters,
    budget: Budget,
) -> Result<Tried> {
    let values = match algorithm {
        Algorithm::Bert if budget.left().is_some() => {
            probe::fitting(container, rows, hyperparameters, budget)?
        }
        _ => hyperparameters.of(algorithm),
    };
    let own = Own::new(container, algorithm.name())?;
    own.share_channels(container, &["train", "validation", "pretrained"])?;
    own.share_outputs(container)?;
    let mut seconds_before = 0.0;
    match algorithm {
        Algorithm::Bert => seconds_before = bert::train::run(&own.container, values)?,
        Algorithm::FastText => fasttext::train::run(&own.container, &values)?,
        Algorithm::Ngrams => ngrams::train::run(&own.container, &values)?,
        Algorithm::Automl => bail!("automl is no candidate of its own"),
    }
    let card = TrainedModel::read_card(&own.container.model())?;
    let card = card.context("a training leaves a card")?;
    own.keep_model(container, algorithm.name())?;
    let member = Member {
        name: algorithm.name().to_owned(),
        weight: 0.0,
    };
    // Only its answers are kept: a model may be large, and the next one needs the memory.
    let model = Loaded::load(&container.model(), &member, &rows.labels)?;
    let answers = model.probabilities(&rows.texts())?;
    Ok(Tried {
        card,
        answers,
        seconds_before,
    })
}

/// The pipeline's metric definitions read it.
fn metrics(algorithm: Algorithm, scores: &ValidationScores, seconds: f64) -> String {
    format!(
        "candidate {}: balanced_accuracy: {:.4} after {seconds:.1} s",
        algorithm.name(),
        scores.balanced_accuracy
    )
}

/// Of answers with their prior and temperature.
fn score(answers: &[Vec<f32>], classes: &[usize], balance: bool) -> ValidationScores {
    let confusion = confusion(answers, classes);
    let recall = |class| Recall {
        right: confusion.right(class),
        rows: confusion.support(class),
    };
    let recalls: Vec<Recall> = (0..confusion.classes()).map(recall).collect();
    let (balanced_accuracy, balanced_accuracy_interval) = intervals::balanced_accuracy(&recalls);
    ValidationScores {
        accuracy: confusion.accuracy(),
        balanced_accuracy,
        balanced_accuracy_interval,
        cross_entropy: loss(&[answers], &[1.0], classes, balance),
    }
}

pub fn confusion(answers: &[Vec<f32>], classes: &[usize]) -> Confusion {
    let mut confusion = Confusion::new(answers.first().map_or(0, Vec::len));
    for (answer, class) in answers.iter().zip(classes) {
        confusion.add(*class, most_likely(answer));
    }
    confusion
}

#[cfg(test)]
mod tests {
    use contracts::evaluation::Interval;

    use super::*;
    use crate::testing::metric_literals;

    #[test]
    fn the_pipelines_metric_definitions_read_each_candidate() {
        let scores = ValidationScores {
            accuracy: 0.8,
            balanced_accuracy: 0.7,
            balanced_accuracy_interval: Interval::default(),
            cross_entropy: 0.6,
        };
        let literals = metric_literals();
        for algorithm in [Algorithm::Bert, Algorithm::FastText, Algorithm::Ngrams] {
            let line = metrics(algorithm, &scores, 1.0);
            let read: Vec<&String> = literals
                .iter()
                .filter(|&literal| line.contains(literal))
                .collect();
            let expected = format!("candidate {}: balanced_accuracy: ", algorithm.name());
            assert_eq!(read, [&expected], "{line}");
        }
    }
}
