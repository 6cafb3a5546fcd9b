//! How many epochs a fine-tuning gets: a few steps on some of the rows, thrown away, tell how fast it is here.

use std::fs;
use std::path::Path;

use ::bert::files::{write_json, write_json_lines};
use anyhow::{Context, Result, ensure};

use super::Hyperparameters;
use super::budget::{self, Budget};
use super::folder::Own;
use super::rows::Rows;
use crate::algorithm::Algorithm;
use crate::bert;
use crate::container::Container;
use crate::trained_model::TrainedModel;
use crate::training::named::Values;

/// A forward pass takes about a third of a training step.
const OF_A_STEP: f64 = 1.0 / 3.0;

/// After the last epoch: for the temperature and for the average.
const LATER_PASSES: f64 = 2.0;

/// Beside the checkpoints: the schedule of the learning rate follows from the number of epochs, so that a job that is
/// started again must have the same.
const EPOCHS: &str = "automl-epochs.json";

/// The hyperparameters of a fine-tuning that ends within the budget.
pub fn fitting(
    container: &Container,
    rows: &Rows,
    hyperparameters: &Hyperparameters,
    budget: Budget,
) -> Result<Values> {
    let mut values = hyperparameters.of(Algorithm::Bert);
    let noted = container.checkpoints().join(EPOCHS);
    let epochs = match read(&noted)? {
        Some(epochs) => epochs,
        None => {
            let epochs = measured(container, rows, hyperparameters, budget)?;
            if container.checkpoints().is_dir() {
                write_json(&noted, &epochs)?;
            }
            epochs
        }
    };
    values.insert("epochs".to_owned(), epochs.to_string());
    Ok(values)
}

fn measured(
    container: &Container,
    rows: &Rows,
    hyperparameters: &Hyperparameters,
    budget: Budget,
) -> Result<u32> {
    let has_time = budget.left().is_none_or(|left| left > 0.0);
    ensure!(has_time, "no time is left");
    let values = hyperparameters.of(Algorithm::Bert);
    let pretrained = container.channel("pretrained");
    let pretrained = TrainedModel::is_in(&pretrained).then_some(pretrained);
    let wanted = bert::given::complete(values, pretrained.as_deref())?.epochs;
    let speed = rows_a_second(container, rows, hyperparameters)?;
    let passes = rows.validation.len() as f64 * OF_A_STEP;
    let of_one = (rows.epoch_rows as f64 + passes) / speed;
    let left = budget.left().unwrap_or(f64::INFINITY) - LATER_PASSES * passes / speed;
    let epochs = budget::epochs(left, of_one, wanted);
    let left = left.max(0.0);
    ensure!(
        epochs > 0,
        "an epoch would take {of_one:.0} s, and {left:.0} s are left"
    );
    tracing::info!(
        "bert: {speed:.0} rows a second, {of_one:.0} s an epoch; {epochs} of {wanted} epochs fit into {left:.0} s"
    );
    Ok(epochs)
}

fn read(path: &Path) -> Result<Option<u32>> {
    if !path.is_file() {
        return Ok(None);
    }
    let read = || anyhow::Ok(serde_json::from_slice(&fs::read(path)?)?);
    let epochs = read().with_context(|| format!("read {}", path.display()))?;
    Ok(Some(epochs))
}

fn rows_a_second(
    container: &Container,
    rows: &Rows,
    hyperparameters: &Hyperparameters,
) -> Result<f64> {
    let own = Own::new(container, "probe")?;
    own.share_channels(container, &["pretrained"])?;
    let probe = &own.container;
    for channel in ["train", "validation"] {
        let folder = probe.channel(channel);
        fs::create_dir_all(&folder).with_context(|| format!("create {}", folder.display()))?;
        write_json_lines(&folder.join("rows.jsonl"), rows.probed.iter())?;
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::time::{Duration, Instant};

    use super::*;
    use crate::channel::LabelledText;
    use crate::testing;

    fn hyperparameters() -> Hyperparameters {
        Hyperparameters::parse(&Values::new()).unwrap()
    }

    fn job(folder: &Path, train: &[LabelledText]) -> (Container, Rows) {
        let container = Container::at(folder);
        let none = BTreeMap::<&str, &str>::new();
        testing::training_channels(&container, train, &none);
        testing::folder()
            .write(&container.channel("pretrained"))
            .unwrap();
        let rows = Rows::read(&container, &hyperparameters()).unwrap();
        (container, rows)
    }

    #[test]
    fn a_fine_tuning_without_time_is_left_out() {
        let folder = tempfile::tempdir().unwrap();
        let (container, rows) = job(folder.path(), &testing::rows(90));
        let long_ago = Instant::now().checked_sub(Duration::from_secs(10)).unwrap();
        let none_left = Budget::new(long_ago, 5);
        let error = fitting(&container, &rows, &hyperparameters(), none_left).unwrap_err();
        assert_eq!(error.to_string(), "no time is left");
    }

    #[test]
    fn a_file_that_is_sorted_by_label_is_probed_in_all_of_its_classes() {
        let folder = tempfile::tempdir().unwrap();
        let mut sorted = testing::rows(900);
        sorted.sort_by(|a, b| a.label.cmp(&b.label));
        let (container, rows) = job(folder.path(), &sorted);
        assert_eq!(rows.probed.len(), 255);
        let hour = Budget::new(Instant::now(), 3_600);
        let values = fitting(&container, &rows, &hyperparameters(), hour).unwrap();
        assert_eq!(values["epochs"], "3");
    }

    /// Where the machine is slower the second time, the schedule must stay.
    #[test]
    fn a_job_that_is_started_again_keeps_its_epochs() {
        let folder = tempfile::tempdir().unwrap();
        let (container, rows) = job(folder.path(), &testing::rows(90));
        fs::create_dir_all(container.checkpoints()).unwrap();
        let hour = Budget::new(Instant::now(), 3_600);
        fitting(&container, &rows, &hyperparameters(), hour).unwrap();
        let long_ago = Instant::now().checked_sub(Duration::from_secs(10)).unwrap();
        let none_left = Budget::new(long_ago, 5);
        let again = fitting(&container, &rows, &hyperparameters(), none_left).unwrap();
        assert_eq!(again["epochs"], "3");
    }
}
