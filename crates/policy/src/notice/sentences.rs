//! What happened, in a sentence.

use std::time::Duration;

use contracts::constraints::{Severity, Violation};

use super::matter::{AGAIN, Matter};

impl Matter {
    /// What happened.
    pub fn sentence(&self) -> String {
        match self {
            Self::Undecided { version, passed } => {
                let gate = if *passed {
                    "passed the gate"
                } else {
                    "is Inconclusive"
                };
                format!("model version {version} {gate} and waits for your decision")
            }
            Self::Compared { version, reason } => format!(
                "model version {version} waits for your decision; its comparison with the champion: {reason}"
            ),
            Self::Run {
                version, reason, ..
            } => format!("dataset version {version}: {reason}"),
            Self::Study { study, reason, .. } => format!("study {study} was given up: {reason}"),
            Self::EnoughRuns { version, runs } => format!(
                "dataset version {version} waits for tomorrow (UTC): {runs} runs have started today"
            ),
            Self::Held {
                version,
                key,
                violations,
            } => held(*version, key, violations),
            Self::Deployment { version, reason } | Self::Paused { version, reason } => {
                format!("version {version}: {reason}")
            }
            Self::Waits { reason, .. }
            | Self::Execution { reason, .. }
            | Self::Endpoint { reason } => reason.clone(),
            Self::Orphan { id } => format!("{id} runs and is not the current run's"),
            Self::Pin { version } => {
                format!("the pin names version {version}, which is not approved")
            }
            Self::Withdrawn { version, mark } => {
                format!("model version {version} was withdrawn from the endpoint ({mark})")
            }
            Self::Upload { key } => {
                format!(
                    "{key} has no receipt after a day: discard it, and upload it in smaller files"
                )
            }
            Self::HumanLoop { name, reason } => {
                format!("the human loop {name} was given up, its text has no label: {reason}")
            }
            Self::Reviews { open, waited } => waiting(*open, *waited),
        }
    }
}

/// The first violation that holds the version, and how many more there are.
fn held(version: u32, key: &str, violations: &[Violation]) -> String {
    let mut holding = violations
        .iter()
        .filter(|violation| violation.severity == Severity::Hold);
    let first = holding.next().map(ToString::to_string).unwrap_or_default();
    let more = match holding.count() {
        0 => String::new(),
        more => format!(", and {more} more"),
    };
    format!(
        "dataset version {version} waits, because {key} is unlike the constraints: {first}{more}"
    )
}

fn waiting(open: usize, waited: Duration) -> String {
    let days = match waited.as_secs() / AGAIN.as_secs() {
        1 => "1 day".to_owned(),
        days => format!("{days} days"),
    };
    match open {
        1 => format!("1 review has waited for an answer for {days}"),
        _ => format!("{open} reviews wait for an answer, the oldest for {days}"),
    }
}
