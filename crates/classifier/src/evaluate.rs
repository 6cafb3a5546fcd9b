//! `classifier evaluate`: the challenger, the champion and the anchor on the same test rows.
//!
//! Writes `evaluation.json`, the gate's evidence, and `predictions.jsonl`, keyed by row hash and
//! without text. Rows that are in the dataset only because a model was unsure of them are scored
//! apart: they are harder than the traffic they came from. Every row is scored; only the telling
//! words come from a sample, which says its size.

pub mod answers;
pub mod candidates;
pub mod comparison;
pub mod figures;
pub mod slices;

#[cfg(test)]
mod recorded;
#[cfg(test)]
mod tests;

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use bert::files::{write_json, write_json_lines};
use contracts::dataset::{DatasetManifest, PreparedRow, Slice};
use contracts::evaluation::{Evaluation, Incumbent, TestPrediction};
use contracts::explanation::TellingWords;
use contracts::pipeline;
use dataset_rows::read_manifest;
use policy::split;
use policy::text::TextColumns;
use serde_json::Value;

use crate::bias;
use crate::channel::Files;
use crate::container::Container;
use crate::explain::Explainer;
use crate::explain::telling::telling_words as of_explanations;
use crate::rows;
use crate::trained_model::{TrainedModel, artifact};
use answers::{Answer, Answers, answer};

/// Test rows that are explained unless `EXPLAIN_ROWS` says otherwise: one costs as much time as
/// some thirty predictions, and common words are common among two hundred rows too.
const EXPLAIN_ROWS: usize = 200;

/// The bound of their cost, in multiply-accumulates (see [`Explainer::work`]): half a minute of two
/// cores. Of a large model fewer rows are then explained, and the evaluation says how many.
const EXPLAIN_WORK: u64 = 600_000_000_000;

/// What the job is told by its environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// `CHAMPION_MODEL_PACKAGE`: the champion's ARN, or "none".
    pub champion_model_package: String,
    /// `ANCHOR_MODEL_PACKAGE`: the same of the anchor, which may be the champion.
    pub anchor_model_package: String,
    /// `EXPLAIN_ROWS`: how many test rows are explained for the telling words; 0 for none.
    pub explain_rows: usize,
    /// The bound of their cost; see [`EXPLAIN_WORK`].
    pub explain_work: u64,
}

impl Settings {
    fn from_env() -> Result<Settings> {
        let package = |variable| env::var(variable).unwrap_or_else(|_| pipeline::NONE.to_owned());
        Ok(Settings {
            champion_model_package: package(pipeline::CHAMPION_MODEL_PACKAGE_VARIABLE),
            anchor_model_package: package(pipeline::ANCHOR_MODEL_PACKAGE_VARIABLE),
            explain_rows: match env::var("EXPLAIN_ROWS") {
                Ok(rows) => rows
                    .parse()
                    .with_context(|| format!("EXPLAIN_ROWS is \"{rows}\", not a number of rows"))?,
                Err(_) => EXPLAIN_ROWS,
            },
            explain_work: EXPLAIN_WORK,
        })
    }
}

/// Runs the job.
pub fn run(container: &Container) -> Result<()> {
    evaluate(container, &Settings::from_env()?)
}

/// The same with its settings as an argument.
pub fn evaluate(container: &Container, settings: &Settings) -> Result<()> {
    let champion_arn = settings.champion_model_package.as_str();
    let anchor_arn = settings.anchor_model_package.as_str();
    let manifest = read_manifest(&container.input("manifest"))?;
    let rows = test_rows(container)?;
    let labels = &manifest.labels;
    let folder =
        artifact::unpack(&container.input("model"))?.context("the model input holds no model")?;
    let champion_folder = incumbent_folder(container, "champion", champion_arn)?;
    // Where the champion is the anchor, it is scored once.
    let anchor_apart = if anchor_arn == champion_arn {
        pipeline::NONE
    } else {
        anchor_arn
    };
    let anchor_folder = incumbent_folder(container, "anchor", anchor_apart)?;
    let score = |model: &TrainedModel| answer(model, &rows, labels);
    let model = TrainedModel::load(&folder).context("load the challenger")?;
    answers::share_a_label(&model, labels).context("score the challenger")?;
    let challenger = score(&model).context("score the challenger")?;
    let scored = |name: &str, folder: Option<PathBuf>| {
        let incumbent = |folder: PathBuf| {
            let model = TrainedModel::load(&folder)?;
            // No error, or no model with other labels could replace this one.
            if let Err(reason) = answers::share_a_label(&model, labels) {
                tracing::warn!("the {name} is scored at chance: {reason}");
            }
            let other = other_text_columns(&model, &manifest);
            if !other.is_empty() {
                tracing::warn!(
                    "the {name} was trained on the text columns {other:?}: it reads unfamiliar inputs"
                );
            }
            anyhow::Ok((score(&model)?, other))
        };
        folder
            .map(incumbent)
            .transpose()
            .with_context(|| format!("score the {name}"))
    };
    let champion = scored("champion", champion_folder)?;
    let anchor = scored("anchor", anchor_folder)?;

    let gate = places_of(&rows, Slice::Gate);
    ensure!(
        !gate.is_empty(),
        "the test part has no row that the gate may judge by"
    );
    let uncertain = places_of(&rows, Slice::Uncertain);
    let at_gate = challenger.at(&gate);
    let against = |arn: &str, (incumbent, other): &(Answers, Vec<String>)| {
        let incumbent = incumbent.at(&gate);
        let classes = labels.len();
        Incumbent {
            model_package_arn: arn.to_owned(),
            other_text_columns: other.clone(),
            scores: figures::scores(&incumbent, labels),
            difference: comparison::paired_difference(&at_gate.rows, &incumbent.rows, classes),
        }
    };
    let evaluation = Evaluation {
        multiclass_classification_metrics: figures::model_quality(&at_gate, labels),
        dataset_version_id: manifest.id.clone(),
        split_version: split::VERSION,
        lineage: policy::dataset::lineage(&manifest),
        confusion_axes: ["truth", "prediction"].map(str::to_owned).to_vec(),
        challenger: figures::scores(&at_gate, labels),
        champion: champion.as_ref().map(|model| against(champion_arn, model)),
        anchor_model_package_arn: (anchor_arn != pipeline::NONE).then(|| anchor_arn.to_owned()),
        anchor: anchor.as_ref().map(|model| against(anchor_arn, model)),
        uncertain: (!uncertain.is_empty())
            .then(|| figures::scores(&challenger.at(&uncertain), labels)),
        slices: slices::by_category(&rows, &gate, &challenger, &manifest),
        telling_words: telling_words((&model, &folder), &rows, &gate, labels, settings)?,
        training: TrainedModel::read_card(&folder)?,
        candidates: candidates::scores((&model, &folder), &at_gate, (&rows, &gate), labels)?,
        labels: labels.clone(),
    };
    log(&evaluation);
    let output = container.output("evaluation");
    fs::create_dir_all(&output).with_context(|| format!("create {}", output.display()))?;
    write_predictions(
        &output.join("predictions.jsonl"),
        &rows,
        &challenger.rows,
        champion
            .as_ref()
            .map(|(champion, _)| champion.rows.as_slice()),
        labels,
    )?;
    let mut bias = bias::step::Step::new(bias::step::Settings::from_env()?, true)?;
    for place in &gate {
        let (row, answer) = (&rows[*place], &challenger.rows[*place]);
        let facets = row.facets.as_deref().map(serde_json::from_str).transpose();
        let facets = facets
            .context("the facets of a test row")?
            .unwrap_or_default();
        bias.add(&row.sentiment, Some(&labels[answer.predicted]), &facets)?;
    }
    bias.finish(&output)?;
    write_json(&output.join("evaluation.json"), &evaluation)
}

/// The columns of a model's training card, if they are not the dataset's.
fn other_text_columns(model: &TrainedModel, manifest: &DatasetManifest) -> Vec<String> {
    let here = TextColumns::of(&manifest.mapping);
    let other = model.text_columns().filter(|columns| **columns != here);
    let names = other.into_iter().flat_map(TextColumns::names);
    names.map(str::to_owned).collect()
}

/// The folder of an incumbent's model, checked against what the environment says of it.
fn incumbent_folder(container: &Container, name: &str, arn: &str) -> Result<Option<PathBuf>> {
    let folder = artifact::unpack(&container.input(name))?;
    match (arn, &folder) {
        (pipeline::NONE, Some(_)) => {
            bail!(
                "the {name} input holds a model, but its model package is \"none\" or the champion"
            )
        }
        (arn, None) if arn != pipeline::NONE => {
            bail!("the {name} input holds no model, but {arn} is the {name}")
        }
        _ => Ok(folder),
    }
}

/// Explains the first rows by hash, a sample that anybody can draw again.
fn telling_words(
    (model, folder): (&TrainedModel, &Path),
    rows: &[PreparedRow],
    gate: &[usize],
    labels: &[String],
    settings: &Settings,
) -> Result<Option<TellingWords>> {
    let mut drawn: Vec<&PreparedRow> = gate.iter().map(|place| &rows[*place]).collect();
    drawn.sort_by(|a, b| a.row_hash.cmp(&b.row_hash));
    drawn.truncate(settings.explain_rows);
    if drawn.is_empty() {
        return Ok(None);
    }
    let mut explainer = match Explainer::new(model, folder) {
        Ok(explainer) => explainer,
        Err(reason) => {
            tracing::warn!("no telling words: {reason:#}");
            return Ok(None);
        }
    };
    let mut explanations = Vec::with_capacity(drawn.len());
    for row in &drawn {
        if explainer.work() > settings.explain_work {
            let (explained, of) = (explanations.len(), drawn.len());
            tracing::info!("explained {explained} of {of} rows: more would take too long");
            break;
        }
        let explanation = explainer.explain(&row.review_body, None);
        explanations
            .push(explanation.with_context(|| format!("explain the row {}", row.row_hash))?);
    }
    Ok(Some(of_explanations(&explanations, gate.len(), labels)))
}

fn places_of(rows: &[PreparedRow], slice: Slice) -> Vec<usize> {
    let rows = rows.iter().enumerate();
    rows.filter(|(_, row)| row.slice == slice)
        .map(|(place, _)| place)
        .collect()
}

fn test_rows(container: &Container) -> Result<Vec<PreparedRow>> {
    let mut prepared: Vec<PreparedRow> = Vec::new();
    for file in Files::of(&container.input("test"))?.rows {
        rows::for_each(&file, |_, row| {
            let row = serde_json::from_value(Value::Object(row));
            prepared.push(row.context("not a row that `prepare` wrote")?);
            Ok(true)
        })?;
    }
    ensure!(!prepared.is_empty(), "the test input holds no rows");
    Ok(prepared)
}

fn write_predictions(
    path: &Path,
    rows: &[PreparedRow],
    challenger: &[Answer],
    champion: Option<&[Answer]>,
    labels: &[String],
) -> Result<()> {
    let predictions = rows.iter().zip(challenger).enumerate();
    let predictions = predictions.map(|(place, (row, answer))| TestPrediction {
        row_hash: row.row_hash.clone(),
        label: row.sentiment.clone(),
        predicted: labels[answer.predicted].clone(),
        probability: answer.confidence(),
        champion_predicted: champion.map(|champion| labels[champion[place].predicted].clone()),
    });
    write_json_lines(path, predictions)
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
    if let (Some(after), Some(before)) = (scores.expected_calibration_error, &scores.uncalibrated) {
        tracing::info!(
            "calibration error {after:.4} at temperature {:.3}, {:.4} without it",
            before.temperature,
            before.expected_calibration_error
        );
    }
    for (name, incumbent) in evaluation.incumbents() {
        let difference = incumbent.difference;
        let (low, high) = (difference.interval.low, difference.interval.high);
        tracing::info!(
            "against the {name}: {:+.4} (paired 95 % {low:+.4} to {high:+.4}); with these rows \
             a difference under {:.4} cannot be seen",
            difference.value,
            difference.minimum_detectable_difference.unwrap_or(1.0)
        );
    }
}
