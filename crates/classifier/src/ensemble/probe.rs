//! How fast a machine fine-tunes a model: a few steps on some of the rows, thrown away.

use std::fs;

use ::bert::files::write_json_lines;
use anyhow::{Context, Result, ensure};
use serde_json::json;

use super::Hyperparameters;
use super::budget;
use super::folder::Own;
use crate::algorithm::Algorithm;
use crate::bert;
use crate::container::Container;
use crate::trained_model::TrainedModel;
use crate::training::batches::epoch_rows;
use crate::training::examples::{Data, by_class};
use crate::training::named::Values;

/// Eight batches of the default size.
const ROWS: usize = 256;

/// A forward pass takes about a third of a training step.
const OF_A_STEP: f64 = 1.0 / 3.0;

/// The hyperparameters of a fine-tuning that ends within the seconds that are left.
pub fn fitting(
    container: &Container,
    data: &Data,
    hyperparameters: &Hyperparameters,
    left: f64,
) -> Result<Values> {
    let mut values = hyperparameters.of(Algorithm::Bert);
    let pretrained = container.channel("pretrained");
    let pretrained = TrainedModel::is_in(&pretrained).then_some(pretrained);
    let wanted = bert::given::complete(values.clone(), pretrained.as_deref())?.epochs;
    let rows_a_second = rows_a_second(container, data, hyperparameters)?;
    let by_class = by_class(&data.examples.train, data.labels.len());
    let rows = epoch_rows(&by_class, 0, hyperparameters.balance).len() as f64;
    let of_one = (rows + data.validation.len() as f64 * OF_A_STEP) / rows_a_second;
    let epochs = budget::epochs(left, of_one, wanted);
    ensure!(
        epochs > 0,
        "an epoch would take {of_one:.0} s, and {left:.0} s are left"
    );
    tracing::info!(
        "bert: {rows_a_second:.0} rows a second, {of_one:.0} s an epoch; {epochs} of {wanted} epochs fit into {left:.0} s"
    );
    values.insert("epochs".to_owned(), epochs.to_string());
    Ok(values)
}

fn rows_a_second(
    container: &Container,
    data: &Data,
    hyperparameters: &Hyperparameters,
) -> Result<f64> {
    let own = Own::new(container, "probe")?;
    own.share_channels(container, &["pretrained"])?;
    let probe = &own.container;
    let rows = || {
        let rows = data.train.iter().take(ROWS);
        rows.map(|row| json!({ &hyperparameters.text_column: row.text, &hyperparameters.label_column: row.label }))
    };
    for channel in ["train", "validation"] {
        let folder = probe.channel(channel);
        fs::create_dir_all(&folder).with_context(|| format!("create {}", folder.display()))?;
        write_json_lines(&folder.join("rows.jsonl"), rows())?;
    }
    let mut values = hyperparameters.of(Algorithm::Bert);
    for (name, value) in [("epochs", "1"), ("balance", "false"), ("keep", "last")] {
        values.insert(name.to_owned(), value.to_owned());
    }
    bert::train::run(probe, values).context("a few steps, to see how long the training takes")?;
    let card = TrainedModel::read_card(&probe.model())?;
    let epoch = card.and_then(|card| card.epochs.into_iter().next());
    let epoch = epoch.context("a training leaves a card with its epochs")?;
    Ok(epoch.samples_per_second)
}
