//! Metrics scraped from a training job's log.

use std::path::Path;

use regex::Regex;
use serde::{Deserialize, Serialize};

use super::training::request::MetricDefinition;
use local_core::timestamp::Timestamp;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Metric {
    pub name: String,
    pub value: f64,
    pub at: Timestamp,
}

/// A log from a byte on.
pub fn text(log: &Path, begins: u64) -> String {
    let log = std::fs::read(log).unwrap_or_default();
    let begins = usize::try_from(begins).unwrap_or(usize::MAX);
    String::from_utf8_lossy(log.get(begins..).unwrap_or_default()).into_owned()
}

/// The last value that each definition's first group finds in the log. One that is not finite is none:
/// no answer in JSON can carry it.
pub fn last_values(definitions: &[MetricDefinition], log: &str, now: Timestamp) -> Vec<Metric> {
    let metric = |definition: &MetricDefinition| {
        let regex = regex(definition)?;
        let value = log.lines().rev().find_map(|line| value(&regex, line))?;
        value.is_finite().then(|| Metric {
            name: definition.name.clone(),
            value,
            at: now,
        })
    };
    definitions.iter().filter_map(metric).collect()
}

/// The value of each line that has one.
pub fn series(definition: &MetricDefinition, log: &str) -> Vec<f64> {
    let regex = regex(definition);
    let of_lines = regex.iter().flat_map(|regex| {
        let lines = log.lines();
        lines.filter_map(|line| value(regex, line))
    });
    of_lines.collect()
}

/// Checked when the job was created.
fn regex(definition: &MetricDefinition) -> Option<Regex> {
    Regex::new(&definition.regex).ok()
}

fn value(regex: &Regex, line: &str) -> Option<f64> {
    let last = regex.captures_iter(line).last()?;
    last.get(1)?.as_str().parse().ok()
}
