//! Each layer's step under layer-wise decay, by hand: the first one of Adam is the rate, with the gradient's sign.

use super::*;
use crate::network::{Network, Wanted};
use crate::testing::folder;

const RATE: f32 = 0.01;
const WEIGHT_DECAY: f32 = 0.1;
const ID: u32 = 5;

/// A parameter's name, and its values before and after.
type Stepped = (String, Vec<f32>, Vec<f32>);

/// A step with gradients of one, and the optimiser.
fn step(layer_decay: f64) -> (Vec<Stepped>, AdamW) {
    let folder = folder();
    let mut network = Network::new(&folder.config, &folder.weights).unwrap();
    let (parameters, hidden) = (&mut network.parameters, folder.config.hidden_size);
    let mut gradients = Gradients::new(parameters, Wanted::Everything);
    gradients.start([ID].iter(), hidden);
    for (_, values) in gradients.dense.named() {
        values.fill(1.0);
    }
    gradients.words.rows.fill(1.0);
    let mut before = parameters.clone();
    let mut optimizer = AdamW::new(parameters, WEIGHT_DECAY, false, layer_decay);
    optimizer.touch(parameters, &gradients.words);
    optimizer.step(parameters, &mut gradients, RATE.into(), 1.0);
    let values = before.named().into_iter().zip(parameters.named());
    let values = values.map(|((name, before), (_, after))| (name, before.clone(), after.clone()));
    (values.collect(), optimizer)
}

/// Of a model of two layers.
fn expected_factor(name: &str) -> f32 {
    match name {
        name if name.starts_with("bert.embeddings.") => 0.125,
        name if name.starts_with("bert.encoder.layer.0.") => 0.25,
        name if name.starts_with("bert.encoder.layer.1.") => 0.5,
        _ => 1.0,
    }
}

#[test]
fn each_layers_rate_is_that_of_the_next_upper_one_times_the_decay() {
    let (tensors, optimizer) = step(0.5);
    let hidden = folder().config.hidden_size;
    for (name, before, after) in tensors {
        let rate = RATE * expected_factor(&name);
        let decay = if decays(&name) { WEIGHT_DECAY } else { 0.0 };
        let of_words = name.contains("word_embeddings");
        for (place, (before, after)) in before.iter().zip(&after).enumerate() {
            let touched = !of_words || place / hidden == ID as usize;
            let expected = before - f32::from(u8::from(touched)) * rate * (1.0 + decay * before);
            let difference = (after - expected).abs();
            assert!(
                difference < 1e-3 * rate,
                "{name}[{place}]: {after}, expected {expected}"
            );
        }
    }
    let pending = 1.0 - RATE * 0.125 * WEIGHT_DECAY;
    assert!((optimizer.pending - pending).abs() < 1e-7);
}

#[test]
fn without_the_decay_every_layer_has_the_rate_itself() {
    let (tensors, _) = step(1.0);
    for (name, before, after) in tensors {
        let decay = if decays(&name) { WEIGHT_DECAY } else { 0.0 };
        // Of the word embeddings only one row has a gradient.
        if !name.contains("word_embeddings") {
            let expected = before[0] - RATE * (1.0 + decay * before[0]);
            assert!((after[0] - expected).abs() < 1e-3 * RATE, "{name}");
        }
    }
}

#[test]
fn the_head_stands_above_the_layers_and_the_embeddings_below() {
    for (name, below) in [
        ("classifier.weight", 0),
        ("bert.pooler.dense.bias", 0),
        ("bert.encoder.layer.11.output.dense.weight", 1),
        ("bert.encoder.layer.1.attention.self.query.bias", 11),
        ("bert.encoder.layer.0.output.LayerNorm.weight", 12),
        ("bert.embeddings.position_embeddings.weight", 13),
    ] {
        assert_eq!(below_head(name, 12), below, "{name}");
    }
}
