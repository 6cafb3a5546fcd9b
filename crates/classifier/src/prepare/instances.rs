//! The instances that share a processing job.

use std::fs;

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::container::Container;
use dataset_rows::consolidation::place;

/// `resourceconfig.json`, as far as it matters here.
#[derive(Deserialize)]
pub struct Instances {
    current_host: String,
    hosts: Vec<String>,
}

impl Instances {
    /// A container without the file is alone.
    pub fn read(container: &Container) -> Result<Instances> {
        let path = container.resource_config();
        if !path.is_file() {
            return Ok(Instances::alone());
        }
        let json = fs::read(&path).with_context(|| format!("read {}", path.display()))?;
        let mut instances: Instances = serde_json::from_slice(&json)
            .with_context(|| format!("{} names no hosts", path.display()))?;
        instances.hosts.sort();
        let host = &instances.current_host;
        instances
            .hosts
            .binary_search(host)
            .ok()
            .with_context(|| format!("{} has no host {host}", path.display()))?;
        Ok(instances)
    }

    fn alone() -> Instances {
        Instances {
            current_host: "algo-1".to_owned(),
            hosts: vec!["algo-1".to_owned()],
        }
    }

    pub fn is_alone(&self) -> bool {
        self.hosts.len() == 1
    }

    /// Precedes the names of files, so that no instance overwrites another's.
    pub fn prefix(&self) -> String {
        if self.is_alone() {
            String::new()
        } else {
            format!("{}-", self.current_host)
        }
    }

    /// Whether a text is this instance's: the same text goes to the same instance, whatever part
    /// it comes from.
    pub fn takes(&self, text: &str) -> bool {
        let fraction = policy::split::fraction("instance", text);
        self.hosts[place(fraction, self.hosts.len())] == self.current_host
    }
}
