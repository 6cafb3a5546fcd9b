//! The log of a training while it runs.

use std::time::{Duration, Instant};

use contracts::training::Epoch;

use super::batches;

/// Seldom enough for a log that is kept, often enough for a person who waits.
const EVERY: Duration = Duration::from_secs(5);

/// Logs the rows of each class and of an epoch, and what the training card is to warn of, which it returns.
pub(crate) fn log_rows(
    by_class: &[Vec<usize>],
    labels: &[impl std::fmt::Display],
    balance: bool,
) -> Vec<String> {
    let of_epoch = batches::epoch_rows(by_class, 0, balance).len();
    let classes = labels.iter().zip(by_class);
    let classes: Vec<String> = classes
        .map(|(label, rows)| format!("{} of \"{label}\"", rows.len()))
        .collect();
    tracing::info!(
        "train rows: {}; an epoch sees {of_epoch} of them",
        classes.join(", ")
    );
    let warning = batches::warning(by_class, labels, balance);
    warning
        .into_iter()
        .inspect(|warning| tracing::warn!("{warning}"))
        .collect()
}

/// One line per epoch, which the job's `MetricDefinitions` read.
pub(crate) fn log(epoch: &Epoch, of: u32) {
    tracing::info!("{}", metrics(epoch, of));
}

/// Repeats the line of the epoch that was kept, where that is not the last one: the last value of a metric is the
/// job's, and a tuning job compares its trials by it.
pub(crate) fn log_kept(epochs: &[Epoch], kept: u32, of: u32) {
    if let Some(line) = kept_line(epochs, kept, of) {
        tracing::info!("{line}");
    }
}

fn kept_line(epochs: &[Epoch], kept: u32, of: u32) -> Option<String> {
    let (_, earlier) = epochs.split_last()?;
    let epoch = earlier.iter().find(|epoch| epoch.epoch == kept)?;
    Some(format!("the model is that of {}", metrics(epoch, of)))
}

fn metrics(epoch: &Epoch, of: u32) -> String {
    format!(
        "epoch {} of {of}: samples_per_second: {:.1} train_loss: {:.4} val_loss: {:.4} val_accuracy: {:.4} \
         val_balanced_accuracy: {:.4} val_f1: {:.4}",
        epoch.epoch,
        epoch.samples_per_second,
        epoch.train_loss,
        epoch.val_loss,
        epoch.val_accuracy,
        epoch.val_balanced_accuracy,
        epoch.val_f1.unwrap_or(f64::NAN)
    )
}

/// Tells every few seconds how far a training is, how well and how fast it goes and how long it will take. No
/// `MetricDefinition` reads these lines: the epochs' values are the job's metrics.
pub(crate) struct Progress {
    /// What is counted: "step", "text".
    unit: &'static str,
    of: usize,
    /// Where this process began: a resumed training has steps that it did not do.
    from: usize,
    started: Instant,
    told: Instant,
    /// Rows since the last line, and the sum of their losses.
    rows: usize,
    loss: f64,
}

impl Progress {
    pub fn new(unit: &'static str, from: usize, of: usize, now: Instant) -> Progress {
        Progress {
            unit,
            of,
            from,
            started: now,
            told: now,
            rows: 0,
            loss: 0.0,
        }
    }

    /// Notes rows with their mean loss; logs a line when it is time for one.
    pub fn add(&mut self, done: usize, rows: usize, loss: f64, rate: f64) {
        if let Some(line) = self.line(done, (rows, loss), rate, Instant::now()) {
            tracing::info!("{line}");
        }
    }

    fn line(
        &mut self,
        done: usize,
        (rows, loss): (usize, f64),
        rate: f64,
        now: Instant,
    ) -> Option<String> {
        self.rows += rows;
        self.loss += loss * rows as f64;
        let since = now - self.told;
        if since < EVERY {
            return None;
        }
        let (unit, of, loss) = (self.unit, self.of, self.loss / self.rows.max(1) as f64);
        let per_second = self.rows as f64 / since.as_secs_f64();
        let each =
            (now - self.started).as_secs_f64() / done.saturating_sub(self.from).max(1) as f64;
        let left = left(each * of.saturating_sub(done) as f64);
        (self.told, self.rows, self.loss) = (now, 0, 0.0);
        Some(format!(
            "{unit} {done}/{of} loss {loss:.2} lr {rate:.1e} {per_second:.0} samples/s {left} left"
        ))
    }
}

/// Rounded to what is known of it.
fn left(seconds: f64) -> String {
    if seconds < 60.0 {
        format!("{seconds:.0} s")
    } else if seconds < 5_400.0 {
        format!("{:.0} min", seconds / 60.0)
    } else {
        format!("{:.1} h", seconds / 3_600.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_comes_every_few_seconds_and_never_every_step() {
        let start = Instant::now();
        let mut progress = Progress::new("step", 0, 501, start);
        let mut lines = Vec::new();
        for step in 1..=120usize {
            let now = start + Duration::from_millis(100) * u32::try_from(step).expect("small");
            let loss = if step <= 100 { 0.4 } else { 0.81 };
            lines.extend(progress.line(step, (4, loss), 7.6e-5, now));
        }
        assert_eq!(
            lines,
            [
                "step 50/501 loss 0.40 lr 7.6e-5 40 samples/s 45 s left",
                "step 100/501 loss 0.40 lr 7.6e-5 40 samples/s 40 s left",
            ]
        );
        let line = progress.line(121, (4, 0.81), 7.6e-5, start + Duration::from_secs(20));
        let line = line.expect("it is time again");
        assert!(line.starts_with("step 121/501 loss 0.81 "), "{line}");
    }

    #[test]
    fn the_kept_epoch_is_told_again_unless_it_is_the_last() {
        let epoch = |epoch, val_balanced_accuracy| Epoch {
            epoch,
            train_loss: 0.5,
            val_loss: 0.6,
            val_accuracy: 0.7,
            val_balanced_accuracy,
            val_f1: Some(0.6),
            samples_per_second: 9.0,
        };
        let epochs = [epoch(1, 0.8), epoch(2, 0.7)];
        let line = kept_line(&epochs, 1, 5).unwrap();
        assert!(
            line.starts_with("the model is that of epoch 1 of 5:"),
            "{line}"
        );
        assert!(line.contains("val_balanced_accuracy: 0.8000"), "{line}");
        assert_eq!(kept_line(&epochs, 2, 5), None);
        assert_eq!(kept_line(&[], 1, 5), None);
    }

    #[test]
    fn the_pipelines_metric_definitions_read_the_epochs_and_nothing_else() {
        let mut literals = crate::testing::metric_literals();
        literals
            .retain(|literal| !literal.starts_with("test_") && !literal.starts_with("candidate "));
        assert_eq!(literals[0], "train_loss: ");
        let epoch = Epoch {
            epoch: 1,
            train_loss: 0.5,
            val_loss: 0.6,
            val_accuracy: 0.7,
            val_balanced_accuracy: 0.8,
            val_f1: Some(0.75),
            samples_per_second: 9.0,
        };
        let start = Instant::now();
        let mut progress = Progress::new("step", 0, 10, start);
        let line = progress.line(5, (4, 0.5), 1e-5, start + EVERY);
        let line = line.expect("it is time");
        for literal in literals {
            assert!(metrics(&epoch, 3).contains(&literal), "{literal}");
            assert!(!line.contains(&literal), "{literal}");
        }
    }

    #[test]
    fn a_resumed_training_reckons_with_the_steps_of_its_own() {
        let start = Instant::now();
        let mut progress = Progress::new("step", 400, 500, start);
        let line = progress.line(410, (320, 0.5), 1e-5, start + Duration::from_secs(100));
        assert_eq!(
            line.as_deref(),
            Some("step 410/500 loss 0.50 lr 1.0e-5 3 samples/s 15 min left")
        );
    }

    #[test]
    fn what_is_left_is_told_as_exactly_as_it_is_known() {
        for (seconds, words) in [(41.4, "41 s"), (130.0, "2 min"), (9_000.0, "2.5 h")] {
            assert_eq!(left(seconds), words);
        }
    }
}
