//! `classifier train` with `algorithm=bert`: from the channels `train`, `validation` and perhaps `pretrained` to a
//! Hugging Face folder.

use std::time::Instant;

use anyhow::Result;
use bert::ModelFolder;
use bert::predict::Classifier;
use contracts::training::TrainingCard;

use super::fit::{Places, fit};
use super::given;
use super::start;
use crate::channel::{Columns, Files};
use crate::container::Container;
use crate::training::examples::{Data, labels};
use crate::training::finish::calibrate_and_score;
use crate::training::inputs;
use crate::training::named::Values;

/// Runs the job. Returns the seconds of the attempts before this one, which its card counts, too.
pub fn run(container: &Container, values: Values) -> Result<f64> {
    let started = Instant::now();
    let pretrained = container.channel("pretrained");
    let is_pretrained = ModelFolder::is_in(&pretrained);
    let hyperparameters = given::complete(values, is_pretrained.then_some(&*pretrained))?;
    let columns = Columns {
        text: hyperparameters.text_column.clone(),
        label: hyperparameters.label_column.clone(),
    };
    let Data {
        train,
        validation,
        labels,
        examples,
        test,
    } = Data::read(container, &columns, labels)?;
    let mut folder = start::initial_folder(&pretrained, &train, &labels, &hyperparameters)?;
    let pretrained_digest = is_pretrained
        .then(|| inputs::file_digest(&pretrained.join("model.safetensors")))
        .transpose()?;
    let places = Places {
        started,
        checkpoints: container.checkpoints(),
        output_data: container.output_data(),
        pretrained: is_pretrained,
    };
    let fitted = fit(&mut folder, &examples, &hyperparameters, places)?;
    folder.card = Some(TrainingCard {
        algorithm: hyperparameters.algorithm.clone(),
        hyperparameters: hyperparameters.to_strings(),
        text_columns: Files::of(&container.channel("train"))?.text_columns(),
        train_rows: fitted.train_rows as u64,
        validation_rows: validation.len() as u64,
        parameters: folder
            .weights
            .values()
            .map(|tensor| tensor.values.len() as u64)
            .sum(),
        epochs: fitted.epochs,
        best_epoch: fitted.best_epoch,
        seconds: fitted.seconds_before + started.elapsed().as_secs_f64(),
        warnings: fitted.warnings,
        truncation: Some(fitted.truncation),
        inputs: Some(inputs::of(
            container,
            &train,
            &validation,
            pretrained_digest,
        )?),
        candidates: Vec::new(),
    });
    let model = Classifier::new(&folder)?;
    let answer = |texts: &[&str]| model.probabilities(texts);
    // Before the model, which is whole when its last file is there.
    let balanced = hyperparameters.balance || hyperparameters.class_weights;
    calibrate_and_score(container, &examples, &labels, balanced, &test, answer)?;
    folder.write(&container.model())?;
    tracing::info!("wrote the model to {}", container.model().display());
    Ok(fitted.seconds_before)
}
