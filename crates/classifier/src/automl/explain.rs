//! `classifier automl explain`.

use std::fs;

use anyhow::{Context, Result};
use bert::files::{write, write_json};
use contracts::automl::Statistics;

use super::features::{self, Rows};
use super::importance::importance;
use super::pages;
use crate::container::Container;
use crate::evaluate::answers::{of_texts, share_a_label};
use crate::evaluate::figures;
use crate::trained_model::{TrainedModel, artifact};

pub fn run(container: &Container) -> Result<()> {
    let features = features::load(&container.input("features"))?;
    let names = features.columns.iter().map(|column| column.name.clone());
    let rows = Rows::of(
        &container.input("validation"),
        names.collect(),
        &features.target,
    )?;
    let folder =
        artifact::unpack(&container.input("model"))?.context("the model input holds no model")?;
    let model = TrainedModel::load(&folder).context("load the model")?;
    share_a_label(&model, &features.labels)?;

    let importance = importance(&model, &features, &rows)?;
    let texts: Vec<String> = rows.rows.iter().map(|row| features.text(row)).collect();
    let truths = rows.labels.iter().map(String::as_str);
    let answers = of_texts(&model, &texts, truths, &features.labels)?;
    let statistics = Statistics {
        multiclass_classification_metrics: figures::model_quality(&answers, &features.labels),
        scores: figures::scores(&answers, &features.labels),
        labels: features.labels,
    };
    tracing::info!(
        "{} validation rows: balanced accuracy {:.4}, accuracy {:.4}",
        statistics.scores.rows,
        statistics.scores.balanced_accuracy,
        statistics.scores.accuracy
    );

    let outputs = ["explainability", "insights"].map(|name| container.output(name));
    for folder in &outputs {
        fs::create_dir_all(folder).with_context(|| format!("make {}", folder.display()))?;
    }
    let [explainability, insights] = outputs;
    write_json(&explainability.join("analysis.json"), &importance)?;
    let page = pages::importance(&importance);
    write(&explainability.join("report.html"), page.as_bytes())?;
    write_json(&insights.join("statistics.json"), &statistics)?;
    write(
        &insights.join("report.html"),
        pages::insights(&statistics).as_bytes(),
    )
}
