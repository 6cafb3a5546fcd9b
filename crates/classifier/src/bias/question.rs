//! What is asked: Clarify's configuration against the columns that the data has.

use ::bias::{Balancing, Facet, Metric, Plan, Stage, Value};
use anyhow::{Context, Result, bail, ensure};
use contracts::bias::{AnalysisConfig, BalancingKind, Chosen, ColumnName, MetricNames};
use serde_json::Value as Json;

/// A configuration whose columns and metrics are known.
#[derive(Debug)]
pub struct Question {
    pub plan: Plan,
    /// By stage and name.
    pub metrics: Vec<Metric>,
    /// What to balance by, and which of the plan's facets.
    pub balancing: Option<(BalancingKind, usize)>,
}

/// A name, and its place from 0 among all columns.
pub type Columns = [(String, usize)];

impl Question {
    pub fn of(config: &AnalysisConfig, columns: &Columns) -> Result<Question> {
        let dataset_type = config.dataset_type.as_deref().unwrap_or("text/csv");
        ensure!(
            ["text/csv", "application/jsonlines", "application/x-parquet"].contains(&dataset_type),
            "dataset_type {dataset_type:?} is none of text/csv, application/jsonlines, application/x-parquet"
        );
        let named =
            |word: &str, name: &ColumnName| resolve(name, columns).with_context(|| word.to_owned());
        let before = metrics(
            config.methods.pre_training_bias.as_ref(),
            Stage::PreTraining,
        )?;
        let after = metrics(
            config.methods.post_training_bias.as_ref(),
            Stage::PostTraining,
        )?;
        ensure!(
            !before.is_empty() || !after.is_empty(),
            "methods has neither pre_training_bias nor post_training_bias"
        );
        let predicted = config
            .predicted_label
            .as_ref()
            .filter(|_| !after.is_empty());
        ensure!(
            after.is_empty() || predicted.is_some(),
            "methods.post_training_bias needs predicted_label: the column with the model's answers"
        );
        ensure!(!config.facet.is_empty(), "facet is empty: name a column");
        let facet = |facet: &contracts::bias::FacetConfig| {
            Ok(Facet {
                name: named("facet", &facet.name_or_index)?,
                values: values(
                    "value_or_threshold",
                    facet.value_or_threshold.as_deref().unwrap_or_default(),
                )?,
            })
        };
        let positive = values(
            "label_values_or_threshold",
            &config.label_values_or_threshold,
        )?;
        ensure!(
            !positive.is_empty(),
            "label_values_or_threshold is empty: which labels are positive?"
        );
        let group = config.group_variable.as_ref();
        let plan = Plan {
            label: named("label", &config.label)?,
            positive,
            predicted_label: predicted
                .map(|name| named("predicted_label", name))
                .transpose()?,
            facets: config.facet.iter().map(facet).collect::<Result<_>>()?,
            group: group
                .map(|name| named("group_variable", name))
                .transpose()?,
        };
        let balancing = config.balancing.as_ref();
        let balancing = balancing.map(|balancing| {
            let facet = match &balancing.facet {
                Some(name) => {
                    let name = named("balancing.facet", name)?;
                    let place = plan.facets.iter().position(|facet| facet.name == name);
                    place.with_context(|| {
                        format!("balancing.facet {name:?} is not among the facets")
                    })?
                }
                None if plan.facets.len() > 1 && balancing.by != BalancingKind::Class => {
                    bail!("balancing.facet is missing: which of the facets?")
                }
                None => 0,
            };
            Ok((balancing.by, facet))
        });
        Ok(Question {
            balancing: balancing.transpose()?,
            metrics: before.into_iter().chain(after).collect(),
            plan,
        })
    }

    /// The columns that are asked about, the label and the predicted label first.
    pub fn columns(&self) -> Vec<String> {
        let plan = &self.plan;
        let facets = plan.facets.iter().map(|facet| &facet.name);
        let names = [&plan.label]
            .into_iter()
            .chain(&plan.predicted_label)
            .chain(facets)
            .chain(&plan.group);
        let mut columns: Vec<String> = Vec::new();
        for name in names {
            if !columns.contains(name) {
                columns.push(name.clone());
            }
        }
        columns
    }

    pub fn has_flip_test(&self) -> bool {
        self.metrics.contains(&Metric::FT)
    }

    /// Whether rows must be known by all they have.
    pub fn needs_whole_rows(&self) -> bool {
        self.has_flip_test() || self.balancing.is_some()
    }
}

pub fn balancing(kind: BalancingKind) -> Balancing {
    match kind {
        BalancingKind::Class => Balancing::Class,
        BalancingKind::ClassAndFacet => Balancing::ClassAndFacet,
        BalancingKind::Weights => Balancing::Weights,
    }
}

fn resolve(wanted: &ColumnName, columns: &Columns) -> Result<String> {
    let found = match wanted {
        ColumnName::Place(place) => columns.iter().find(|(_, at)| at == place),
        ColumnName::Name(name) => {
            let is_alike =
                |(column, _): &&(String, usize)| column.trim().eq_ignore_ascii_case(name.trim());
            columns
                .iter()
                .find(|(column, _)| column == name)
                .or_else(|| columns.iter().find(is_alike))
        }
    };
    if let Some((name, _)) = found {
        return Ok(name.clone());
    }
    let said = match wanted {
        ColumnName::Place(place) => format!("{place}, counted from 0"),
        ColumnName::Name(name) => format!("{name:?}"),
    };
    let names: Vec<String> = columns
        .iter()
        .map(|(name, _)| format!("{name:?}"))
        .collect();
    bail!("the data has no column {said}: it has {}", names.join(", "))
}

fn metrics(names: Option<&MetricNames>, stage: Stage) -> Result<Vec<Metric>> {
    let names = match names.map(|names| &names.methods) {
        None => return Ok(Vec::new()),
        Some(Chosen::One(all)) if all == "all" => return Ok(Metric::of_stage(stage).collect()),
        Some(Chosen::One(name)) => std::slice::from_ref(name),
        Some(Chosen::Some(names)) => names,
    };
    if names.iter().any(|name| name == "all") {
        return Ok(Metric::of_stage(stage).collect());
    }
    let metric = |name: &String| {
        let metric = Metric::named(name).filter(|metric| metric.stage() == stage);
        metric.with_context(|| {
            let known: Vec<&str> = Metric::of_stage(stage).map(Metric::name).collect();
            let stage = match stage {
                Stage::PreTraining => "pre",
                Stage::PostTraining => "post",
            };
            format!(
                "methods.{stage}_training_bias has no metric {name:?}: it has {}",
                known.join(", ")
            )
        })
    };
    let mut metrics: Vec<Metric> = names.iter().map(metric).collect::<Result<_>>()?;
    metrics.sort_unstable();
    metrics.dedup();
    Ok(metrics)
}

fn values(member: &str, values: &[Json]) -> Result<Vec<Value>> {
    let value = |value: &Json| match value {
        Json::String(text) => Ok(Value::new(text.trim())),
        Json::Number(number) => Ok(Value::new(number.to_string())),
        // As pandas writes it, and so Clarify.
        Json::Bool(true) => Ok(Value::new("True")),
        Json::Bool(false) => Ok(Value::new("False")),
        other => bail!("{member} has {other}: a text, a number or a truth is wanted"),
    };
    values.iter().map(value).collect()
}
