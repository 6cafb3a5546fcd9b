//! `classifier automl analyze`.

use std::fs;

use anyhow::{Context, Result, ensure};
use bert::files::write_json;
use contracts::automl::{Analysis, ColumnKind, Rows};
use policy::lists;
use serde_json::Value;

use super::arguments::Arguments;
use super::parts::{Part, Parts};
use super::problem::Problem;
use super::shown::shown;
use super::table::{self, Table};
use super::{candidates, described, exploration};
use crate::container::Container;

/// The names are those of SageMaker's Autopilot.
const EXPLORATION: &str = "SageMakerAutopilotDataExplorationNotebook.ipynb";
const CANDIDATES: &str = "SageMakerAutopilotCandidateDefinitionNotebook.ipynb";

pub fn run(container: &Container, arguments: &Arguments) -> Result<()> {
    ensure!(
        arguments.validation_fraction > 0.0 && arguments.validation_fraction < 1.0,
        "--validation-fraction is {}, expected a share between 0 and 1",
        arguments.validation_fraction
    );
    let table = asked(Table::read(&container.input("data"), None)?, arguments)?;
    let target = table.place(&arguments.target).context("--target")?;
    let columns = table.columns.clone();
    let parts = Parts::of(container, table, target, arguments.validation_fraction)?;
    let problem = Problem::of(
        parts.train.labels().chain(parts.validation.labels()),
        &arguments.target,
        arguments.problem_type.as_deref(),
        arguments.objective.as_deref(),
    )?;
    parts.check()?;
    let Parts {
        train,
        validation,
        without_label,
        were_given,
    } = parts;
    let names: Vec<&str> = columns
        .iter()
        .map(String::as_str)
        .filter(|name| *name != arguments.target)
        .collect();
    let analysis = Analysis {
        problem_type: problem.kind,
        objective: problem.objective,
        target: arguments.target.clone(),
        rows: Rows {
            train: train.labels.len() as u64,
            validation: validation.labels.len() as u64,
        },
        rows_without_target: without_label,
        labels: problem.counts,
        columns: described::of(&names, &train),
    };
    ensure!(
        analysis
            .columns
            .iter()
            .any(|it| it.kind != ColumnKind::Dropped),
        "no column is left to learn from: {}",
        reasons(&analysis)
    );
    let exploration =
        exploration::notebook(&analysis, &problem.labels, &train, &validation, were_given);
    let candidates = candidates::notebook(&analysis, arguments);
    write_notebooks(container, &exploration, &candidates)?;
    write(container, &analysis, train, validation)
}

fn write_notebooks(container: &Container, exploration: &Value, candidates: &Value) -> Result<()> {
    let folder = container.output("notebooks");
    fs::create_dir_all(&folder).with_context(|| format!("make {}", folder.display()))?;
    write_json(&folder.join(EXPLORATION), exploration)?;
    write_json(&folder.join(CANDIDATES), candidates)
}

fn write(container: &Container, analysis: &Analysis, train: Part, validation: Part) -> Result<()> {
    let folder = container.output("analysis");
    fs::create_dir_all(&folder).with_context(|| format!("make {}", folder.display()))?;
    write_json(&folder.join("analysis.json"), analysis)?;
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
        analysis.labels.len(),
        kinds(ColumnKind::Text),
        kinds(ColumnKind::Category),
        kinds(ColumnKind::Number),
        kinds(ColumnKind::Dropped)
    );
    Ok(())
}

/// The table of the target and the columns that `--features` names, if it names some: nobody has to send the others to the
/// endpoint.
fn asked(table: Table, arguments: &Arguments) -> Result<Table> {
    table.place(&arguments.target).context("--target")?;
    let Some(named) = &arguments.features else {
        return Ok(table);
    };
    let mut named = lists::texts(named)
        .map_err(anyhow::Error::msg)
        .context("--features")?;
    for name in &named {
        table.place(name).context("--features")?;
        ensure!(
            *name != arguments.target,
            "--features names {}, which is the target",
            shown(name)
        );
    }
    named.push(arguments.target.clone());
    Ok(table.only(&named))
}

fn reasons(analysis: &Analysis) -> String {
    let reasons = analysis.columns.iter().map(|column| {
        let reason = column.reason.as_deref().unwrap_or_default();
        format!("{} ({reason})", shown(&column.name))
    });
    reasons.collect::<Vec<_>>().join(", ")
}
