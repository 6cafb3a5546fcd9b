//! `classifier train` with `algorithm=automl`: from the channels `train`, `validation` and perhaps `pretrained` to
//! `ensemble.json`, a folder for each candidate's model, and the training card.

use std::time::Instant;

use anyhow::{Result, ensure};
use bert::files::write_json;
use contracts::training::{Candidate, TrainingCard};
use scores::loss::of_answer;

use super::Hyperparameters;
use super::budget::Budget;
use super::candidate::{self, Tried, confusion};
use super::weights::weights;
use crate::algorithm::Algorithm;
use crate::channel::{Columns, Files};
use crate::container::Container;
use crate::trained_model::TrainedModel;
use crate::trained_model::ensemble::{Answering, Ensemble, Loaded, Member, averages};
use crate::training::examples::{Data, Example, labels};
use crate::training::finish::calibrate_and_score;
use crate::training::inputs;
use crate::training::named::{self, Values};

/// Runs the job.
pub fn run(container: &Container, values: &Values) -> Result<()> {
    let started = Instant::now();
    let hyperparameters = Hyperparameters::parse(values)?;
    let columns = Columns {
        text: hyperparameters.text_column.clone(),
        label: hyperparameters.label_column.clone(),
    };
    let data = Data::read(container, &columns, labels)?;
    let budget = Budget::new(started, hyperparameters.max_runtime_in_seconds);
    let has_pretrained = TrainedModel::is_in(&container.channel("pretrained"));
    let (mut candidates, mut tried) = (Vec::new(), Vec::new());
    for algorithm in hyperparameters.candidates(has_pretrained)? {
        let (candidate, model) =
            candidate::train(container, algorithm, &data, &hyperparameters, budget);
        candidates.push(candidate);
        tried.extend(model);
    }
    ensure!(
        !tried.is_empty(),
        "no candidate has a model: {}",
        reasons(&candidates)
    );
    let (ensemble, answering) = average(&data, &mut candidates, tried);
    let inputs = inputs::of(container, &data.train, &data.validation, None)?;
    let card = TrainingCard {
        algorithm: "automl".to_owned(),
        hyperparameters: named::to_strings(&hyperparameters),
        text_columns: Files::of(&container.channel("train"))?.text_columns(),
        train_rows: data.train.len() as u64,
        validation_rows: data.validation.len() as u64,
        parameters: candidates.iter().map(|one| one.parameters).sum(),
        epochs: Vec::new(),
        best_epoch: 0,
        seconds: started.elapsed().as_secs_f64(),
        truncation: None,
        inputs: Some(inputs),
        candidates,
    };
    let folder = container.model();
    write_json(&folder.join("training.json"), &card)?;
    let answer = |texts: &[&str]| answering.probabilities(texts);
    // The members have their priors already.
    calibrate_and_score(container, &data.examples, false, &data.test, answer)?;
    // Last: a killed job leaves nothing that looks like a model.
    write_json(&folder.join(Algorithm::Automl.file()), &ensemble)?;
    tracing::info!("wrote the ensemble to {}", folder.display());
    Ok(())
}

/// Weighs the models, and notes the weights.
fn average(data: &Data, candidates: &mut [Candidate], tried: Vec<Tried>) -> (Ensemble, Answering) {
    let rows = &data.examples.validation;
    let classes: Vec<usize> = rows.iter().map(|row| row.class).collect();
    let (models, answers): (Vec<Loaded>, Vec<_>) = tried
        .into_iter()
        .map(|tried| (tried.model, tried.answers))
        .unzip();
    let weights = weights(&answers, &classes);
    let with_model = candidates.iter_mut().filter(|one| one.failure.is_none());
    let mut members = Vec::new();
    for (candidate, weight) in with_model.zip(&weights) {
        candidate.weight = *weight;
        tracing::info!("candidate {} has the weight {weight:.2}", candidate.name);
        members.push(Member {
            name: candidate.name.clone(),
            weight: *weight,
        });
    }
    let answering = Answering::new(data.labels.clone(), models, &weights);
    log(&answers, &weights, rows);
    let ensemble = Ensemble {
        labels: data.labels.clone(),
        members,
    };
    (ensemble, answering)
}

/// The pipeline's metric definitions read it, as they read an epoch's line.
fn log(answers: &[Vec<Vec<f32>>], weights: &[f64], rows: &[Example]) {
    let averaged = averages(answers, weights);
    let classes: Vec<usize> = rows.iter().map(|row| row.class).collect();
    let losses = averaged.iter().zip(&classes);
    let loss: f64 = losses
        .map(|(answer, class)| of_answer(answer[*class]))
        .sum();
    let confusion = confusion(&averaged, &classes);
    tracing::info!(
        "ensemble: val_loss: {:.4} val_accuracy: {:.4} val_balanced_accuracy: {:.4} val_f1: {:.4}",
        loss / rows.len().max(1) as f64,
        confusion.accuracy(),
        confusion.balanced_accuracy(),
        confusion.macro_f1()
    );
}

fn reasons(candidates: &[Candidate]) -> String {
    let reason = |one: &Candidate| Some(format!("{}: {}", one.name, one.failure.as_ref()?));
    let reasons: Vec<String> = candidates.iter().filter_map(reason).collect();
    reasons.join("; ")
}
