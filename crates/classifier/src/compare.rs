//! `classifier compare`: champion and challenger on labelled rows of the traffic.
//!
//! Inputs `rows` (JSON Lines), `champion` and `challenger` (`model.tar.gz` or a folder); output `scores`, one line a row
//! and without text. Each model reads a row as it would if it served: by its own text columns.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use bert::files::write_json_lines;
use contracts::keys;
use contracts::rollout::{LabelledRow, ScoredRow};
use scores::most_likely;
use serde_json::Value;

use crate::channel::Files;
use crate::container::Container;
use crate::rows;
use crate::trained_model::{TrainedModel, artifact};

pub fn run(container: &Container) -> Result<()> {
    let rows = read(&container.input("rows"))?;
    let [champion, challenger] =
        ["champion", "challenger"].map(|name| predicted(&container.input(name), name, &rows));
    let (champion, challenger) = (champion?, challenger?);
    let scored = rows.iter().zip(champion.into_iter().zip(challenger)).map(
        |(row, (champion, challenger))| ScoredRow {
            text_hash: row.text_hash.clone(),
            label: row.label.clone(),
            inclusion_probability: row.inclusion_probability,
            champion,
            challenger,
        },
    );
    let scored: Vec<ScoredRow> = scored.collect();
    let right = |of: fn(&ScoredRow) -> &String| {
        let right = scored.iter().filter(|row| *of(row) == row.label);
        right.count()
    };
    tracing::info!(
        "of {} rows the champion is right for {}, the challenger for {}",
        scored.len(),
        right(|row| &row.champion),
        right(|row| &row.challenger)
    );
    write(&container.output("scores"), &scored)
}

fn read(folder: &Path) -> Result<Vec<LabelledRow>> {
    let mut labelled: Vec<LabelledRow> = Vec::new();
    for file in Files::of(folder)?.rows {
        rows::for_each(&file, |_, row| {
            let row = serde_json::from_value(Value::Object(row));
            labelled.push(row.context("not a labelled row")?);
            Ok(true)
        })?;
    }
    ensure!(!labelled.is_empty(), "the input rows holds no rows");
    Ok(labelled)
}

/// The label that the model gives each row.
fn predicted(input: &Path, name: &str, rows: &[LabelledRow]) -> Result<Vec<String>> {
    let folder = artifact::unpack(input)?;
    let folder = folder.with_context(|| format!("the input {name} holds no model"))?;
    let model = TrainedModel::load(&folder).with_context(|| format!("load the {name}"))?;
    let columns = model.text_columns();
    let texts = rows.iter().map(|row| match columns {
        Some(columns) => columns.joined(&row.context, &row.text),
        None => row.text.clone(),
    });
    let texts: Vec<String> = texts.collect();
    let probabilities = model.probabilities(&texts);
    let probabilities = probabilities.with_context(|| format!("score the {name}"))?;
    let labels = model.labels();
    let answers = probabilities.iter();
    Ok(answers
        .map(|row| labels[most_likely(row)].clone())
        .collect())
}

fn write(folder: &Path, scored: &[ScoredRow]) -> Result<()> {
    let path = folder.join(keys::ROLLOUT_SCORES);
    fs::create_dir_all(folder).with_context(|| format!("create {}", folder.display()))?;
    write_json_lines(&path, scored)
}

#[cfg(test)]
mod tests;
