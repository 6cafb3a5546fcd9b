//! Training health: rules over what the run records about itself, under the names of SageMaker
//! Debugger's built-in rules, each set to `warn`, `stop` or `off`.
//!
//! The hyperparameter `health_rules` is a list like `Overfit=stop,Plateau=off`; `all=...` sets
//! every rule, and later entries win. The default warns, and stops for `ExplodingTensor`. What the rules
//! found is written to `/opt/ml/output/data/health.json`, where a stopped job's reader finds it too.

mod rules;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::str::FromStr;

use anyhow::{Result, bail};
use contracts::training::Epoch;
use serde::Serialize;

use crate::files::write_json;

/// What the rules look at of one layer in one update.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LayerSample {
    /// Mean magnitude of its weights' gradients; none if it is frozen.
    pub gradient: Option<f64>,
    pub largest_weight: f64,
    /// Share of the intermediate units that GELU shuts for every token of the sample.
    pub dead: f64,
}

#[derive(Clone, Debug)]
pub struct Sample {
    pub step: usize,
    pub loss: f64,
    pub gradient_norm: f64,
    pub layers: Vec<LayerSample>,
}

/// Updates from one sample to the next; the first is one.
pub const SAMPLE_EVERY: usize = 10;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Rule {
    /// The smallest class has a tenth of the largest's rows, or fewer, in what is trained on.
    ClassImbalance,
    /// Before the first update, a matrix's deviation times the root of its inputs is below 0.02 or
    /// above 10.
    PoorWeightInitialization,
    /// A layer's mean gradient is below 1e-7 while the loss is above 0.1.
    VanishingGradient,
    /// A gradient norm or a weight above 1e4.
    ExplodingTensor,
    /// Half of a layer's intermediate units, or more, are shut for every token.
    DeadRelu,
    /// An epoch's mean training loss is not 0.1 % below the one before.
    LossNotDecreasing,
    /// After the first epoch, validation loss is more than a tenth above training loss.
    Overfit,
    /// Two epochs without a better validation loss.
    Overtraining,
    /// Three epochs whose validation losses are within 0.5 %.
    Plateau,
}

impl Rule {
    pub const ALL: [Rule; 9] = [
        Rule::ClassImbalance,
        Rule::PoorWeightInitialization,
        Rule::VanishingGradient,
        Rule::ExplodingTensor,
        Rule::DeadRelu,
        Rule::LossNotDecreasing,
        Rule::Overfit,
        Rule::Overtraining,
        Rule::Plateau,
    ];
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    Off,
    Warn,
    Stop,
}

/// What each rule does when it finds something.
#[derive(Clone, Debug, PartialEq)]
pub struct Actions {
    actions: BTreeMap<Rule, Action>,
    /// As it was given.
    text: String,
}

impl Default for Actions {
    fn default() -> Actions {
        let mut actions: BTreeMap<Rule, Action> = Rule::ALL
            .into_iter()
            .map(|rule| (rule, Action::Warn))
            .collect();
        actions.insert(Rule::ExplodingTensor, Action::Stop);
        Actions {
            actions,
            text: String::new(),
        }
    }
}

impl fmt::Display for Actions {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl FromStr for Actions {
    type Err = String;

    fn from_str(text: &str) -> Result<Actions, String> {
        let mut parsed = Actions {
            text: text.to_owned(),
            ..Actions::default()
        };
        for entry in text
            .split(',')
            .map(str::trim)
            .filter(|entry| !entry.is_empty())
        {
            let (rule, action) = entry
                .split_once('=')
                .ok_or_else(|| format!("`{entry}` is no rule=action"))?;
            let action = match action.trim() {
                "off" => Action::Off,
                "warn" => Action::Warn,
                "stop" => Action::Stop,
                other => return Err(format!("`{other}` is none of off, warn and stop")),
            };
            let rule = rule.trim();
            let named = |known: &Rule| rule == "all" || known.to_string() == rule;
            let rules: Vec<Rule> = Rule::ALL.into_iter().filter(named).collect();
            if rules.is_empty() {
                let known = Rule::ALL.map(|rule| rule.to_string()).join(", ");
                return Err(format!("there is no rule `{rule}`; there are {known}"));
            }
            parsed
                .actions
                .extend(rules.into_iter().map(|rule| (rule, action)));
        }
        Ok(parsed)
    }
}

/// One rule's first finding, and how many there were.
#[derive(Clone, Debug, Serialize)]
struct Finding {
    step: usize,
    details: String,
    count: usize,
}

pub struct Health {
    actions: Actions,
    findings: BTreeMap<Rule, Finding>,
    checked: BTreeMap<Rule, usize>,
}

impl Health {
    pub fn new(actions: &Actions) -> Health {
        Health {
            actions: actions.clone(),
            findings: BTreeMap::new(),
            checked: BTreeMap::new(),
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
        let action = self.actions.actions[&rule];
        if action == Action::Off {
            return Ok(());
        }
        *self.checked.entry(rule).or_default() += 1;
        let Some(details) = found else {
            return Ok(());
        };
        let finding = self.findings.entry(rule).or_insert_with(|| {
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
        let action = self.actions.actions[&rule];
        let (status, details) = match self.findings.get(&rule) {
            Some(finding) => (
                "IssuesFound",
                format!("first at step {}: {}", finding.step, finding.details),
            ),
            None if action == Action::Off => ("Stopped", "the rule is off".to_owned()),
            None if self.checked.contains_key(&rule) => ("NoIssuesFound", String::new()),
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
            "Findings": self.findings.get(&rule).map_or(0, |finding| finding.count),
            "Checks": self.checked.get(&rule).copied().unwrap_or_default(),
        })
    }
}
