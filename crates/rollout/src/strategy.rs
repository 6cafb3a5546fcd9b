//! Who answers while the two are compared.

use std::fmt;
use std::str::FromStr;

use policy::hosting::Place;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::counts::Counts;

/// Written `shadow`, `shadow-variant`, `canary:<percent>@<minutes>,...`, `ab:<percent>` or `bandit`; percent are the
/// challenger's share.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Strategy {
    /// The challenger answers nobody; both score all requests.
    Shadow,
    /// The same, and the challenger gets a copy of every request, at which guardrails look.
    ShadowVariant,
    /// Growing shares; guardrails let pass from one to the next.
    Canary { steps: Vec<Step> },
    /// A fixed share until the verdict.
    Ab { percent: u8 },
    /// Shares by rewards.
    Bandit,
}

/// A share of the requests, for so many minutes at least.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    pub percent: u8,
    pub minutes: u32,
}

impl Strategy {
    /// The least share of a slot in a bandit, in percent. It bounds the values of rewards, and with them the
    /// price of the evidence.
    pub const FLOOR_PERCENT: u8 = 5;

    pub const FLOOR: f64 = Self::FLOOR_PERCENT as f64 / 100.0;

    /// Whether a bandit may give the challenger this share.
    pub fn is_bandits(share: f64) -> bool {
        // A share is computed from weights. This is less than the trial's largest value has room for.
        let floor = Self::FLOOR - 1e-8;
        (floor..=1.0 - floor).contains(&share)
    }

    /// What evidence is made of.
    pub fn counts(&self) -> Counts {
        match self {
            Strategy::Bandit => Counts::Rewards,
            Strategy::Shadow
            | Strategy::ShadowVariant
            | Strategy::Canary { .. }
            | Strategy::Ab { .. } => Counts::Labels,
        }
    }

    /// The challenger's place at the endpoint; `None` where a job alone asks it.
    pub fn place(&self) -> Option<Place> {
        match self {
            Strategy::Shadow => None,
            Strategy::ShadowVariant => Some(Place::Shadow),
            Strategy::Canary { .. } | Strategy::Ab { .. } | Strategy::Bandit => {
                Some(Place::Production)
            }
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Unreadable {
    #[error(
        "{0:?} is not shadow, shadow-variant, canary:<percent>@<minutes>,..., ab:<percent> or bandit"
    )]
    Strategy(String),
    #[error("{0:?} is no share of 1 to 99 percent")]
    Percent(String),
    #[error("{0:?} is no step <percent>@<minutes>")]
    Step(String),
    #[error("a step of {next} percent after one of {before}: shares grow")]
    Order { before: u8, next: u8 },
}

impl FromStr for Strategy {
    type Err = Unreadable;

    fn from_str(text: &str) -> Result<Self, Unreadable> {
        match text.split_once(':') {
            None if text == "shadow" => Ok(Strategy::Shadow),
            None if text == "shadow-variant" => Ok(Strategy::ShadowVariant),
            None if text == "bandit" => Ok(Strategy::Bandit),
            Some(("ab", share)) => Ok(Strategy::Ab {
                percent: percent(share)?,
            }),
            Some(("canary", steps)) => {
                let steps: Vec<Step> = steps.split(',').map(step).collect::<Result<_, _>>()?;
                let shrinks = |pair: &&[Step]| pair[1].percent <= pair[0].percent;
                if let Some(pair) = steps.windows(2).find(shrinks) {
                    return Err(Unreadable::Order {
                        before: pair[0].percent,
                        next: pair[1].percent,
                    });
                }
                Ok(Strategy::Canary { steps })
            }
            _ => Err(Unreadable::Strategy(text.to_owned())),
        }
    }
}

fn step(text: &str) -> Result<Step, Unreadable> {
    let wrong = || Unreadable::Step(text.to_owned());
    let (share, minutes) = text.trim().split_once('@').ok_or_else(wrong)?;
    Ok(Step {
        percent: percent(share)?,
        minutes: minutes.parse().map_err(|_| wrong())?,
    })
}

fn percent(text: &str) -> Result<u8, Unreadable> {
    let wrong = |_| Unreadable::Percent(text.to_owned());
    let percent: u8 = text.parse().map_err(wrong)?;
    if (1..=99).contains(&percent) {
        Ok(percent)
    } else {
        Err(Unreadable::Percent(text.to_owned()))
    }
}

impl fmt::Display for Strategy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Strategy::Shadow => f.write_str("shadow"),
            Strategy::ShadowVariant => f.write_str("shadow-variant"),
            Strategy::Bandit => f.write_str("bandit"),
            Strategy::Ab { percent } => write!(f, "ab:{percent}"),
            Strategy::Canary { steps } => {
                for (place, Step { percent, minutes }) in steps.iter().enumerate() {
                    let before = if place == 0 { "canary:" } else { "," };
                    write!(f, "{before}{percent}@{minutes}")?;
                }
                Ok(())
            }
        }
    }
}

impl TryFrom<String> for Strategy {
    type Error = Unreadable;

    fn try_from(text: String) -> Result<Self, Unreadable> {
        text.parse()
    }
}

impl From<Strategy> for String {
    fn from(strategy: Strategy) -> String {
        strategy.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_strategy_reads_as_it_is_written() {
        for text in [
            "shadow",
            "shadow-variant",
            "canary:5@30",
            "canary:5@30,25@60,50@0",
            "ab:50",
            "bandit",
        ] {
            let strategy: Strategy = text.parse().unwrap();
            assert_eq!(strategy.to_string(), text);
            let json = serde_json::to_string(&strategy).unwrap();
            assert_eq!(serde_json::from_str::<Strategy>(&json).unwrap(), strategy);
        }
    }

    #[test]
    fn what_is_none_is_refused_by_name() {
        for (text, named) in [
            ("", "\"\""),
            ("shadow:5", "shadow:5"),
            ("shadow-variant:5", "shadow-variant:5"),
            ("canary", "canary"),
            ("canary:", "<percent>@<minutes>"),
            ("canary:5", "\"5\""),
            ("canary:5@-1", "5@-1"),
            ("canary:25@5,5@5", "5 percent after one of 25"),
            ("canary:100@5", "\"100\""),
            ("ab:0", "\"0\""),
            ("ab:NaN", "\"NaN\""),
            ("ab:-1", "\"-1\""),
        ] {
            let refused = text.parse::<Strategy>().unwrap_err().to_string();
            assert!(refused.contains(named), "{text}: {refused}");
        }
    }
}
