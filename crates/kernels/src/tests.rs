//! Every backward pass against central finite differences of its forward pass.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::rows::{
    Dropout, gelu, gelu_backward, layer_norm, layer_norm_backward, softmax, softmax_backward,
};

fn random(count: usize, seed: u64) -> Vec<f32> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    (0..count).map(|_| rng.random_range(-1.5..1.5)).collect()
}

/// Compares what `backward` makes of the inputs and of a random gradient of `forward`'s outputs with
/// finite differences, input by input.
fn check_gradients(
    count: usize,
    forward: impl Fn(&[f32]) -> Vec<f32>,
    backward: impl Fn(&[f32], Vec<f32>) -> Vec<f32>,
) {
    let inputs = random(count, 1);
    let gradient = random(forward(&inputs).len(), 99);
    let loss = |inputs: &[f32]| -> f64 {
        let outputs = forward(inputs).into_iter().zip(&gradient);
        outputs.map(|(y, g)| f64::from(y) * f64::from(*g)).sum()
    };
    let found = backward(&inputs, gradient.clone());
    assert_eq!(found.len(), count);
    for (element, found) in found.into_iter().enumerate() {
        let at = |shift: f32| {
            let mut inputs = inputs.clone();
            inputs[element] += shift;
            loss(&inputs)
        };
        let (found, expected) = (f64::from(found), (at(1e-2) - at(-1e-2)) / 2e-2);
        assert!(
            (found - expected).abs() < 2e-3 + 1e-2 * expected.abs(),
            "input {element}: {found}, expected {expected}"
        );
    }
}

#[test]
fn gelu_has_the_right_gradient() {
    let forward = |xs: &[f32]| {
        let mut out = vec![0.0; xs.len()];
        gelu(xs, &mut out);
        out
    };
    let backward = |xs: &[f32], mut gradient: Vec<f32>| {
        let mut found = xs.to_vec();
        gelu_backward(&mut found, &mut gradient);
        assert_eq!(
            gradient,
            forward(xs),
            "what it leaves in the gradient's place"
        );
        found
    };
    check_gradients(24, forward, backward);
}

#[test]
fn layer_norm_has_the_right_gradients() {
    const WIDTH: usize = 6;
    let forward = |inputs: &[f32]| {
        let (parameters, xs) = inputs.split_at(2 * WIDTH);
        let (weight, bias) = parameters.split_at(WIDTH);
        let (mut xs, mut out, mut scales) = (xs.to_vec(), vec![0.0; xs.len()], [0.0; 3]);
        layer_norm(&mut xs, &mut scales, weight, bias, 1e-12, &mut out);
        (xs, scales, out)
    };
    let backward = |inputs: &[f32], mut gradient: Vec<f32>| {
        let (normalised, scales, _) = forward(inputs);
        let mut found = vec![0.0; 2 * WIDTH];
        layer_norm_backward(
            &mut gradient,
            &normalised,
            &scales,
            &inputs[..WIDTH],
            &mut found,
        );
        found.extend(gradient);
        found
    };
    check_gradients(5 * WIDTH, |inputs| forward(inputs).2, backward);
}

#[test]
fn softmax_has_the_right_gradients() {
    const WIDTH: usize = 4;
    let forward = |inputs: &[f32]| {
        let mut scores = inputs.to_vec();
        softmax(&mut scores, WIDTH, 0.7);
        scores
    };
    let backward = |inputs: &[f32], mut gradient: Vec<f32>| {
        softmax_backward(&mut gradient, &forward(inputs), WIDTH, 0.7);
        gradient
    };
    check_gradients(3 * WIDTH, forward, backward);
}

#[test]
fn dropout_has_the_right_gradients() {
    let drop = |mut values: Vec<f32>| {
        Dropout::new(0.4, 7).apply(&mut values, 3);
        values
    };
    check_gradients(
        20,
        |inputs| drop(inputs.to_vec()),
        |_, gradient| drop(gradient),
    );
}
