//! What a run says on its way.

use contracts::training::Epoch;

/// What an epoch sees: balancing by a class that a slip of the pen made leaves little.
pub(crate) fn log_rows(
    by_class: &[Vec<usize>],
    labels: &[impl std::fmt::Display],
    of_epoch: usize,
) {
    let classes = labels.iter().zip(by_class);
    let classes: Vec<String> = classes
        .map(|(label, rows)| format!("{} of \"{label}\"", rows.len()))
        .collect();
    tracing::info!(
        "train rows: {}; an epoch sees {of_epoch} of them",
        classes.join(", ")
    );
}

/// One line per epoch, which the job's `MetricDefinitions` read.
pub(crate) fn log(epoch: &Epoch, of: u32) {
    tracing::info!(
        "epoch {} of {of}: samples_per_second: {:.1} train_loss: {:.4} val_loss: {:.4} val_accuracy: {:.4} \
         val_balanced_accuracy: {:.4}",
        epoch.epoch,
        epoch.samples_per_second,
        epoch.train_loss,
        epoch.val_loss,
        epoch.val_accuracy,
        epoch.val_balanced_accuracy
    );
}
