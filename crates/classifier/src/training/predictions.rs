//! What a model predicts of the validation rows, beside the model: a study pairs two trainings by it, row by row.

use std::fs::{self, File};
use std::io::{BufWriter, Write};

use anyhow::{Context, Result};
use contracts::training::{VALIDATION_PREDICTIONS, ValidationPrediction};
use scores::most_likely;

use crate::container::Container;

/// `classes` are places among the labels; the answers are the model's own, without a prior.
pub fn write(
    container: &Container,
    labels: &[String],
    classes: &[usize],
    answers: &[impl AsRef<[f32]>],
) -> Result<()> {
    let folder = container.output_data();
    fs::create_dir_all(&folder).with_context(|| format!("create {}", folder.display()))?;
    let path = folder.join(VALIDATION_PREDICTIONS);
    let place = || format!("write {}", path.display());
    let mut file = BufWriter::new(File::create(&path).with_context(place)?);
    for (class, answer) in classes.iter().zip(answers) {
        let line = ValidationPrediction {
            label: labels[*class].clone(),
            predicted: labels[most_likely(answer.as_ref())].clone(),
        };
        serde_json::to_writer(&mut file, &line).with_context(place)?;
        file.write_all(b"\n").with_context(place)?;
    }
    file.flush().with_context(place)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use policy::tuning::Predictions;

    use super::*;
    use crate::calibrate;
    use crate::testing::{rows, training_channels};
    use crate::train::run;
    use crate::trained_model::TrainedModel;

    fn written(container: &Container) -> Vec<ValidationPrediction> {
        let text = fs::read_to_string(container.output_data().join(VALIDATION_PREDICTIONS));
        let text = text.unwrap();
        let lines = text.lines().map(serde_json::from_str);
        lines.collect::<Result<_, _>>().unwrap()
    }

    fn balanced_accuracy(written: &[ValidationPrediction]) -> f64 {
        let mut predictions = Predictions::default();
        for row in written {
            predictions.add(&row.label, &row.predicted);
        }
        predictions.balanced_accuracy()
    }

    #[test]
    fn every_algorithm_leaves_its_predictions_and_its_epochs_score_counts_them() {
        for algorithm in ["bert", "fasttext", "ngrams", "automl"] {
            let folder = tempfile::tempdir().unwrap();
            let container = Container::at(folder.path());
            let mut given = BTreeMap::from([("algorithm", algorithm), ("seed", "1")]);
            if algorithm == "bert" {
                // The best epoch, not always the last one.
                given.extend([("hidden_size", "16"), ("epochs", "2"), ("keep", "best")]);
            }
            // Of few rows and wrong labels no algorithm learns all.
            let mut train = rows(24);
            train[..12].reverse();
            for (place, row) in train.iter_mut().enumerate() {
                row.label = ["-1", "0", "1"][place % 3].to_owned();
            }
            training_channels(&container, &train, &given);
            run(&container).unwrap();

            let found = written(&container);
            let labels = found.iter().map(|row| row.label.as_str());
            let of_channel = rows(30);
            let expected = of_channel.iter().map(|row| row.label.as_str());
            assert!(labels.eq(expected), "{algorithm}: {found:?}");
            let card = TrainedModel::read_card(&container.model())
                .unwrap()
                .unwrap();
            if let Some(kept) = (card.best_epoch as usize).checked_sub(1) {
                let score = card.epochs[kept].val_balanced_accuracy;
                let found = balanced_accuracy(&found);
                assert!(
                    (found - score).abs() < 1e-12,
                    "{algorithm}: {found}, {score}"
                );
            }
            // `calibrate` writes them for a model that another program trained.
            let path = container.output_data().join(VALIDATION_PREDICTIONS);
            fs::remove_file(&path).unwrap();
            calibrate::run(&container).unwrap();
            assert_eq!(written(&container), found, "{algorithm}");
        }
    }
}
