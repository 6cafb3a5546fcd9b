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

/// The last value that each definition's first group finds in the log.
pub fn last_values(definitions: &[MetricDefinition], log: &Path, now: Timestamp) -> Vec<Metric> {
    if definitions.is_empty() {
        return Vec::new();
    }
    let log = std::fs::read(log).unwrap_or_default();
    let log = String::from_utf8_lossy(&log);
    definitions
        .iter()
        .filter_map(|definition| {
            let value = last_value(definition, &log)?;
            Some(Metric {
                name: definition.name.clone(),
                value,
                at: now,
            })
        })
        .collect()
}

fn last_value(definition: &MetricDefinition, log: &str) -> Option<f64> {
    // Checked when the job was created.
    let regex = Regex::new(&definition.regex).ok()?;
    log.lines().rev().find_map(|line| {
        regex
            .captures_iter(line)
            .last()?
            .get(1)?
            .as_str()
            .parse()
            .ok()
    })
}
