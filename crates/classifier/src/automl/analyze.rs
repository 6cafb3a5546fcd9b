//! `classifier automl analyze`.

use std::collections::HashMap;
use std::fs;

use anyhow::{Context, Result, ensure};
use bert::files::write_json;
use contracts::automl::{Analysis, Column, ColumnKind, Rows};
use policy::lists;

use super::problem::Problem;
use super::table::{self, Table};
use super::{candidates, exploration};
use crate::container::Container;

#[derive(clap::Args, Clone, Debug)]
pub struct Arguments {
    /// The column to be predicted.
    #[arg(long)]
    pub target: String,
    /// `BinaryClassification` or `MulticlassClassification`; by default the number of labels decides.
    #[arg(long)]
    pub problem_type: Option<String>,
    /// `Accuracy`, `BalancedAccuracy`, `F1` or `F1macro`.
    #[arg(long)]
    pub objective: Option<String>,
    /// The columns that are learnt from, separated by commas; by default all.
    #[arg(long)]
    pub features: Option<String>,
    /// The share of the rows that judge, where no input `validation` has them.
    #[arg(long, default_value_t = 0.2)]
    pub validation_fraction: f64,
}

/// The rows of a part: the features' values and the label of each.
#[derive(Default)]
pub struct Part {
    pub rows: Vec<Vec<String>>,
    pub labels: Vec<String>,
}

pub fn run(container: &Container, arguments: &Arguments) -> Result<()> {
    ensure!(
        arguments.validation_fraction > 0.0 && arguments.validation_fraction < 1.0,
        "--validation-fraction is {}, expected a share between 0 and 1",
        arguments.validation_fraction
    );
    let table = Table::read(&container.input("data"), None)?;
    let columns = table.columns.clone();
    let target = table.place(&arguments.target).context("--target")?;
    let named = named(arguments, &table)?;
    let mut spellings = HashMap::new();
    let (data, without_target) = apart(table, target, &mut spellings);
    ensure!(
        !data.labels.is_empty(),
        "the target {:?} is missing in every row",
        arguments.target
    );
    let given = container.input("validation");
    let (train, validation, without_target) = if given.exists() {
        let table = Table::read(&given, Some(&columns)).context("read the validation rows")?;
        let (validation, without) = apart(table, target, &mut spellings);
        ensure!(
            !validation.labels.is_empty(),
            "no validation row has a label"
        );
        (data, validation, without_target + without)
    } else {
        let (train, validation) = parted(data, arguments.validation_fraction);
        (train, validation, without_target)
    };
    let labels = train.labels.iter().map(String::as_str);
    let both = labels
        .clone()
        .chain(validation.labels.iter().map(String::as_str));
    let problem = Problem::of(
        both,
        &arguments.target,
        arguments.problem_type.as_deref(),
        arguments.objective.as_deref(),
    )?;
    for label in &problem.labels {
        ensure!(
            train.labels.contains(label),
            "no train row has the label {label:?}, which validation rows have"
        );
    }
    let names = columns.iter().filter(|name| **name != arguments.target);
    let analysis = Analysis {
        problem_type: problem.kind,
        objective: problem.objective,
        target: arguments.target.clone(),
        rows: Rows {
            train: train.labels.len() as u64,
            validation: validation.labels.len() as u64,
        },
        rows_without_target: without_target,
        labels: problem.counts,
        columns: names
            .enumerate()
            .map(|(place, name)| column(name, place, &train, named.as_deref()))
            .collect(),
    };
    ensure!(
        analysis
            .columns
            .iter()
            .any(|it| it.kind != ColumnKind::Dropped),
        "no column is left to learn from: {}",
        reasons(&analysis)
    );
    write(container, &analysis, &problem.labels, train, validation)
}

fn write(
    container: &Container,
    analysis: &Analysis,
    labels: &[String],
    train: Part,
    validation: Part,
) -> Result<()> {
    let folders = ["analysis", "notebooks"].map(|name| container.output(name));
    for folder in &folders {
        fs::create_dir_all(folder).with_context(|| format!("make {}", folder.display()))?;
    }
    let [analysis_folder, notebooks] = folders;
    write_json(&analysis_folder.join("analysis.json"), analysis)?;
    let notebook = exploration::notebook(analysis, labels, &train, &validation);
    let name = "SageMakerAutopilotDataExplorationNotebook.ipynb";
    write_json(&notebooks.join(name), &notebook)?;
    let name = "SageMakerAutopilotCandidateDefinitionNotebook.ipynb";
    write_json(&notebooks.join(name), &candidates::notebook(analysis))?;
    let names = analysis.columns.iter().map(|column| column.name.clone());
    let columns: Vec<String> = names.chain([analysis.target.clone()]).collect();
    for (name, part) in [("train", train), ("validation", validation)] {
        let rows = part.rows.into_iter().zip(part.labels);
        let rows: Vec<Vec<String>> = rows
            .map(|(mut row, label)| {
                row.push(label);
                row
            })
            .collect();
        let path = container.output("split").join(name).join("part-00000.csv");
        table::write(&path, &columns, rows.iter())?;
    }
    let kinds = |kind| analysis.columns.iter().filter(|it| it.kind == kind).count();
    tracing::info!(
        "{} train rows, {} validation rows, {} labels; columns of texts {}, categories {}, numbers {}, dropped {}",
        analysis.rows.train,
        analysis.rows.validation,
        labels.len(),
        kinds(ColumnKind::Text),
        kinds(ColumnKind::Category),
        kinds(ColumnKind::Number),
        kinds(ColumnKind::Dropped)
    );
    Ok(())
}

/// The columns that `--features` names, if it does.
fn named(arguments: &Arguments, table: &Table) -> Result<Option<Vec<String>>> {
    let Some(named) = &arguments.features else {
        return Ok(None);
    };
    let named = lists::texts(named)
        .map_err(anyhow::Error::msg)
        .context("--features")?;
    for name in &named {
        table.place(name).context("--features")?;
        ensure!(
            *name != arguments.target,
            "--features names {name:?}, which is the target"
        );
    }
    Ok(Some(named))
}

/// The labels apart from the other columns, and how many rows have none. Spellings of one value are one label: the first
/// that was read.
fn apart(table: Table, target: usize, spellings: &mut HashMap<String, String>) -> (Part, u64) {
    let mut part = Part::default();
    let mut without = 0;
    for mut row in table.rows {
        let label = row.remove(target);
        if label.is_empty() {
            without += 1;
            continue;
        }
        let known = spellings.entry(columns::key(&label).into_owned());
        part.labels.push(known.or_insert(label).clone());
        part.rows.push(row);
    }
    (part, without)
}

fn parted(data: Part, share: f64) -> (Part, Part) {
    let labels: Vec<&str> = data.labels.iter().map(String::as_str).collect();
    let chosen = columns::validation(&data.rows, &labels, share);
    let (mut train, mut validation) = (Part::default(), Part::default());
    for ((row, label), chosen) in data.rows.into_iter().zip(data.labels).zip(chosen) {
        let part = if chosen { &mut validation } else { &mut train };
        part.rows.push(row);
        part.labels.push(label);
    }
    (train, validation)
}

fn column(name: &str, place: usize, train: &Part, named: Option<&[String]>) -> Column {
    let values: Vec<&str> = train.rows.iter().map(|row| row[place].as_str()).collect();
    let column = columns::column(name, &values);
    if named.is_none_or(|named| named.iter().any(|it| it == name)) {
        return column;
    }
    Column {
        kind: ColumnKind::Dropped,
        reason: Some("it is none of the features that were named".to_owned()),
        ..column
    }
}

fn reasons(analysis: &Analysis) -> String {
    let reasons = analysis.columns.iter().map(|column| {
        let reason = column.reason.as_deref().unwrap_or_default();
        format!("{:?} ({reason})", column.name)
    });
    reasons.collect::<Vec<_>>().join(", ")
}
