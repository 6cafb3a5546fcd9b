//! What is to be learnt: the labels of the target, and by which score.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail, ensure};
use contracts::automl::{ColumnKind, Objective, ProblemType};

use super::shown::shown;
use crate::labels;

/// Rows of a label: fewer cannot be parted into rows that train and rows that judge.
const FEWEST: u64 = 5;
/// More different numbers are an amount to be estimated, and of those with a fraction fewer: ratings in half steps are
/// labels.
const MOST_NUMBERS: usize = 100;
const MOST_FRACTIONS: usize = 10;

pub struct Problem {
    pub kind: ProblemType,
    pub objective: Objective,
    /// In the order of a model's outputs.
    pub labels: Vec<String>,
    pub counts: BTreeMap<String, u64>,
}

impl Problem {
    /// `values` has the label of each row.
    pub fn of<'a>(
        values: impl Iterator<Item = &'a str> + Clone,
        target: &str,
        kind: Option<&str>,
        objective: Option<&str>,
    ) -> Result<Problem> {
        let mut counts: BTreeMap<String, u64> = BTreeMap::new();
        for value in values.clone() {
            *counts.entry(value.to_owned()).or_default() += 1;
        }
        let labels = labels::distinct(values.clone());
        let target = shown(target);
        if kind.is_none() && is_amount(&labels) {
            bail!(
                "the target {target} has {} different numbers, as an amount has: regression is not supported; where they \
                 are names of classes, say the problem type",
                labels.len()
            );
        }
        let values: Vec<&str> = values.collect();
        if is_free(&values, labels.len()) {
            bail!(
                "the target {target} has {} different values in {} rows, as texts or identifiers have: a label has {FEWEST} \
                 rows or more",
                labels.len(),
                values.len()
            );
        }
        if let [only] = &labels[..] {
            bail!(
                "every row has the label {} in the target {target}: at least two are needed",
                shown(only)
            );
        }
        if let Some((label, rows)) = counts.iter().find(|(_, rows)| **rows < FEWEST) {
            bail!(
                "the label {} of the target {target} has {rows} rows, fewer than {FEWEST}: add rows of it or leave it out",
                shown(label)
            );
        }
        let kind = kind_of(kind, labels.len())?;
        Ok(Problem {
            kind,
            objective: objective_of(objective, kind)?,
            labels,
            counts,
        })
    }
}

/// Whether the values are no labels at all, and so may be reviews.
fn is_free(values: &[&str], labels: usize) -> bool {
    let most = values.len() as u64 / FEWEST;
    labels as u64 > most || columns::column("", values).kind == ColumnKind::Text
}

fn is_amount(labels: &[String]) -> bool {
    let numbers: Option<Vec<f64>> = labels.iter().map(|label| columns::number(label)).collect();
    numbers.is_some_and(|numbers| {
        let has_fractions = numbers.iter().any(|number| number.fract() != 0.0);
        let most = if has_fractions {
            MOST_FRACTIONS
        } else {
            MOST_NUMBERS
        };
        numbers.len() > most
    })
}

fn kind_of(said: Option<&str>, labels: usize) -> Result<ProblemType> {
    let kinds = [
        ProblemType::BinaryClassification,
        ProblemType::MulticlassClassification,
    ];
    let Some(said) = said else {
        return Ok(kinds[usize::from(labels > 2)]);
    };
    let Some(kind) = kinds.into_iter().find(|kind| kind.name() == said) else {
        let known = kinds.map(ProblemType::name).join(" and ");
        bail!("the problem type {said:?} is not supported: {known} are");
    };
    ensure!(
        labels == 2 || kind != ProblemType::BinaryClassification,
        "the target has {labels} labels: BinaryClassification has two"
    );
    Ok(kind)
}

/// Without a word of it SageMaker takes F1 for two labels and accuracy for more.
fn objective_of(said: Option<&str>, kind: ProblemType) -> Result<Objective> {
    let (own, other) = match kind {
        ProblemType::BinaryClassification => (Objective::F1, Objective::F1Macro),
        ProblemType::MulticlassClassification => (Objective::F1Macro, Objective::F1),
    };
    let Some(said) = said else {
        let is_binary = kind == ProblemType::BinaryClassification;
        return Ok(if is_binary { own } else { Objective::Accuracy });
    };
    let known = [Objective::Accuracy, Objective::BalancedAccuracy, own];
    if said == other.name() {
        bail!(
            "the objective {said} is not one of {}: {} is",
            kind.name(),
            own.name()
        );
    }
    let found = known.into_iter().find(|objective| objective.name() == said);
    found.with_context(|| {
        let known = known.map(Objective::name).join(", ");
        format!("the objective {said:?} is not supported: {known} are")
    })
}
