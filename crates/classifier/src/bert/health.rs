//! Training health: rules over what the run records about itself, under the names of SageMaker
//! Debugger's built-in rules, each set to `warn`, `stop` or `off`.
//!
//! The hyperparameter `health_rules` is a list like `Overfit=stop,Plateau=off`; `all=...` sets
//! every rule, and later entries win. The default warns, and stops for `ExplodingTensor`. What the rules
//! found is written to `/opt/ml/output/data/health.json`, where a stopped job's reader finds it too.

mod actions;
mod rules;
mod sample;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Result, bail};
use bert::files::write_json;
use contracts::training::Epoch;
use serde::{Deserialize, Serialize};

pub use actions::{Action, Actions, Rule};
pub use sample::{LayerSample, SAMPLE_EVERY, Sample};

/// One rule's first finding, and how many there were.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Finding {
    step: usize,
    details: String,
    count: usize,
}

/// What the rules have found so far; a checkpoint keeps it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Findings {
    findings: BTreeMap<Rule, Finding>,
    checked: BTreeMap<Rule, usize>,
}

pub struct Health {
    actions: Actions,
    pub so_far: Findings,
}

impl Health {
    pub fn new(actions: &Actions) -> Health {
        Health {
            actions: actions.clone(),
            so_far: Findings::default(),
        }
    }

    /// Rows per class as training sees them, and each matrix's name, inputs and values.
    pub fn before<'a>(
        &mut self,
        rows_by_class: &[usize],
        fresh: impl Iterator<Item = (&'a str, usize, &'a [f32])>,
    ) -> Result<()> {
        self.judge(
            Rule::ClassImbalance,
            0,
            rules::class_imbalance(rows_by_class),
        )?;
        let poor = fresh.filter_map(|(name, inputs, values)| {
            rules::poor_weight_initialization(name, inputs, values)
        });
        let poor: Vec<String> = poor.collect();
        let found = poor
            .first()
            .map(|first| format!("{first} ({} in all)", poor.len()));
        self.judge(Rule::PoorWeightInitialization, 0, found)
    }

    pub fn after_update(&mut self, sample: &Sample) -> Result<()> {
        let step = sample.step;
        self.judge(Rule::ExplodingTensor, step, rules::exploding_tensor(sample))?;
        self.judge(
            Rule::VanishingGradient,
            step,
            rules::vanishing_gradient(sample),
        )?;
        self.judge(Rule::DeadRelu, step, rules::dead_relu(sample))
    }

    pub fn after_epoch(&mut self, step: usize, epochs: &[Epoch]) -> Result<()> {
        self.judge(
            Rule::LossNotDecreasing,
            step,
            rules::loss_not_decreasing(epochs),
        )?;
        self.judge(Rule::Overfit, step, rules::overfit(epochs))?;
        self.judge(Rule::Overtraining, step, rules::overtraining(epochs))?;
        self.judge(Rule::Plateau, step, rules::plateau(epochs))
    }

    /// Records a finding; an error if the rule is to stop the job.
    fn judge(&mut self, rule: Rule, step: usize, found: Option<String>) -> Result<()> {
        let action = self.actions.of(rule);
        if action == Action::Off {
            return Ok(());
        }
        *self.so_far.checked.entry(rule).or_default() += 1;
        let Some(details) = found else {
            return Ok(());
        };
        let finding = self.so_far.findings.entry(rule).or_insert_with(|| {
            tracing::warn!("training health, {rule} at step {step}: {details}");
            Finding {
                step,
                details: details.clone(),
                count: 0,
            }
        });
        finding.count += 1;
        if action == Action::Stop {
            bail!("training health rule {rule} stops the job at step {step}: {details}");
        }
        Ok(())
    }

    /// Writes `health.json`, whose statuses are named as `DescribeTrainingJob` names Debugger's.
    pub fn write(&self, folder: &Path) -> Result<()> {
        let statuses: Vec<_> = Rule::ALL
            .into_iter()
            .map(|rule| self.status(rule))
            .collect();
        let report = serde_json::json!({ "DebugRuleEvaluationStatuses": statuses });
        write_json(&folder.join("health.json"), &report)
    }

    fn status(&self, rule: Rule) -> serde_json::Value {
        let action = self.actions.of(rule);
        let (status, details) = match self.so_far.findings.get(&rule) {
            Some(finding) => (
                "IssuesFound",
                format!("first at step {}: {}", finding.step, finding.details),
            ),
            None if action == Action::Off => ("Stopped", "the rule is off".to_owned()),
            None if self.so_far.checked.contains_key(&rule) => ("NoIssuesFound", String::new()),
            None => (
                "Stopped",
                "the run ended before there was anything to look at".to_owned(),
            ),
        };
        serde_json::json!({
            "RuleConfigurationName": rule,
            "RuleEvaluationStatus": status,
            "StatusDetails": details,
            "Action": action,
            "Findings": self.so_far.findings.get(&rule).map_or(0, |finding| finding.count),
            "Checks": self.so_far.checked.get(&rule).copied().unwrap_or_default(),
        })
    }
}
