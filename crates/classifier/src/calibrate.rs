//! `classifier calibrate`: the last part of a training whose model another program made. It fits temperature and prior of
//! the folder in `/opt/ml/model` on the channels `train` and `validation`, and scores the channel `test`, if there is one.

use anyhow::Result;
use contracts::training::TrainingCard;

use crate::algorithm::Algorithm;
use crate::channel::{Columns, LabelledText};
use crate::container::Container;
use crate::trained_model::TrainedModel;
use crate::training::examples::Data;
use crate::training::finish::calibrate_and_score;

pub fn run(container: &Container) -> Result<()> {
    let folder = container.model();
    let model = TrainedModel::load(&folder)?;
    let card = TrainedModel::read_card(&folder)?;
    let columns = Columns {
        text: hyperparameter(card.as_ref(), "text_column", "review_body"),
        label: hyperparameter(card.as_ref(), "label_column", "sentiment"),
    };
    let labels = |_: &[LabelledText]| Ok(model.labels().to_vec());
    let Data { examples, test, .. } = Data::read(container, &columns, labels)?;
    let answer = |texts: &[&str]| model.own_probabilities(texts);
    calibrate_and_score(
        container,
        &examples,
        model.labels(),
        is_balanced(card.as_ref()),
        &test,
        answer,
    )
}

/// As training itself decides: only BERT has class weights of its own, and the models of an ensemble have their priors.
fn is_balanced(card: Option<&TrainingCard>) -> bool {
    if card.is_some_and(|card| card.algorithm == Algorithm::Automl.name()) {
        return false;
    }
    let has_none = |card: &TrainingCard| {
        let known = Algorithm::named(&card.algorithm);
        known.is_some_and(|algorithm| algorithm != Algorithm::Bert)
    };
    let by_default = if card.is_some_and(has_none) {
        "false"
    } else {
        "true"
    };
    let is = |name, default| hyperparameter(card, name, default).eq_ignore_ascii_case("true");
    is("balance", "true") || is("class_weights", by_default)
}

/// As the model's card has it: a card need not name what was left to its default.
fn hyperparameter(card: Option<&TrainingCard>, name: &str, default: &str) -> String {
    let given = card.and_then(|card| card.hyperparameters.get(name).cloned());
    given.unwrap_or_else(|| default.to_owned())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::testing::{rows, training_job};
    use crate::train;

    /// What the training itself had fitted is found again.
    #[test]
    fn a_model_that_was_trained_elsewhere_is_calibrated_as_one_that_was_trained_here() {
        for algorithm in [("hidden_size", "16"), ("algorithm", "fasttext")] {
            let folder = tempfile::tempdir().unwrap();
            let container = Container::at(folder.path());
            if algorithm.1 == "fasttext" {
                let values = std::collections::BTreeMap::from([algorithm]);
                crate::testing::training_channels(&container, &rows(120), &values);
            } else {
                training_job(&container, &rows(120), &[("epochs", "2")]);
            }
            train::run(&container).unwrap();
            let path = container.model().join("calibration.json");
            let fitted = fs::read_to_string(&path).unwrap();
            assert!(fitted.contains("temperature"), "{fitted}");

            fs::remove_file(&path).unwrap();
            run(&container).unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), fitted);
            // One that is there already changes nothing.
            run(&container).unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), fitted);
        }
    }

    #[test]
    fn a_model_is_balanced_as_its_training_was() {
        assert!(is_balanced(None));
        for (algorithm, given, balanced) in [
            ("fasttext", "{}", true),
            ("fasttext", r#"{"balance": "false"}"#, false),
            ("bert", r#"{"balance": "False"}"#, true),
            ("automl", "{}", false),
            (
                "bert",
                r#"{"balance": "false", "class_weights": "false"}"#,
                false,
            ),
        ] {
            let card = format!(
                r#"{{"algorithm": "{algorithm}", "hyperparameters": {given}, "train_rows": 1, "validation_rows": 1,
                    "parameters": 1, "epochs": [], "best_epoch": 1, "seconds": 1.0}}"#
            );
            let card: TrainingCard = serde_json::from_str(&card).unwrap();
            assert_eq!(is_balanced(Some(&card)), balanced, "{algorithm} {given}");
        }
    }

    #[test]
    fn labels_that_the_model_does_not_have_are_named() {
        let folder = tempfile::tempdir().unwrap();
        let container = Container::at(folder.path());
        training_job(&container, &rows(60), &[("epochs", "1")]);
        train::run(&container).unwrap();
        let mut other = rows(60);
        "mixed".clone_into(&mut other[0].label);
        training_job(&container, &other, &[]);
        let error = format!("{:#}", run(&container).unwrap_err());
        assert!(
            error.contains("read the train channel") && error.contains("mixed"),
            "{error}"
        );
    }
}
