//! `classifier evaluate`: challenger and champion on the same test rows.
//!
//! Writes `evaluation.json`, the gate's evidence, and `predictions.jsonl`, keyed by row hash and
//! without text. Rows that are in the dataset only because a model was unsure of them are scored
//! apart: they are harder than the traffic they came from.

pub mod artifact;
pub mod confusion;
pub mod scores;

#[cfg(test)]
mod tests;

use std::env;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use contracts::dataset::{PreparedRow, Slice};
use contracts::evaluation::{Champion, Evaluation, TestPrediction};
use policy::split;

use crate::channel::{data_files, for_each_line};
use crate::container::Container;
use crate::files::write_json;
use crate::model::predict::most_likely;
use crate::prepare::read_manifest;
use crate::trained_model::TrainedModel;
use scores::Answer;

/// Runs the job. `CHAMPION_MODEL_PACKAGE` names the champion, or says "none".
pub fn run(container: &Container) -> Result<()> {
    evaluate(
        container,
        &env::var("CHAMPION_MODEL_PACKAGE").unwrap_or_else(|_| "none".to_owned()),
    )
}

/// The same with the champion's ARN as an argument.
pub fn evaluate(container: &Container, champion_model_package: &str) -> Result<()> {
    let manifest = read_manifest(&container.input("manifest"))?;
    let rows = test_rows(container)?;
    let challenger_folder =
        artifact::unpack(&container.input("model"))?.context("the model input holds no model")?;
    let champion_folder = artifact::unpack(&container.input("champion"))?;
    match (champion_model_package, &champion_folder) {
        ("none", Some(_)) => {
            bail!("the champion input holds a model, but CHAMPION_MODEL_PACKAGE says there is none")
        }
        (arn, None) if arn != "none" => {
            bail!("the champion input holds no model, but {arn} is the champion")
        }
        _ => {}
    }
    let challenger =
        answer(&challenger_folder, &rows, &manifest.labels).context("score the challenger")?;
    let champion = champion_folder
        .map(|folder| answer(&folder, &rows, &manifest.labels).context("score the champion"));
    let champion = champion.transpose()?;

    let of_slice = |wanted: Slice| -> Vec<usize> {
        rows.iter()
            .enumerate()
            .filter(|(_, row)| row.slice == wanted)
            .map(|(place, _)| place)
            .collect()
    };
    let (gate, uncertain) = (of_slice(Slice::Gate), of_slice(Slice::Uncertain));
    ensure!(
        !gate.is_empty(),
        "the test part has no row that the gate may judge by"
    );
    let pick = |answers: &[Answer], places: &[usize]| -> Vec<Answer> {
        places.iter().map(|place| answers[*place].clone()).collect()
    };
    let challenger_gate = pick(&challenger, &gate);
    let evaluation = Evaluation {
        multiclass_classification_metrics: scores::model_quality(
            &challenger_gate,
            &manifest.labels,
        ),
        dataset_version_id: manifest.id.clone(),
        split_version: split::VERSION,
        challenger: scores::scores(&challenger_gate, &manifest.labels),
        champion: champion.as_ref().map(|champion| {
            let champion = pick(champion, &gate);
            Champion {
                model_package_arn: champion_model_package.to_owned(),
                scores: scores::scores(&champion, &manifest.labels),
                difference: scores::paired_difference(
                    &challenger_gate,
                    &champion,
                    manifest.labels.len(),
                ),
            }
        }),
        uncertain: (!uncertain.is_empty())
            .then(|| scores::scores(&pick(&challenger, &uncertain), &manifest.labels)),
        training: TrainedModel::read_card(&challenger_folder)?,
        labels: manifest.labels.clone(),
    };
    log(&evaluation);
    let output = container.output("evaluation");
    fs::create_dir_all(&output).with_context(|| format!("create {}", output.display()))?;
    write_predictions(
        &output.join("predictions.jsonl"),
        &rows,
        &challenger,
        champion.as_deref(),
        &manifest.labels,
    )?;
    write_json(&output.join("evaluation.json"), &evaluation)
}

fn test_rows(container: &Container) -> Result<Vec<PreparedRow>> {
    let mut rows: Vec<PreparedRow> = Vec::new();
    for file in data_files(&container.input("test"))? {
        for_each_line(&file, |_, line| {
            rows.push(serde_json::from_str(line).context("not a row that `prepare` wrote")?);
            Ok(())
        })?;
    }
    ensure!(!rows.is_empty(), "the test input holds no rows");
    Ok(rows)
}

/// One model's answer to every row, in the dataset's labels. A label that only the model knows
/// can be right for no row and is left out; one that it does not know it never predicts.
fn answer(folder: &Path, rows: &[PreparedRow], labels: &[String]) -> Result<Vec<Answer>> {
    let model = TrainedModel::load(folder)?;
    let texts: Vec<&str> = rows.iter().map(|row| row.review_body.as_str()).collect();
    let place = |label: &String| labels.iter().position(|known| known == label);
    let places: Vec<Option<usize>> = model.labels().iter().map(place).collect();
    let probabilities = model.probabilities(&texts)?;
    rows.iter()
        .zip(probabilities)
        .map(|(row, of_model)| {
            let truth = place(&row.sentiment);
            let truth = truth.with_context(|| {
                format!("a test row has the unknown label \"{}\"", row.sentiment)
            })?;
            let mut probabilities = vec![0f32; labels.len()];
            for (place, probability) in places.iter().zip(of_model) {
                if let Some(place) = place {
                    probabilities[*place] = probability;
                }
            }
            Ok(Answer {
                truth,
                predicted: most_likely(&probabilities),
                probabilities,
            })
        })
        .collect()
}

fn write_predictions(
    path: &Path,
    rows: &[PreparedRow],
    challenger: &[Answer],
    champion: Option<&[Answer]>,
    labels: &[String],
) -> Result<()> {
    let file = File::create(path).with_context(|| format!("create {}", path.display()))?;
    let mut file = BufWriter::new(file);
    for (place, (row, answer)) in rows.iter().zip(challenger).enumerate() {
        let prediction = TestPrediction {
            row_hash: row.row_hash.clone(),
            label: row.sentiment.clone(),
            predicted: labels[answer.predicted].clone(),
            probability: answer.confidence(),
            champion_predicted: champion.map(|champion| labels[champion[place].predicted].clone()),
        };
        serde_json::to_writer(&mut file, &prediction)?;
        file.write_all(b"\n")?;
    }
    file.flush()
        .with_context(|| format!("write {}", path.display()))
}

fn log(evaluation: &Evaluation) {
    let scores = &evaluation.challenger;
    let interval = scores.balanced_accuracy_interval;
    tracing::info!(
        "{} test rows: balanced accuracy {:.4} (95 % {:.4} to {:.4}), accuracy {:.4}, macro-F1 {:.4}",
        scores.rows,
        scores.balanced_accuracy,
        interval.low,
        interval.high,
        scores.accuracy,
        scores.macro_f1
    );
    if let Some(champion) = &evaluation.champion {
        let difference = champion.difference;
        let (low, high) = (difference.interval.low, difference.interval.high);
        tracing::info!(
            "against the champion: {:+.4} (paired 95 % {low:+.4} to {high:+.4})",
            difference.value
        );
    }
}
