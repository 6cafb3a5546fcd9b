//! `classifier train` with `algorithm=automl`: from the channels `train`, `validation` and perhaps `pretrained` to
//! `ensemble.json`, a folder for each candidate's model, and the training card.

use std::time::Instant;

use anyhow::{Result, ensure};
use bert::files::write_json;
use contracts::training::{Candidate, Inputs, TrainingCard, Truncation};

use super::Hyperparameters;
use super::budget::Budget;
use super::candidate::{self, Tried, confusion};
use super::rows::Rows;
use super::weights::{loss, weights};
use crate::algorithm::Algorithm;
use crate::calibration;
use crate::channel::Files;
use crate::container::Container;
use crate::trained_model::TrainedModel;
use crate::trained_model::ensemble::{Answering, Ensemble, Member, averages};
use crate::training::finish::score_test;
use crate::training::named::{self, Values};
use crate::training::predictions;

/// Runs the job.
pub fn run(container: &Container, values: &Values) -> Result<()> {
    let started = Instant::now();
    let hyperparameters = Hyperparameters::parse(values)?;
    let rows = Rows::read(container, &hyperparameters)?;
    let budget = Budget::new(started, hyperparameters.max_runtime_in_seconds);
    let has_pretrained = TrainedModel::is_in(&container.channel("pretrained"));
    let (mut candidates, mut tried) = (Vec::new(), Vec::new());
    for algorithm in hyperparameters.candidates(has_pretrained)? {
        let (candidate, model) =
            candidate::train(container, algorithm, &rows, &hyperparameters, budget);
        candidates.push(candidate);
        tried.extend(model);
    }
    ensure!(
        !tried.is_empty(),
        "no candidate has a model: {}",
        reasons(&candidates)
    );
    let answers: Vec<&[Vec<f32>]> = tried.iter().map(|tried| &*tried.answers).collect();
    let weights = weights(&answers, &rows.classes(), hyperparameters.balance);
    log(&answers, &weights, &rows);
    let members = weigh(&mut candidates, &weights);
    let served = candidates.iter().filter(|one| one.weight > 0.0);
    let seconds_before: f64 = tried.iter().map(|tried| tried.seconds_before).sum();
    let card = TrainingCard {
        algorithm: "automl".to_owned(),
        hyperparameters: named::to_strings(&hyperparameters),
        text_columns: Files::of(&container.channel("train"))?.text_columns(),
        train_rows: rows.train_rows as u64,
        validation_rows: rows.validation.len() as u64,
        parameters: served.map(|one| one.parameters).sum(),
        epochs: Vec::new(),
        best_epoch: 0,
        seconds: started.elapsed().as_secs_f64() + seconds_before,
        warnings: warnings(&tried),
        truncation: truncation(&tried, &weights),
        inputs: Some(inputs(&rows, &tried)),
        candidates,
    };
    let folder = container.model();
    write_json(&folder.join("training.json"), &card)?;
    let averaged = averages(&answers, &weights);
    predictions::write(container, &rows.labels, &rows.classes(), &averaged)?;
    // The members have their priors already.
    let fitted = calibration::calibrate(&folder, &averaged, &rows.classes(), &[])?;
    let ensemble = Ensemble {
        labels: rows.labels.clone(),
        members,
    };
    let answer = |texts: &[&str]| Answering::of(&folder, &ensemble)?.probabilities(texts);
    score_test(&rows.test, fitted, answer)?;
    // Last: a killed job leaves nothing that looks like a model.
    write_json(&folder.join(Algorithm::Automl.file()), &ensemble)?;
    tracing::info!("wrote the ensemble to {}", folder.display());
    Ok(())
}

/// Notes the weights.
fn weigh(candidates: &mut [Candidate], weights: &[f64]) -> Vec<Member> {
    let with_model = candidates.iter_mut().filter(|one| one.failure.is_none());
    let weighed = with_model.zip(weights).map(|(candidate, weight)| {
        candidate.weight = *weight;
        tracing::info!("candidate {} has the weight {weight:.2}", candidate.name);
        Member {
            name: candidate.name.clone(),
            weight: *weight,
        }
    });
    weighed.collect()
}

/// Of the trainings, each once: they read the same rows.
fn warnings(tried: &[Tried]) -> Vec<String> {
    let mut warnings: Vec<String> = Vec::new();
    for warning in tried.iter().flat_map(|tried| &tried.card.warnings) {
        if !warnings.contains(warning) {
            warnings.push(warning.clone());
        }
    }
    warnings
}

/// Of the member that cuts texts, where it has a part in the answer.
fn truncation(tried: &[Tried], weights: &[f64]) -> Option<Truncation> {
    let mut members = tried
        .iter()
        .zip(weights)
        .filter(|(_, weight)| **weight > 0.0);
    members.find_map(|(member, _)| member.card.truncation)
}

/// With the weights that a member started from.
fn inputs(rows: &Rows, tried: &[Tried]) -> Inputs {
    let digest = |tried: &Tried| tried.card.inputs.as_ref()?.pretrained_digest.clone();
    Inputs {
        pretrained_digest: tried.iter().find_map(digest),
        ..rows.inputs.clone()
    }
}

/// The pipeline's metric definitions read it, as they read an epoch's line.
fn log(answers: &[&[Vec<f32>]], weights: &[f64], rows: &Rows) {
    let classes = rows.classes();
    let confusion = confusion(&averages(answers, weights), &classes);
    tracing::info!(
        "ensemble: val_loss: {:.4} val_accuracy: {:.4} val_balanced_accuracy: {:.4} val_f1: {:.4}",
        loss(answers, weights, &classes, false),
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn tried(cut: Option<u64>, warnings: &[&str]) -> Tried {
        let truncation = cut.map(|rows| json!({"max_seq_length": 8, "rows": rows, "of_rows": 9}));
        let card = json!({
            "algorithm": "one", "hyperparameters": {}, "train_rows": 1, "validation_rows": 1, "parameters": 1,
            "epochs": [], "best_epoch": 1, "seconds": 1.0, "warnings": warnings, "truncation": truncation,
        });
        Tried {
            card: serde_json::from_value(card).unwrap(),
            answers: Vec::new(),
            seconds_before: 0.0,
        }
    }

    #[test]
    fn texts_are_cut_only_where_the_member_that_cuts_them_has_a_part_in_the_answer() {
        let tried = [tried(None, &[]), tried(Some(4), &[])];
        let rows = |weights: [f64; 2]| truncation(&tried, &weights).map(|cut| cut.rows);
        assert_eq!(rows([0.5, 0.5]), Some(4));
        assert_eq!(rows([1.0, 0.0]), None);
    }

    #[test]
    fn what_two_trainings_warn_of_is_said_once() {
        let tried = [
            tried(None, &[]),
            tried(None, &["a"]),
            tried(None, &["a", "b"]),
        ];
        assert_eq!(warnings(&tried), ["a", "b"]);
    }
}
