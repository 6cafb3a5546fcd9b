//! `classifier bias`: are the data, or a model's answers, biased against a group? SageMaker Clarify's bias analysis
//! by its own contract: its configuration in, its `analysis.json` and a page out.
//!
//! ```text
//! input/data                                 a table or a folder of them
//! input/config/analysis_config.json          Clarify's configuration; `balancing` is ours
//! classifier bias                            leaves output/analysis.json and output/report.html
//!
//! classifier bias --data rows.csv --config analysis_config.json --output bias        the same by hand
//! ```

mod analysis;
mod count;
mod question;
pub mod step;

#[cfg(test)]
mod tests;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use bert::files::{write, write_json};
use contracts::bias::{Analysis, AnalysisConfig};

use crate::container::Container;
use crate::data::Data;
use question::Question;

/// Where the job's folders are, if not where SageMaker has them.
#[derive(clap::Args, Clone, Debug, Default)]
pub struct Arguments {
    /// A table (CSV, JSON Lines, Parquet) or a folder of them.
    #[arg(long)]
    data: Option<PathBuf>,
    /// Clarify's `analysis_config.json`.
    #[arg(long)]
    config: Option<PathBuf>,
    /// The folder for `analysis.json` and `report.html`.
    #[arg(long)]
    output: Option<PathBuf>,
}

pub fn run(container: &Container, arguments: &Arguments) -> Result<()> {
    let config = arguments.config.clone();
    let config = config.unwrap_or_else(|| container.input("config").join("analysis_config.json"));
    let at = || format!("read {}", config.display());
    let config: AnalysisConfig =
        serde_json::from_slice(&fs::read(&config).with_context(at)?).with_context(at)?;
    let path = arguments
        .data
        .clone()
        .unwrap_or_else(|| container.input("data"));
    let analysis = measure(&config, &path)?;
    let output = arguments
        .output
        .clone()
        .unwrap_or_else(|| container.output(""));
    fs::create_dir_all(&output).with_context(|| format!("make {}", output.display()))?;
    write_json(&output.join("analysis.json"), &analysis)?;
    let page = bias_page::page(&analysis);
    write(&output.join("report.html"), page.as_bytes())?;
    tracing::info!(
        rows = analysis.reviewloop.rows,
        facets = analysis.reviewloop.facets.len(),
        "bias was measured"
    );
    Ok(())
}

/// The analysis of a table or of a folder of tables.
fn measure(config: &AnalysisConfig, data: &Path) -> Result<Analysis> {
    let data = Data::open(data, config.headers.clone())?;
    let question = Question::of(config, &data.columns()?)?;
    let found = count::count(&data, &question)?;
    Ok(analysis::analysis(&question, &found))
}
