//! The rules' names, and what each does when it finds something.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
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

impl Actions {
    pub fn of(&self, rule: Rule) -> Action {
        self.actions[&rule]
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
                .ok_or_else(|| format!("{entry:?} is no rule=action"))?;
            let action = match action.trim() {
                "off" => Action::Off,
                "warn" => Action::Warn,
                "stop" => Action::Stop,
                other => return Err(format!("{other:?} is none of off, warn and stop")),
            };
            let rule = rule.trim();
            let named = |known: &Rule| rule == "all" || known.to_string() == rule;
            let rules: Vec<Rule> = Rule::ALL.into_iter().filter(named).collect();
            if rules.is_empty() {
                let known = Rule::ALL.map(|rule| rule.to_string()).join(", ");
                return Err(format!("there is no rule {rule:?}; there are {known}"));
            }
            parsed
                .actions
                .extend(rules.into_iter().map(|rule| (rule, action)));
        }
        Ok(parsed)
    }
}
