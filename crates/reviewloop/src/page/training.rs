//! How a model was trained, from its training card.

use std::collections::BTreeMap;

use contracts::training::{self, Inputs, TrainingCard};
use report::{Epoch, Training, Truncation};

pub fn training(card: &TrainingCard) -> Training {
    Training {
        algorithm: card.algorithm.clone(),
        seed: card.hyperparameters.get("seed").cloned(),
        epochs: card.epochs.len() as u64,
        kept_epoch: card.best_epoch,
        seconds: card.seconds,
        parameters: card.parameters,
        train_rows: card.train_rows,
        validation_rows: card.validation_rows,
        truncation: truncation(card),
        warnings: card.warnings.clone(),
        inputs: card.inputs.as_ref().map_or_else(Vec::new, inputs),
        hyperparameters: by_name(&card.hyperparameters),
    }
}

/// Of an ensemble only BERT cuts texts. Where it has no part in the answer, as older cards may have it, no text is cut.
pub fn truncation(card: &TrainingCard) -> Option<Truncation> {
    let cut = card.truncation?;
    let tried = card.candidates.iter();
    let mut members = tried.filter(|one| one.weight > 0.0);
    if !card.candidates.is_empty() && !members.clone().any(|one| one.name == "bert") {
        return None;
    }
    Some(Truncation {
        max_seq_length: cut.max_seq_length,
        rows: cut.rows,
        of_rows: cut.of_rows,
        of_a_member: members.any(|one| one.name != "bert"),
    })
}

pub fn by_name(values: &BTreeMap<String, String>) -> Vec<(String, String)> {
    let values = values.iter();
    values
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

fn inputs(inputs: &Inputs) -> Vec<(String, String)> {
    let digest = |of: &String| format!("digest {of}");
    let dataset = inputs.dataset_version_id.clone();
    let known = [
        ("dataset version", dataset),
        ("training rows", Some(digest(&inputs.train_digest))),
        ("validation rows", Some(digest(&inputs.validation_digest))),
        (
            "pretrained weights",
            inputs.pretrained_digest.as_ref().map(digest),
        ),
        ("program", Some(inputs.program.clone())),
    ];
    let known = known.into_iter();
    known
        .filter_map(|(name, value)| Some((name.to_owned(), value?)))
        .collect()
}

/// `kept` is the one whose weights became the model.
pub fn epochs(epochs: &[training::Epoch], kept: u32) -> Vec<Epoch> {
    let epochs = epochs.iter().map(|epoch| Epoch {
        epoch: f64::from(epoch.epoch),
        train: epoch.train_loss,
        validation: Some(epoch.val_loss),
        balanced_accuracy: Some(epoch.val_balanced_accuracy),
        kept: epoch.epoch == kept,
    });
    epochs.collect()
}

#[cfg(test)]
mod tests {
    use contracts::training::Candidate;

    use super::*;
    use crate::fixture;

    /// The weights of fastText and BERT.
    fn ensemble(fasttext: f64, bert: f64) -> TrainingCard {
        let candidate = |name: &str, weight| Candidate {
            name: name.to_owned(),
            weight,
            ..Candidate::default()
        };
        TrainingCard {
            truncation: Some(training::Truncation {
                max_seq_length: 128,
                rows: 4,
                of_rows: 9,
            }),
            candidates: vec![candidate("fasttext", fasttext), candidate("bert", bert)],
            ..fixture::evaluation().training.expect("set")
        }
    }

    #[test]
    fn texts_are_cut_by_bert_alone_by_one_member_or_not_at_all() {
        let of = |card: &TrainingCard| truncation(card).map(|cut| (cut.rows, cut.of_a_member));
        assert_eq!(of(&ensemble(0.4, 0.6)), Some((4, true)));
        assert_eq!(of(&ensemble(0.0, 1.0)), Some((4, false)));
        assert_eq!(of(&ensemble(1.0, 0.0)), None);
        let mut alone = ensemble(0.0, 1.0);
        alone.candidates.clear();
        assert_eq!(of(&alone), Some((4, false)));
    }

    #[test]
    fn the_epoch_that_was_kept_is_marked() {
        let card = fixture::evaluation().training.expect("set");
        let found = epochs(&card.epochs, card.best_epoch);
        let kept: Vec<bool> = found.iter().map(|epoch| epoch.kept).collect();
        assert_eq!(kept, [false, true]);
        assert_eq!(found[1].balanced_accuracy, Some(0.8));
    }
}
