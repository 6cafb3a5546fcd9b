//! Bias as the pipeline's steps measure it: of the version's rows before training, of the test rows after it.
//!
//! The jobs that have the rows measure it: a job of its own would take an instance minutes for a second of work.

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;

use anyhow::{Context, Result, anyhow, bail, ensure};
use bert::files::{write, write_json};
use contracts::bias::{
    Analysis, AnalysisConfig, Chosen, ColumnName, FacetConfig, Methods, MetricNames,
};
use contracts::pipeline::{BIAS_FILE, BIAS_PAGE};
use policy::lists;
use serde_json::{Map, Value};
use tempfile::TempDir;

use super::{analysis, measure};

const LABEL: &str = "label";
const PREDICTED: &str = "predicted_label";

/// What a job is told by its environment.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// `BIAS_FACETS`: columns, each alone or as `Age>40`; empty for no measurement.
    facets: Vec<Facet>,
    /// `BIAS_POSITIVE_LABELS`: the labels that it is good to get.
    positive: Vec<String>,
    /// `BIAS_GROUP_VARIABLE`: the column that CDDL and CDDPL compare within; may be empty.
    group: Option<String>,
}

#[derive(Debug, Clone)]
struct Facet {
    column: String,
    threshold: Option<f64>,
}

impl Settings {
    pub fn from_env() -> Result<Settings> {
        let variable = |name| env::var(name).unwrap_or_default();
        Settings::parse(
            &variable("BIAS_FACETS"),
            &variable("BIAS_POSITIVE_LABELS"),
            &variable("BIAS_GROUP_VARIABLE"),
        )
    }

    pub fn parse(facets: &str, positive: &str, group: &str) -> Result<Settings> {
        let facets = texts("BIAS_FACETS", facets)?;
        let facets = facets.iter().map(|facet| self::facet(facet));
        let settings = Settings {
            facets: facets.collect::<Result<_>>()?,
            positive: texts("BIAS_POSITIVE_LABELS", positive)?,
            group: Some(group.trim().to_owned()).filter(|group| !group.is_empty()),
        };
        let columns: BTreeSet<&str> = settings.columns().collect();
        ensure!(
            columns.len() == settings.columns().count(),
            "BIAS_FACETS and BIAS_GROUP_VARIABLE name a column twice"
        );
        for own in [LABEL, PREDICTED] {
            ensure!(
                !columns.contains(own),
                "BIAS_FACETS: {own:?} is a name of ours: rename the column"
            );
        }
        ensure!(
            settings.facets.is_empty() || !settings.positive.is_empty(),
            "BIAS_POSITIVE_LABELS is empty: which labels is it good to get?"
        );
        Ok(settings)
    }

    /// The columns that rows are compared by.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        let facets = self.facets.iter().map(|facet| facet.column.as_str());
        facets.chain(self.group.as_deref())
    }

    /// The value as a category, or on which side of its facet's threshold it is; empty where it is no number.
    fn side(&self, column: &str, value: &str) -> String {
        let mut facets = self.facets.iter();
        let facet = facets.find(|facet| facet.column == column);
        let Some(threshold) = facet.and_then(|facet| facet.threshold) else {
            return category(value);
        };
        match value.parse::<f64>() {
            Ok(number) if number > threshold => above(threshold),
            Ok(_) => format!("<={threshold}"),
            Err(_) => String::new(),
        }
    }

    fn config(&self, predicted: bool) -> AnalysisConfig {
        let name = |name: &str| ColumnName::Name(name.to_owned());
        let all = || MetricNames {
            methods: Chosen::One("all".to_owned()),
        };
        let facet = |facet: &Facet| FacetConfig {
            name_or_index: name(&facet.column),
            value_or_threshold: facet
                .threshold
                .map(|threshold| vec![above(threshold).into()]),
        };
        AnalysisConfig {
            version: None,
            dataset_type: Some("application/jsonlines".to_owned()),
            headers: None,
            label: name(LABEL),
            predicted_label: predicted.then(|| name(PREDICTED)),
            label_values_or_threshold: self.positive.iter().map(|it| category(it).into()).collect(),
            facet: self.facets.iter().map(facet).collect(),
            group_variable: self.group.as_deref().map(name),
            methods: Methods {
                pre_training_bias: (!predicted).then(all),
                post_training_bias: predicted.then(all),
                report: None,
            },
            balancing: None,
        }
    }
}

/// A threshold's two sides are categories: a whole number of few values, such as an age, is one of Clarify's too.
fn above(threshold: f64) -> String {
    format!(">{threshold}")
}

/// Labels, and values without a threshold, are categories in few rows too: Clarify takes whole numbers that hardly
/// repeat for a scale, so that the test rows would be read otherwise than all rows.
fn category(value: &str) -> String {
    match value.parse::<f64>() {
        Ok(number) if number.is_finite() => format!("={value}"),
        _ => value.to_owned(),
    }
}

fn texts(variable: &str, text: &str) -> Result<Vec<String>> {
    let texts = lists::texts(text).map_err(|error| anyhow!("{variable}: {error}"))?;
    Ok(texts.into_iter().filter(|text| !text.is_empty()).collect())
}

fn facet(text: &str) -> Result<Facet> {
    let Some((column, threshold)) = text.rsplit_once('>') else {
        return Ok(Facet {
            column: text.to_owned(),
            threshold: None,
        });
    };
    let number = threshold.trim().parse::<f64>().ok();
    let number = number.filter(|number| number.is_finite());
    let threshold = number.with_context(|| {
        format!("BIAS_FACETS: {text:?} is no facet: write COLUMN, or COLUMN>NUMBER")
    })?;
    Ok(Facet {
        column: column.trim().to_owned(),
        threshold: Some(threshold),
    })
}

/// The rows of one step, written down one after another.
pub struct Step {
    settings: Settings,
    folder: TempDir,
    rows: BufWriter<File>,
    /// Columns that a row had a value in.
    seen: BTreeSet<String>,
    predicted: bool,
}

impl Step {
    pub fn new(settings: Settings, predicted: bool) -> Result<Step> {
        let folder = TempDir::new()?;
        let rows = BufWriter::new(File::create(folder.path().join("rows.jsonl"))?);
        Ok(Step {
            settings,
            folder,
            rows,
            seen: BTreeSet::new(),
            predicted,
        })
    }

    pub fn add(
        &mut self,
        label: &str,
        predicted: Option<&str>,
        columns: &BTreeMap<String, String>,
    ) -> Result<()> {
        if self.settings.facets.is_empty() {
            return Ok(());
        }
        let mut row: Map<String, Value> = Map::new();
        for column in self.settings.columns() {
            let value = columns.get(column).map_or("", String::as_str);
            if !value.is_empty() && !self.seen.contains(column) {
                self.seen.insert(column.to_owned());
            }
            row.insert(column.to_owned(), self.settings.side(column, value).into());
        }
        row.insert(LABEL.to_owned(), category(label).into());
        row.extend(predicted.map(|predicted| (PREDICTED.to_owned(), category(predicted).into())));
        serde_json::to_writer(&mut self.rows, &row)?;
        Ok(self.rows.write_all(b"\n")?)
    }

    /// Writes the analysis and its page; one of nothing where no facet was named, because the registry names the file.
    ///
    /// Settings that do not fit the rows fail the run before training. After it the evaluation is worth more: a model
    /// that never answers a positive label has no metrics, and is the gate's to judge.
    pub fn finish(mut self, output: &Path) -> Result<()> {
        self.rows.flush()?;
        let analysis = if self.settings.facets.is_empty() {
            analysis::of_nothing("BiasFacets names no column".to_owned())
        } else {
            match self.measured() {
                Err(error) if self.predicted => {
                    let reason = format!("{error:#}");
                    tracing::warn!("no bias of the answers: {reason}");
                    analysis::of_nothing(reason)
                }
                measured => measured?,
            }
        };
        fs::create_dir_all(output).with_context(|| format!("create {}", output.display()))?;
        let page = bias_page::page(&analysis);
        write(&output.join(BIAS_PAGE), page.as_bytes())?;
        write_json(&output.join(BIAS_FILE), &analysis)
    }

    fn measured(&self) -> Result<Analysis> {
        for column in self.settings.columns() {
            if !self.seen.contains(column) {
                bail!("BIAS_FACETS: no row has a value in the column {column:?}");
            }
        }
        let config = self.settings.config(self.predicted);
        measure(&config, &self.folder.path().join("rows.jsonl")).context("measure the bias")
    }
}

#[cfg(test)]
mod tests;
