//! Updates against what PyTorch computed, recorded by `peers/record`.

mod passes;

use std::fs;
use std::path::PathBuf;

use bert::BertConfig;
use bert::network::Network;
use bert::tensor::{self, Weights};
use serde::Deserialize;

use super::{Encoded, Trainer};
use crate::bert::Hyperparameters;
use crate::bert::schedule::Schedule;

#[derive(Deserialize)]
struct Record {
    learning_rate: f64,
    weight_decay: f32,
    max_grad_norm: f64,
    class_weights: Vec<f32>,
    batches: Vec<RecordedBatch>,
    losses: Vec<f64>,
    gradient_norms: Vec<f64>,
}

#[derive(Deserialize)]
struct RecordedBatch {
    input_ids: Vec<Vec<u32>>,
    classes: Vec<usize>,
}

fn recorded(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data/torch_training")
        .join(name)
}

fn weights(name: &str) -> Weights {
    tensor::read(&recorded(name)).unwrap()
}

#[track_caller]
fn close(name: &str, found: &[f32], expected: &[f32], tolerance: f32) {
    assert_eq!(found.len(), expected.len(), "{name}");
    for (place, (found, expected)) in found.iter().zip(expected).enumerate() {
        assert!(
            (found - expected).abs() < tolerance,
            "{name}[{place}]: {found}, PyTorch has {expected}"
        );
    }
}

#[test]
fn losses_gradients_and_updates_are_those_of_pytorch() {
    let config = BertConfig::parse(&fs::read(recorded("config.json")).unwrap()).unwrap();
    let initial = weights("initial.safetensors");
    let record = fs::read(recorded("record.json")).unwrap();
    let record: Record = serde_json::from_slice(&record).unwrap();
    let hyperparameters = Hyperparameters {
        weight_decay: record.weight_decay,
        max_grad_norm: record.max_grad_norm,
        ..Hyperparameters::default()
    };
    let schedule = Schedule::new(record.learning_rate, 0.0, record.batches.len());
    let network = Network::new(&config, &initial).unwrap();
    let mut trainer = Trainer::new(network, record.class_weights, schedule, &hyperparameters);
    let steps = record
        .batches
        .into_iter()
        .zip(record.losses.iter().zip(&record.gradient_norms));
    for (step, (batch, (loss, norm))) in steps.enumerate() {
        let rows: Vec<usize> = (0..batch.classes.len()).collect();
        let batch = Encoded {
            input_ids: batch.input_ids,
            classes: batch.classes,
        };
        let update = trainer.update(&batch, &rows, false).unwrap();
        assert!(
            (update.loss - loss).abs() < 1e-5,
            "loss {}, PyTorch has {loss}",
            update.loss
        );
        let found = update.gradient_norm;
        assert!(
            (found - norm).abs() < 1e-4 * norm,
            "norm {found}, PyTorch has {norm}"
        );
        if step == 0 {
            let expected = weights("gradients.safetensors");
            for (name, found) in trainer.gradients.dense.named() {
                // The word embeddings' gradient is kept by row, not here.
                if !found.is_empty() {
                    close(&name, found, &expected[&name].values, 1e-5);
                }
            }
        }
    }
    trainer.optimizer.settle(&mut trainer.network.parameters);
    let found = trainer.network.parameters.to_weights(&config).unwrap();
    for (name, expected) in weights("final.safetensors") {
        // The softmax over the keys cancels a key's bias, so its gradient is rounding error alone,
        // which Adam scales to steps of any size up to the learning rate.
        if !name.ends_with("key.bias") {
            close(&name, &found[&name].values, &expected.values, 2e-5);
        }
    }
    let word = "bert.embeddings.word_embeddings.weight";
    let unseen = |weights: &Weights| weights[word].values[20 * config.hidden_size..].to_vec();
    close(
        word,
        &unseen(&found),
        &unseen(&weights("final.safetensors")),
        1e-6,
    );
}
