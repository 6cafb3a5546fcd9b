//! A batch in several passes against the same batch in one.

use bert::tensor::Weights;

use super::{Encoded, Hyperparameters, Network, Schedule, Trainer, close};
use crate::bert::trainer::{Update, passes};
use crate::testing::{folder, rows, tiny};

const ROWS: usize = 20;

/// Of three classes with unequal weights.
fn batch() -> Encoded {
    let texts: Vec<String> = rows(ROWS).into_iter().map(|row| row.text).collect();
    Encoded {
        input_ids: folder().encoder.encode(&texts).unwrap(),
        classes: (0..ROWS).map(|row| row % 3).collect(),
    }
}

fn trainer(dropout: f32, tokens_per_pass: usize) -> Trainer {
    let mut folder = folder();
    folder.config.hidden_dropout_prob = dropout;
    folder.config.attention_probs_dropout_prob = dropout;
    let network = Network::new(&folder.config, &folder.weights).unwrap();
    let schedule = Schedule::new(0.01, 0.0, 10);
    let weights = vec![0.5, 1.0, 2.0];
    let hyperparameters = Hyperparameters::parse(&tiny(&[])).unwrap();
    let mut trainer = Trainer::new(network, weights, schedule, &hyperparameters);
    trainer.tokens_per_pass = tokens_per_pass;
    trainer
}

fn weights(trainer: &mut Trainer) -> Weights {
    trainer.optimizer.settle(&mut trainer.network.parameters);
    let parameters = &mut trainer.network.parameters;
    parameters.to_weights(&folder().config).unwrap()
}

/// Tokens a pass so that the batch goes through in five.
fn a_fifth(batch: &Encoded, rows: &[usize]) -> usize {
    let longest = batch.input_ids.iter().map(Vec::len).max().unwrap();
    let most = (longest..).find(|most| passes(rows, batch, *most).len() <= 5);
    let most = most.unwrap();
    assert_eq!(passes(rows, batch, most).len(), 5);
    most
}

#[track_caller]
fn near(found: f64, expected: f64) {
    assert!(
        (found - expected).abs() < 1e-5 * expected,
        "{found}, in one pass {expected}"
    );
}

#[test]
fn an_update_of_five_passes_is_the_update_of_one() {
    let batch = batch();
    let rows: Vec<usize> = (0..ROWS).collect();
    let (mut one, mut five) = (
        trainer(0.0, usize::MAX),
        trainer(0.0, a_fifth(&batch, &rows)),
    );
    let update = |trainer: &mut Trainer| trainer.update(&batch, &rows, true).unwrap();
    for _ in 0..3 {
        let (expected, found) = (update(&mut one), update(&mut five));
        near(found.loss, expected.loss);
        near(found.gradient_norm, expected.gradient_norm);
        let gradients = |update: &Update| -> Vec<f32> {
            let of = update.layers.iter().map(|layer| layer.gradient.unwrap());
            of.map(|gradient| gradient as f32).collect()
        };
        assert_eq!(found.layers.len(), 2);
        close("mean", &gradients(&found), &gradients(&expected), 1e-6);
        for ((name, expected), (_, found)) in one
            .gradients
            .dense
            .named()
            .into_iter()
            .zip(five.gradients.dense.named())
        {
            close(&name, found, expected, 1e-6);
        }
    }
    let (expected, found) = (weights(&mut one), weights(&mut five));
    for (name, expected) in &expected {
        // Its gradient is rounding error alone.
        if !name.ends_with("key.bias") {
            close(name, &found[name].values, &expected.values, 1e-4);
        }
    }
    let ((expected, confusion), (found, same)) =
        (one.validate(&batch, ROWS), five.validate(&batch, ROWS));
    near(found, expected);
    assert_eq!(same.accuracy(), confusion.accuracy());
}

/// What accumulating gradients comes to: by its rows alone, or by half, each batch would have another share.
#[test]
fn an_update_of_two_batches_has_the_mean_of_their_gradients_by_the_weight_of_their_rows() {
    let batch = batch();
    let rows: Vec<usize> = (0..ROWS).collect();
    let update = |rows: &[usize]| {
        let mut trainer = trainer(0.0, usize::MAX);
        let loss = trainer.update(&batch, rows, false).unwrap().loss;
        let named = trainer.gradients.dense.named().into_iter();
        let gradients = named.map(|(name, values)| (name, values.clone()));
        (loss, gradients.collect::<Vec<_>>())
    };
    let ((first_loss, first), (second_loss, second)) = (update(&rows[..8]), update(&rows[8..]));
    // The sums of 0.5, 1 and 2 by class.
    let (of_first, of_second) = (8.5 / 22.5, 14.0 / 22.5);
    let (loss, both) = update(&rows);
    near(loss, of_first * first_loss + of_second * second_loss);
    let parts = first.iter().zip(&second);
    for ((name, both), ((_, first), (_, second))) in both.iter().zip(parts) {
        let mean = first.iter().zip(second).map(|(first, second)| {
            (of_first * f64::from(*first) + of_second * f64::from(*second)) as f32
        });
        close(name, both, &mean.collect::<Vec<_>>(), 1e-6);
    }
}

#[test]
fn two_passes_of_an_update_have_dropout_masks_of_their_own() {
    let mut batch = batch();
    batch.input_ids[1] = batch.input_ids[0].clone();
    batch.classes[1] = batch.classes[0];
    let length = batch.input_ids[0].len();
    // The mean of two passes of one text is that of one if their masks are the same.
    let loss = |dropout, rows: &[usize]| {
        let mut trainer = trainer(dropout, length);
        trainer.update(&batch, rows, false).unwrap().loss
    };
    near(loss(0.0, &[0, 1]), loss(0.0, &[0]));
    let (two, one) = (loss(0.3, &[0, 1]), loss(0.3, &[0]));
    assert!((two - one).abs() > 1e-3 * one, "{two}, one pass has {one}");
    assert_eq!(two, loss(0.3, &[0, 1]), "the masks follow from the seed");
}
