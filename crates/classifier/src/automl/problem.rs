//! What is to be learnt: the labels of the target, and by which score.

use std::collections::BTreeMap;

use anyhow::{Result, bail, ensure};
use contracts::automl::{Objective, ProblemType};

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
        let labels = labels::distinct(values);
        if kind.is_none() && is_amount(&labels) {
            bail!(
                "the target {target:?} has {} different numbers, as an amount has: regression is not supported; where they \
                 are names of classes, say the problem type",
                labels.len()
            );
        }
        if let [only] = &labels[..] {
            bail!(
                "every row has the label {only:?} in the target {target:?}: at least two are needed"
            );
        }
        if let Some((label, rows)) = counts.iter().find(|(_, rows)| **rows < FEWEST) {
            bail!(
                "the label {label:?} of the target {target:?} has {rows} rows, fewer than {FEWEST}: add rows of it or leave it out"
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
    match said {
        Some("BinaryClassification") => {
            ensure!(
                labels == 2,
                "the target has {labels} labels: BinaryClassification has two"
            );
            Ok(ProblemType::BinaryClassification)
        }
        Some("MulticlassClassification") => Ok(ProblemType::MulticlassClassification),
        Some("Regression") => bail!("the problem type Regression is not supported"),
        Some(other) => bail!(
            "the problem type {other:?} is neither BinaryClassification nor MulticlassClassification"
        ),
        None if labels == 2 => Ok(ProblemType::BinaryClassification),
        None => Ok(ProblemType::MulticlassClassification),
    }
}

/// Without a word of it SageMaker takes F1 for two labels and accuracy for more.
fn objective_of(said: Option<&str>, kind: ProblemType) -> Result<Objective> {
    let is_binary = kind == ProblemType::BinaryClassification;
    match said {
        Some("Accuracy") => Ok(Objective::Accuracy),
        Some("BalancedAccuracy") => Ok(Objective::BalancedAccuracy),
        Some("F1") if is_binary => Ok(Objective::F1),
        Some("F1macro") if !is_binary => Ok(Objective::F1Macro),
        Some("F1") => bail!("the objective F1 is of two labels: of more it is F1macro"),
        Some("F1macro") => {
            bail!("the objective F1macro is of more than two labels: of two it is F1")
        }
        Some(other) => bail!(
            "the objective {other:?} is not supported: Accuracy, BalancedAccuracy, F1 and F1macro are"
        ),
        None if is_binary => Ok(Objective::F1),
        None => Ok(Objective::Accuracy),
    }
}
