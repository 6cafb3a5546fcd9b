//! Several models of the same rows, whose answers are averaged: what `algorithm=automl` leaves.
//!
//! The average is the weighted geometric mean of the members' calibrated probabilities, scaled to a sum of 1. In
//! logits that is a sum, so what a word added to the answer is the sum of what it added to each member's.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use serde::{Deserialize, Serialize};

use super::model::Model;
use crate::algorithm::Algorithm;
use crate::calibration::applied::Applied;
use scores::loss::of_answer;
use scores::softmax;

/// `ensemble.json` in the folder of an ensemble. Each member's model lies in a folder of its name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ensemble {
    pub labels: Vec<String>,
    /// Their weights sum to 1. One with the weight 0 was a candidate and has no part in the answer.
    pub members: Vec<Member>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Member {
    /// Its algorithm's name, and its folder's.
    pub name: String,
    pub weight: f64,
}

impl Ensemble {
    /// As a folder's file has it.
    pub fn read(folder: &Path) -> Result<Ensemble> {
        let path = folder.join(Algorithm::Automl.file());
        let read = || {
            let ensemble: Ensemble = serde_json::from_slice(&fs::read(&path)?)?;
            let sum: f64 = ensemble.members.iter().map(|member| member.weight).sum();
            let are_shares = ensemble.members.iter().all(|member| member.weight >= 0.0);
            ensure!(
                are_shares && (sum - 1.0).abs() < 1e-6,
                "the weights of its members are no shares of 1"
            );
            anyhow::Ok(ensemble)
        };
        read().with_context(|| format!("read {}", path.display()))
    }
}

/// The models of an ensemble that answer.
pub struct Answering {
    labels: Vec<String>,
    members: Vec<Loaded>,
}

/// A member of an ensemble, ready to answer.
pub struct Loaded {
    pub weight: f64,
    pub model: Model,
    pub applied: Applied,
    pub folder: PathBuf,
    /// Where each of the ensemble's labels is among the member's outputs: algorithms have orders of their own.
    places: Vec<usize>,
}

impl Answering {
    pub fn load(folder: &Path) -> Result<Answering> {
        Answering::of(folder, &Ensemble::read(folder)?)
    }

    /// Of the models in this folder.
    pub fn of(folder: &Path, Ensemble { labels, members }: &Ensemble) -> Result<Answering> {
        let parts = members.iter().filter(|member| member.weight > 0.0);
        let load = |member: &Member| Loaded::load(folder, member, labels);
        Ok(Answering {
            members: parts.map(load).collect::<Result<_>>()?,
            labels: labels.clone(),
        })
    }

    pub fn labels(&self) -> &[String] {
        &self.labels
    }

    pub fn members(&self) -> &[Loaded] {
        &self.members
    }

    pub fn probabilities<T: AsRef<str> + Sync>(&self, texts: &[T]) -> Result<Vec<Vec<f32>>> {
        let members = self.members.iter();
        let answers = members.map(|member| member.probabilities(texts));
        let answers: Vec<Vec<Vec<f32>>> = answers.collect::<Result<_>>()?;
        let weights: Vec<f64> = self.members.iter().map(|member| member.weight).collect();
        Ok(averages(&answers, &weights))
    }
}

impl Loaded {
    pub fn load(folder: &Path, member: &Member, labels: &[String]) -> Result<Loaded> {
        let Member { name, weight } = member;
        let algorithm = Algorithm::named(name);
        let algorithm =
            algorithm.with_context(|| format!("the algorithm {name:?} is not known"))?;
        let folder = folder.join(name);
        let model = Model::load(&folder, algorithm)?;
        let places = places(labels, model.labels());
        Ok(Loaded {
            weight: *weight,
            applied: Applied::of(&folder, labels.len())?,
            places: places.with_context(|| format!("load {}", folder.display()))?,
            model,
            folder,
        })
    }

    /// In the order of the ensemble's labels.
    pub fn probabilities<T: AsRef<str> + Sync>(&self, texts: &[T]) -> Result<Vec<Vec<f32>>> {
        let in_order = |mut row: Vec<f32>| {
            self.applied.apply(&mut row);
            self.places.iter().map(|place| row[*place]).collect()
        };
        let rows = self.model.probabilities(texts)?.into_iter();
        Ok(rows.map(in_order).collect())
    }

    /// Where a label of the ensemble is among the member's outputs.
    pub fn place(&self, class: usize) -> usize {
        self.places[class]
    }
}

fn places(labels: &[String], own: &[String]) -> Result<Vec<usize>> {
    ensure!(
        labels.len() == own.len(),
        "it has the labels {own:?}, and the ensemble has {labels:?}"
    );
    let place = |label: &String| own.iter().position(|known| known == label);
    let places: Option<Vec<usize>> = labels.iter().map(place).collect();
    places.with_context(|| format!("it has the labels {own:?}, and the ensemble has {labels:?}"))
}

/// The averages of the answers that several models give to each text; `answers` has the texts' answers model by model.
pub fn averages<T: AsRef<[Vec<f32>]>>(answers: &[T], weights: &[f64]) -> Vec<Vec<f32>> {
    let texts = answers
        .first()
        .map_or(0, |of_model| of_model.as_ref().len());
    let of_text = |text: usize| {
        let of_models = answers.iter().map(|of_model| &*of_model.as_ref()[text]);
        let of_models: Vec<&[f32]> = of_models.collect();
        average(&of_models, weights)
    };
    (0..texts).map(of_text).collect()
}

/// The weighted geometric mean of several answers to one text, scaled to a sum of 1.
#[allow(
    clippy::cast_possible_truncation,
    reason = "probabilities are stored as f32"
)]
fn average(answers: &[&[f32]], weights: &[f64]) -> Vec<f32> {
    let classes = answers.first().map_or(0, |answer| answer.len());
    let logit = |class: usize| {
        let shares = answers.iter().zip(weights);
        let shares = shares.map(|(answer, weight)| -weight * of_answer(answer[class]));
        shares.sum::<f64>() as f32
    };
    let mut average: Vec<f32> = (0..classes).map(logit).collect();
    softmax(&mut average);
    average
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_average_is_the_geometric_mean_of_the_odds() {
        let found = average(&[&[0.9, 0.1], &[0.5, 0.5]], &[0.5, 0.5]);
        // The odds 9 and 1 have the mean 3.
        assert!((found[0] - 0.75).abs() < 1e-6, "{found:?}");
        assert!((found.iter().sum::<f32>() - 1.0).abs() < 1e-6);
        let alone = average(&[&[0.9, 0.1], &[0.5, 0.5]], &[1.0, 0.0]);
        assert!((alone[0] - 0.9).abs() < 1e-6, "{alone:?}");
    }

    #[test]
    fn a_certain_member_leaves_the_others_a_say() {
        let found = average(&[&[1.0, 0.0], &[0.1, 0.9]], &[0.5, 0.5]);
        assert!(found.iter().all(|value| value.is_finite()), "{found:?}");
    }

    #[test]
    fn members_with_other_labels_and_weights_that_are_no_shares_are_refused() {
        let labels = |labels: &[&str]| labels.iter().map(|&label| label.to_owned()).collect();
        let (own, other): (Vec<String>, Vec<String>) = (labels(&["1", "0"]), labels(&["0", "2"]));
        assert_eq!(places(&labels(&["0", "1"]), &own).unwrap(), [1, 0]);
        let error = places(&own, &other).unwrap_err().to_string();
        assert!(error.contains("\"2\""), "{error}");

        let folder = tempfile::tempdir().unwrap();
        let member = |weight| Member {
            name: "ngrams".to_owned(),
            weight,
        };
        for weights in [[0.5, 0.6], [1.5, -0.5], [f64::NAN, 1.0]] {
            let ensemble = Ensemble {
                labels: own.clone(),
                members: weights.map(member).to_vec(),
            };
            let json = serde_json::to_vec(&ensemble).unwrap();
            fs::write(folder.path().join(Algorithm::Automl.file()), json).unwrap();
            let error = format!("{:#}", Ensemble::read(folder.path()).unwrap_err());
            assert!(error.contains("ensemble.json"), "{error}");
        }
    }
}
