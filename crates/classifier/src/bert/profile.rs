//! Where a training job's time and memory went, as SageMaker's profiler reports it: one JSON file
//! per rule of lab 6 below `profiler-output/profiler-reports/`, and a page with plots beside them.

mod page;
mod recorded;
mod rules;

#[cfg(test)]
mod tests;

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use bert::files::{write, write_json};

pub use recorded::{Profile, Record, StepTime, Usage};

impl Profile {
    /// Writes the rules' files and the page below `folder`.
    pub fn write(&mut self, folder: &Path) -> Result<()> {
        self.look();
        let output = folder.join("profiler-output");
        let reports = output.join("profiler-reports");
        fs::create_dir_all(&reports).with_context(|| format!("create {}", reports.display()))?;
        for (rule, report) in rules::reports(&self.record) {
            write_json(&reports.join(format!("{rule}.json")), &report)?;
        }
        let page = page::render(&self.record);
        write(&output.join("profiler-report.html"), page.as_bytes())
    }
}
