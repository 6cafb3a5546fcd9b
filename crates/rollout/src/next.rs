//! What is done now. The answer depends on what is seen, the share at the endpoint included, and not on what
//! was answered before: asked twice, or after a crash, it is the same.

use crate::allocation::challenger_share;
use crate::guardrails::{Finding, Health, UNWATCHED};
use crate::rewards::Totals;
use crate::strategy::{Step, Strategy};
use crate::trial::{Doubt, Verdict};

/// Where a rollout stands.
#[derive(Debug, Clone, Copy)]
pub struct Standing<'a> {
    pub verdict: Verdict,
    /// `None` where the challenger is asked by a job alone and gets no requests that could be watched.
    pub findings: Option<&'a [Finding]>,
    /// The challenger's share of the requests at the endpoint.
    pub share: f64,
    /// Since when it is this share.
    pub minutes: u32,
    /// A bandit's.
    pub rewards: Totals,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Next {
    /// The challenger is worse on labelled rows.
    RollBack,
    /// It breaches a guardrail, and leaves the endpoint.
    Withdraw { breach: Finding },
    /// It becomes the champion.
    Promote,
    /// A person decides.
    Ask { doubt: Doubt },
    /// It gets this share of the requests.
    Shift { share: f64 },
    /// Nothing, and why not.
    Wait { reason: String },
}

/// A breach takes the challenger away, whatever the labels say. What is not known to be fine advances nothing.
pub fn next(strategy: &Strategy, standing: &Standing) -> Next {
    let all = standing.findings.unwrap_or_default();
    let breached = all.iter().find(|found| found.health == Health::Breached);
    if let Some(breach) = breached.cloned() {
        return Next::Withdraw { breach };
    }
    match standing.verdict {
        Verdict::RollBack => return Next::RollBack,
        Verdict::Inconclusive { doubt } => return Next::Ask { doubt },
        Verdict::Promote { .. } | Verdict::Hold { .. } => {}
    }
    // Shares that rewards keep moving would put the promotion off for ever.
    let is_over = matches!(standing.verdict, Verdict::Promote { .. })
        && matches!(strategy, Strategy::Ab { .. } | Strategy::Bandit)
        && unknown(standing).is_none();
    if let Some(share) = wanted(strategy, standing)
        .filter(|_| !is_over)
        .filter(|share| differ(*share, standing.share))
    {
        // The least share shows what a guardrail needs to see; beyond it they must have seen enough.
        return match unknown(standing).filter(|_| standing.share > 0.0) {
            Some(reason) => Next::Wait { reason },
            None => Next::Shift { share },
        };
    }
    if let Some(reason) = unknown(standing) {
        return Next::Wait { reason };
    }
    match (step(strategy, standing), standing.verdict) {
        (Some(step), _) if standing.minutes < step.minutes => Next::Wait {
            reason: format!(
                "{} of {} minutes at {} %",
                standing.minutes, step.minutes, step.percent
            ),
        },
        (_, Verdict::Promote { .. }) => Next::Promote,
        (_, Verdict::Hold { more: Some(more) }) => Next::Wait {
            reason: format!("about {more} more {} are needed", strategy.counts()),
        },
        _ => Next::Wait {
            reason: format!("more {} are needed", strategy.counts()),
        },
    }
}

/// The share that the challenger should have now; `None`: the one that it has.
fn wanted(strategy: &Strategy, standing: &Standing) -> Option<f64> {
    match strategy {
        Strategy::Shadow | Strategy::ShadowVariant => None,
        Strategy::Ab { percent } => Some(share(*percent)),
        // Nobody knows of a fault yet: it begins with few. Another strategy's share is none of its own.
        Strategy::Bandit if !Strategy::is_bandits(standing.share) => {
            Some(standing.share.clamp(Strategy::FLOOR, 1.0 - Strategy::FLOOR))
        }
        Strategy::Bandit if standing.minutes < BANDIT_MINUTES => None,
        Strategy::Bandit => {
            let Totals {
                champion,
                challenger,
            } = standing.rewards;
            let wanted = challenger_share(champion, challenger, Strategy::FLOOR);
            // Whole percents: evidence is counted by share.
            let wanted = (100.0 * wanted).round() / 100.0;
            let is_worth_it = (wanted - standing.share).abs() >= BANDIT_STEP;
            is_worth_it.then_some(wanted)
        }
        Strategy::Canary { steps } => {
            let waited = |step: Step| standing.minutes >= step.minutes;
            if !step(strategy, standing).is_none_or(waited) {
                return None;
            }
            let above = steps
                .iter()
                .find(|step| share(step.percent) > standing.share + HALF_PERCENT);
            above.map(|step| share(step.percent))
        }
    }
}

/// The step of a canary at which the endpoint is.
fn step(strategy: &Strategy, standing: &Standing) -> Option<Step> {
    let Strategy::Canary { steps } = strategy else {
        return None;
    };
    let reached = |step: &&Step| share(step.percent) <= standing.share + HALF_PERCENT;
    steps.iter().rev().find(reached).copied()
}

/// A bandit's share stays for so long: guardrails begin anew with each, and an endpoint takes minutes to change.
const BANDIT_MINUTES: u32 = 30;

/// A smaller change earns less than it costs.
const BANDIT_STEP: f64 = 0.02;

/// Weights come back as single-precision numbers.
const HALF_PERCENT: f64 = 0.005;

/// Whether two shares are not the same one.
pub fn differ(one: f64, other: f64) -> bool {
    (one - other).abs() > HALF_PERCENT
}

fn share(percent: u8) -> f64 {
    f64::from(percent) / 100.0
}

/// Why nothing can be said about the challenger's health.
fn unknown(standing: &Standing) -> Option<String> {
    let findings = standing.findings?;
    if findings.is_empty() {
        return Some(UNWATCHED.to_owned());
    }
    let unknown = findings
        .iter()
        .find(|found| found.health == Health::Unknown)?;
    Some(format!("{}: {}", unknown.guard, unknown.reason))
}

#[cfg(test)]
mod tests;
